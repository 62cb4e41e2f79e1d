import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// Erased means unreadable in every process at once (R9), a trace that stays readable, and a refusal that outlives the
// data. Two servers run over the same databases; what one of them destroyed, the other one had in its cache.

let ledger: AcceptanceLedger;
let [service, operator, dpo, auditor] = [] as unknown as Client[];
let elsewhere: Client;
let shop: TestShop;
const look = { fields: ['email', 'name'], reason: 'data-subject-request' };
const order = () => ({
  ground: 'consent-withdrawn',
  identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
});

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const [one, other] = [await ledger.start(), await ledger.start()];
  service = await ledger.client(one, 'service');
  operator = await ledger.client(one, 'operator');
  dpo = await ledger.client(one, 'dpo');
  auditor = await ledger.client(one, 'auditor');
  elsewhere = dpo.on(other.url);
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const stateOf = async (path: string) => (await onceThere(dpo!, path)).body;

async function person() {
  const mailbox = `${randomUUID()}@courrier.example`;
  const subjectId = await registerPerson(service!, [
    email(mailbox),
    { kind: 'name', value: 'Odile Cazenave' },
  ]);
  return { mailbox, subjectId, path: `/v1/subjects/${subjectId}` };
}

async function erase(path: string): Promise<string> {
  const { erasureId } = expectStatus(await dpo!.post(`${path}/erasures`, order()), 202).body;
  const erasure = `${path}/erasures/${String(erasureId)}`;
  await eventually(
    () => stateOf(erasure),
    ({ state }) => state === 'unreadable',
  );
  return erasure;
}

describe('an erasure', () => {
  it('makes a person unreadable in two servers at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { mailbox, path } = await person();
      // Both servers have the key in their caches, and go on reading while it dies.
      expect((await elsewhere.post(`${path}/reveal`, look)).text).toContain(mailbox);
      const erasure = expectStatus(await dpo!.post(`${path}/erasures`, order()), 202).body;
      let [isUnreadable, isOver] = [false, false];
      const reading = (async () => {
        const late: string[] = [];
        while (!isOver) {
          const wasUnreadable = isUnreadable;
          const { text } = await elsewhere.post(`${path}/reveal`, look);
          if (wasUnreadable && text.includes(mailbox)) late.push(text);
        }
        return late;
      })();
      const erasurePath = `${path}/erasures/${String(erasure.erasureId)}`;
      await eventually(
        () => stateOf(erasurePath),
        ({ state }) => state === 'unreadable',
      );
      isUnreadable = true;
      const answers = await Promise.all([
        elsewhere.post(`${path}/reveal`, look),
        dpo!.post(`${path}/reveal`, look),
      ]);
      isOver = true;
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
        [410, 'subject-erased'],
        [410, 'subject-erased'],
      ]);
      expect(await reading).toEqual([]);
    }
  });

  it('is announced by a dry run that changes nothing', async () => {
    const { path, subjectId } = await person();
    expectStatus(await service!.post(`${path}/consents`, consentBody(shop)), 201);
    const facts = ['subject', 'consent', 'rights'].map((category) => `${category}-${subjectId}`);
    const counted = () => Promise.all(facts.map((stream) => ledger.store.count(stream)));
    const events = await counted();
    const { body } = expectStatus(await dpo!.post(`${path}/erasures`, { ...order(), dryRun: true }), 200);
    expect(body).toMatchObject({ dryRun: true, blockedBy: [], standingNos: 0 });
    expect(body.scopes).toContain('identity');
    expect(body.retained).toMatchObject([{ scope: 'evidence', ground: 'legal-claims' }]);
    expect(await counted()).toEqual(events);
    expect((await operator!.post(`${path}/reveal`, { ...look, reason: 'complaint' })).status).toBe(200);
  });

  it('leaves a certificate, a readable history, nobody to find, and the refusal', async () => {
    const { mailbox, path } = await person();
    const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
    expectStatus(await service!.post(`${path}/withdrawals`, no), 201);
    const blocked = (await dpo!.get('/v1/suppressions/count')).body.entries;
    const erasure = await erase(path);
    const certificate = await eventually(
      () => dpo!.get(`${erasure}/certificate`),
      ({ status }) => status === 200,
    );
    expect(certificate.body).toMatchObject({ format: 'greffe-erasure-certificate/1', state: 'unreadable' });
    expect(certificate.body.destroyed.map(({ scope }: { scope: string }) => scope)).toContain('identity');
    expect(certificate.text).not.toContain(mailbox);

    const found = expectStatus(await operator!.post('/v1/subjects/lookup', email(mailbox)), 200).body;
    expect(found.subjectIds).toEqual([]);
    const timeline = await eventually(
      () => auditor!.get(`${path}/timeline?limit=500`),
      ({ body }) => body.items?.some(({ type }: { type: string }) => type === 'SubjectKeyDestroyed'),
    );
    expect(timeline.body.erased).toBe(true);
    expect(timeline.text).not.toContain(mailbox);
    expect((await dpo!.get('/v1/suppressions/count')).body.entries).toBeGreaterThan(blocked);
    expect(await stateOf(path)).toMatchObject({ erased: true, contactPoints: expect.any(Array) });
  });

  it('tells operators and services no more than that the person is gone', async () => {
    const { path } = await person();
    await erase(path);
    for (const client of [operator!, service!]) {
      await eventually(
        async () => (await client.get(path)).status,
        (status) => status === 410,
      );
    }
  });

  it('makes a person who comes back another one', async () => {
    const { mailbox, path, subjectId } = await person();
    await erase(path);
    const back = await registerPerson(service!, [email(mailbox)]);
    expect(back).not.toBe(subjectId);
    const { links } = await stateOf(`/v1/subjects/${back}`);
    expect(links).toEqual([]);
  });

  it('leaves nothing in clear in either database', async () => {
    const { mailbox, path } = await person();
    await erase(path);
    const [local] = mailbox.split('@');
    for (const database of [ledger.ledger, ledger.keys]) {
      const { rows } = await database.pool.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      );
      expect(rows.length).toBeGreaterThan(3);
      for (const { name } of rows) {
        const hits = await database.pool.query(`SELECT 1 FROM ${name} AS t WHERE strpos(t::text, $1) > 0`, [
          local,
        ]);
        expect({ name, hits: hits.rowCount }).toEqual({ name, hits: 0 });
      }
    }
  });
});
