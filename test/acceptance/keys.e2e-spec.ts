import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { daysAgo, email, registerPerson } from './shop.harness.js';

// Restoring a backup of the keys resurrects nobody (R11), and a key-encryption key serves fourteen days whether or not
// any process lives that long. A server over real databases is stopped, its key store changed, and started again.

const KEY_TABLES = ['subject_key', 'subject_fence', 'fenced_fp', 'contact_claim'];
const look = { fields: ['email'], reason: 'data-subject-request' };

let ledger: AcceptanceLedger;
beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
});
afterAll(() => ledger.close());

/** Copies what an erasure changes; the answer puts it back as a careless restore would. */
async function backup(): Promise<() => Promise<void>> {
  const { pool } = ledger.keys;
  for (const table of KEY_TABLES) await pool.query(`CREATE TABLE public.${table} AS TABLE ks.${table}`);
  return async () => {
    await pool.query('ALTER TABLE ks.subject_key DISABLE TRIGGER subject_key_fence');
    for (const table of KEY_TABLES) {
      await pool.query(`DELETE FROM ks.${table}`);
      await pool.query(`INSERT INTO ks.${table} SELECT * FROM public.${table}`);
    }
    await pool.query('ALTER TABLE ks.subject_key ENABLE TRIGGER subject_key_fence');
  };
}

async function erase(dpo: Client, subjectId: string): Promise<void> {
  const erasures = `/v1/subjects/${subjectId}/erasures`;
  const order = {
    ground: 'consent-withdrawn',
    identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
  };
  const { erasureId } = expectStatus(await dpo.post(erasures, order), 202).body;
  await eventually(
    async () => expectStatus(await dpo.get(`${erasures}/${String(erasureId)}`), 200).body,
    ({ state }) => state === 'unreadable',
  );
}

describe('the keys of a ledger', () => {
  it('that come back from a backup open nothing of those who were erased since', async () => {
    const first = await ledger.start();
    const service = await ledger.client(first, 'service');
    const dpo = await ledger.client(first, 'dpo');
    const [erased, kept] = [`${randomUUID()}@courrier.example`, `${randomUUID()}@courrier.example`];
    const [erasedId, keptId] = [
      await registerPerson(service, [email(erased)]),
      await registerPerson(service, [email(kept)]),
    ];
    const restore = await backup();
    await erase(dpo, erasedId);
    await ledger.stop(first);
    await restore();

    const second = dpo.on((await ledger.start()).url);
    expect(expectStatus(await second.post(`/v1/subjects/${keptId}/reveal`, look), 200).text).toContain(kept);
    const answer = await second.post(`/v1/subjects/${erasedId}/reveal`, look);
    expect(answer.status).not.toBe(200);
    expect(answer.text).not.toContain(erased);
    const { rows } = await ledger.keys.pool.query('SELECT state FROM ks.subject_key WHERE subject_ref = $1', [
      erasedId,
    ]);
    expect(rows).toEqual([{ state: 'shredded' }]);
  });

  it('are wrapped anew when their epoch has lasted fourteen days, by the server that starts next', async () => {
    const { pool } = ledger.keys;
    const states = async () =>
      (await pool.query<{ state: string }>('SELECT state FROM ks.kek ORDER BY activated_at')).rows.map(
        ({ state }) => state,
      );
    const young = await ledger.start();
    expect(await states()).toEqual(['active']);
    await ledger.stop(young);
    await pool.query('UPDATE ks.kek SET activated_at = activated_at - make_interval(days => 14)');
    await Promise.all([ledger.start(), ledger.start('api')]);
    await eventually(states, (all) => all.join() === 'destroyed,active');
  });
});
