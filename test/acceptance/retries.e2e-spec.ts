import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { consentBody, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// A client that missed an answer sends the same command again and gets the same answer; nothing counts twice, on
// whichever of the servers it arrives, and however many of the same arrive at once (R2).

let ledger: AcceptanceLedger;
let service: Client;
let elsewhere: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const [one, other] = [await ledger.start(), await ledger.start()];
  service = await ledger.client(one, 'service');
  elsewhere = service.on(other.url);
  shop = await declareShop(await ledger.client(one, 'dpo'));
});
afterAll(() => ledger.close());

describe('a retried command', () => {
  it.each([
    ['a registration', () => '/v1/subjects', registration],
    ['a consent', (id: string) => `/v1/subjects/${id}/consents`, () => consentBody(shop)],
    ['a withdrawal', (id: string) => `/v1/subjects/${id}/withdrawals`, withdrawal],
  ])('gets the same answer: %s', async (_, pathOf, bodyOf) => {
    const [path, body, key] = [pathOf(await registerPerson(service)), bodyOf(), randomUUID()];
    const first = expectStatus(await service.post(path, body, { key }), 201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const events = await ledger.countEvents();
    for (const client of [service, elsewhere]) {
      const again = await client.post(path, body, { key });
      expect([again.status, again.body]).toEqual([first.status, first.body]);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(await ledger.countEvents()).toBe(events);
  });

  it('counts once when ten arrive at once on two servers', async () => {
    const [subjectId, key] = [await registerPerson(service), randomUUID()];
    const [path, body] = [`/v1/subjects/${subjectId}/consents`, consentBody(shop)];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? service : elsewhere).post(path, body, { key }),
      ),
    );
    const done = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status }) => status !== 201);
    expect(done.length).toBeGreaterThan(0);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    expect(waiting.filter(({ body: problem }) => problem.code !== 'still-running')).toEqual([]);
    expect(waiting.filter(({ headers }) => headers.get('retry-after') === null)).toEqual([]);
    expect(await ledger.store.count(`consent-${subjectId}`)).toBe(1);
  });

  it('repeats a refusal of the ledger too', async () => {
    const [subjectId, key] = [await registerPerson(service), randomUUID()];
    const body = { ...consentBody(shop), purposeId: shop.ordersId };
    const path = `/v1/subjects/${subjectId}/consents`;
    const first = expectStatus(await service.post(path, body, { key }), 409);
    const again = await elsewhere.post(path, body, { key });
    expect([again.status, again.body.code]).toEqual([409, first.body.code]);
  });
});

describe('an idempotency key', () => {
  it('that was used for something else is refused, and nothing is written', async () => {
    const [subjectId, key] = [await registerPerson(service), randomUUID()];
    const path = `/v1/subjects/${subjectId}/consents`;
    expectStatus(await service.post(path, consentBody(shop), { key }), 201);
    const events = await ledger.countEvents();
    const other = await elsewhere.post(path, { ...consentBody(shop), consentType: 'explicit' }, { key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect(await ledger.countEvents()).toBe(events);
  });

  it('is needed for everything but a "no"', async () => {
    const subjectId = await registerPerson(service);
    const answer = await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop), { key: null });
    expect([answer.status, answer.body.code]).toEqual([400, 'idempotency-key-required']);
  });

  it('is of one client: another may use the same', async () => {
    const key = randomUUID();
    const operator = await ledger.client(service, 'operator');
    const [mine, theirs] = [
      expectStatus(await service.post('/v1/subjects', registration(), { key }), 201),
      expectStatus(await operator.post('/v1/subjects', registration(), { key }), 201),
    ];
    expect(mine.body.subjectId).not.toBe(theirs.body.subjectId);
  });
});

function registration() {
  const contactPoints = [email(`${randomUUID()}@courrier.example`)];
  return { contactPoints, audience: 'consumer', source: { kind: 'shop' } };
}

function withdrawal() {
  return { purposeId: 'all', channels: ['email', 'phone-human'], source: { kind: 'phone-call' } };
}
