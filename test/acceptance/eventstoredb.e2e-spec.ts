import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventsServer, type EventsServer } from '#testing';
import type { GreffeServer } from '../../apps/server/src/server.js';
import { expectStatus, type Client } from './client.harness.js';
import { countIn } from './event-store.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// The choice of the event store changes nothing that a caller sees. One person's story on a server that speaks the
// protocol of EventStoreDB, with PostgreSQL for keys and read models only, and what happens while that server is away.

let ledger: AcceptanceLedger;
let events: EventsServer;
let server: GreffeServer;
let [service, operator, dpo] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  [ledger, events] = await Promise.all([AcceptanceLedger.open(), startEventsServer()]);
  server = await ledger.start('api,projector,eraser', { EVENTSTORE_URL: events.connectionString });
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(async () => {
  await ledger.close();
  await events.stop();
});

const look = { fields: ['email'], reason: 'data-subject-request' };
const withdrawal = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
const readiness = async () => (await service!.get('/readyz')).body;

describe('a ledger in EventStoreDB', () => {
  it('registers, records a consent and its withdrawal, erases, and opens nothing any more', async () => {
    const mailbox = `${randomUUID()}@courrier.example`;
    const subjectId = await registerPerson(service!, [email(mailbox)]);
    const path = `/v1/subjects/${subjectId}`;
    expectStatus(await service!.post(`${path}/consents`, consentBody(shop)), 201);
    expect((await operator!.post(`${path}/reveal`, { ...look, reason: 'complaint' })).text).toContain(
      mailbox,
    );
    expectStatus(await service!.post(`${path}/withdrawals`, withdrawal), 201);

    const identityCheck = { method: 'reply-from-known-address', at: daysAgo(0.01) };
    const order = { ground: 'consent-withdrawn', identityCheck };
    const { erasureId } = expectStatus(await dpo!.post(`${path}/erasures`, order), 202).body;
    await eventually(
      async () => (await dpo!.get(`${path}/erasures/${String(erasureId)}`)).body,
      ({ state }) => state === 'unreadable',
    );
    const after = await dpo!.post(`${path}/reveal`, look);
    expect([after.status, after.body.code]).toEqual([410, 'subject-erased']);
    const timeline = await eventually(
      () => dpo!.get(`${path}/timeline?limit=500`),
      ({ body }) => body.items?.some(({ type }: { type: string }) => type === 'SubjectKeyDestroyed'),
    );
    const types = timeline.body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['ConsentGiven', 'ConsentWithdrawn', 'ErasureOrdered']));
  });

  it('keeps no event in PostgreSQL', async () => {
    const { rows } = await ledger.ledger.pool.query('SELECT count(*)::int AS count FROM es.event_index');
    expect(rows).toEqual([{ count: 0 }]);
  });

  it('is named by readyz, refuses while its store is away, and goes on when it is back', async () => {
    const stateOf = (body: { checks: { name: string }[] }) =>
      body.checks.find(({ name }) => name === 'event-store');
    expect(stateOf(await readiness())).toMatchObject({ ok: true, detail: 'eventstoredb' });
    const subjectId = await registerPerson(service!, [email(`${randomUUID()}@courrier.example`)]);
    const consents = `/v1/subjects/${subjectId}/consents`;

    await events.kill();
    expect(stateOf(await readiness())).toMatchObject({ ok: false });
    expect((await service!.post(consents, consentBody(shop))).status).toBe(503);
    const late = await ledger.startDegraded('api,projector,eraser', {
      EVENTSTORE_URL: events.connectionString,
    });
    expect((await fetch(`${late.url}/livez`)).status).toBe(200);
    expect((await fetch(`${late.url}/readyz`)).status).toBe(503);

    await events.revive();
    for (const { url } of [server, late]) {
      await eventually(
        async () => (await fetch(`${url}/readyz`)).json() as Promise<{ checks: { ok: boolean }[] }>,
        ({ checks }) => checks.every(({ ok }) => ok),
      );
    }
    expectStatus(await service!.post(consents, consentBody(shop)), 201);
  });
});

describe('a ledger that was begun elsewhere', () => {
  it('is not begun anew in an empty store: nothing is written, and readyz says why', async () => {
    const elsewhere = await AcceptanceLedger.open();
    const begun = await elsewhere.start();
    await registerPerson(await elsewhere.client(begun, 'service'));
    await eventually(
      async () => (await elsewhere.ledger.pool.query('SELECT 1 FROM audit.entry')).rowCount,
      (entries) => Number(entries) > 0,
    );
    await elsewhere.stop(begun);
    const empty = await startEventsServer();
    const moved = await elsewhere.startDegraded('api,projector,eraser', {
      EVENTSTORE_URL: empty.connectionString,
    });
    const checks = await eventually(
      async () => (await (await fetch(`${moved.url}/readyz`)).json()) as { checks: object[] },
      (body) => JSON.stringify(body).includes('refused'),
    );
    expect(checks.checks).toContainEqual(
      expect.objectContaining({ name: 'ledger', ok: false, detail: 'refused: store-is-empty' }),
    );
    const client = await elsewhere.client(moved, 'service');
    const body = { contactPoints: [email('nobody@courrier.example')], source: { kind: 'shop' } };
    const answer = await client.post('/v1/subjects', { ...body, audience: 'consumer' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    expect(await countIn(empty)).toBe(0);
    await elsewhere.close();
    await empty.stop();
  });
});
