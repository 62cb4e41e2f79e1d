import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafOf } from '#runtime';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson } from './shop.harness.js';

// An erased person's data disappears physically: ordered, unreadable, erased, completed, with a certificate that names
// technique, place and date of each step, and says when the last backup dies. What remains proves itself as before.

let ledger: AcceptanceLedger;
let [service, dpo, auditor, operator] = [] as unknown as Client[];
beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start(undefined, { GREFFE_BACKUP_DAYS: '35' });
  service = await ledger.client(server, 'service');
  dpo = await ledger.client(server, 'dpo');
  auditor = await ledger.client(server, 'auditor');
  operator = await ledger.client(server, 'operator');
});
afterAll(() => ledger.close());

const bodyOf = async (path: string) => (await onceThere(dpo!, path)).body;

async function erasedPerson() {
  const shop = await declareShop(dpo!);
  const mailbox = `${randomUUID()}@courrier.example`;
  const subjectId = await registerPerson(service!, [
    email(mailbox),
    { kind: 'name', value: 'Odile Cazenave' },
  ]);
  const path = `/v1/subjects/${subjectId}`;
  expectStatus(await service!.post(`${path}/consents`, consentBody(shop)), 201);
  const order = {
    ground: 'consent-withdrawn',
    identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
  };
  const { erasureId } = expectStatus(await dpo!.post(`${path}/erasures`, order), 202).body;
  return { subjectId, path, mailbox, erasure: `${path}/erasures/${String(erasureId)}` };
}

const stepsOf = (body: { steps: { name: string; done: boolean }[] }): string[] =>
  body.steps.filter(({ done }) => done).map(({ name }) => name);

async function purged(): Promise<string> {
  const { body, headers } = expectStatus(await dpo!.post('/v1/purges', {}), 202);
  expect(headers.get('location')).toBe(`/v1/purges/${String(body.runId)}`);
  const run = `/v1/purges/${String(body.runId)}`;
  await eventually(
    () => bodyOf(run),
    ({ state }) => state === 'recorded',
  );
  return run;
}

describe('an erasure', () => {
  it('goes from ordered to unreadable, and with the purge to erased and completed', async () => {
    const { erasure, path, mailbox, subjectId } = await erasedPerson();
    const closed = await eventually(
      () => bodyOf(erasure),
      (body) => stepsOf(body).includes('closed'),
    );
    expect(closed.state).toBe('unreadable');
    expect(stepsOf(closed)).not.toContain('erased');
    const early = expectStatus(await dpo!.get(`${erasure}/certificate`), 200).body;
    expect(early).toMatchObject({ state: 'unreadable', erased: [] });
    expect(early.wording.en).toContain('not physically erased yet');
    expect(early.wording.fr).toContain('rendues illisibles');

    const run = await purged();
    const { state } = await eventually(
      () => bodyOf(erasure),
      (body) => body.state === 'completed',
    );
    expect(state).toBe('completed');
    const { body: certificate, text } = expectStatus(await dpo!.get(`${erasure}/certificate`), 200);
    const recorded = await bodyOf(run);
    const nodes = recorded.nodes.map(({ node }: { node: string }) => node);
    expect(certificate).toMatchObject({
      state: 'completed',
      destroyed: expect.arrayContaining([
        expect.objectContaining({ scope: 'identity', technique: 'crypto-shred' }),
      ]),
      purged: expect.arrayContaining([
        expect.objectContaining({ purger: 'contact-claims', technique: 'physical-delete' }),
      ]),
      erased: [{ technique: recorded.technique, nodes, purgeRunId: recorded.runId }],
      backups: {
        technique: 'beyond-use-backup',
        keys: { isDestroyed: false, deadBy: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
      },
    });
    expect(nodes.length).toBeGreaterThan(0);
    const [{ provenAt }] = certificate.erased;
    const days = (Date.parse(certificate.backups.deadBy) - Date.parse(provenAt.slice(0, 10))) / 86_400_000;
    expect([35, 36]).toContain(days);
    expect(certificate.wording.fr).toContain('sont effacées');
    expect(certificate.wording.en).toContain('is completed');
    expect(certificate.notProven.en).toContain(certificate.backups.deadBy);
    expect(text).not.toContain(mailbox);

    expect(await livePayloads(subjectId)).toBe(0);
    const timeline = await eventually(
      () => auditor!.get(`${path}/timeline?limit=500`),
      ({ body }) => body.items?.some(({ type }: { type: string }) => type === 'ErasureCompleted'),
    );
    expect(timeline.text).not.toContain(mailbox);
    expect(
      await eventually(
        () => bodyOf(path),
        (body) => body.erasure?.state === 'completed',
      ),
    ).toBeTruthy();
  });

  it('leaves proofs whole: every entry of the audit copy is still what its leaf says', async () => {
    await eventually(
      () => bodyOf('/v1/purges'),
      ({ items }) => items.length > 0,
    );
    const { rows } = await ledger.ledger.pool.query<{
      idx: string;
      entry: string;
      leaf_hash: Buffer;
      stream: string;
    }>('SELECT idx, entry, leaf_hash, stream FROM audit.entry ORDER BY idx');
    expect(rows.map(({ idx }) => Number(idx))).toEqual(rows.map((_, index) => index));
    expect(rows.filter(({ stream }) => stream.startsWith('personal-')).length).toBeGreaterThan(0);
    for (const { entry, leaf_hash: leaf } of rows) expect(leafOf(entry).leafHash.equals(leaf)).toBe(true);
  });
});

describe('purges', () => {
  it('are asked for by a data protection officer, seen by an auditor, and nobody else’s', async () => {
    for (const client of [operator!, service!, auditor!])
      expect((await client.post('/v1/purges', {})).status).toBe(403);
    for (const client of [operator!, service!]) expect((await client.get('/v1/purges')).status).toBe(403);
    const run = await purged();
    const { items } = expectStatus(await auditor!.get('/v1/purges'), 200).body;
    expect(items.map(({ runId }: { runId: string }) => runId)).toContain(run.split('/').at(-1));
    expect((await auditor!.get(`/v1/purges/${randomUUID()}`)).status).toBe(404);
  });
});

/** Rows of the store, where it is PostgreSQL, that still carry something of the person's personal streams. */
async function livePayloads(subjectId: string): Promise<number> {
  const { rows: keys } = await ledger.keys.pool.query<{ stream: string }>(
    `SELECT stream FROM ks.subject_key WHERE subject_ref = $1 AND state = 'shredded'`,
    [subjectId],
  );
  expect(keys.length).toBeGreaterThan(0);
  const { rows } = await ledger.ledger.pool.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM es.personal_payload WHERE stream = ANY ($1)',
    [keys.map(({ stream }) => stream)],
  );
  return rows[0]?.count ?? 0;
}
