import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, newsletterState, registerPerson, type TestShop } from './shop.harness.js';

// A ledger must not lose a "no" (GDPR Art. 7(3), 21): whoever says it, about whatever, however often, and whatever
// else happens to the same person at the same moment.

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let shop: TestShop;
const byPhone = { source: { kind: 'phone-call' } };
const everything = { purposeId: 'all', channels: 'all', ...byPhone };
const noKey = { key: null };

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

describe.each([
  ['withdrawals', everything],
  ['refusals', everything],
  ['objections', { purposeId: 'all', channels: 'all', source: 'phone-call' }],
])('a "no" by /%s', (route, body) => {
  it('is accepted without an idempotency key', async () => {
    const subjectId = await registerPerson(service);
    const answer = expectStatus(await service.post(`/v1/subjects/${subjectId}/${route}`, body, noKey), 201);
    expect(answer.body.appended).toBeGreaterThan(0);
  });

  it('is accepted about a purpose that nobody declared, and blocks every purpose', async () => {
    const subjectId = await registerPerson(service);
    await consent(subjectId);
    const wording = { ...body, purposeId: 'La lettre des jardins', channels: ['email'] };
    const { token } = expectStatus(
      await service.post(`/v1/subjects/${subjectId}/${route}`, wording),
      201,
    ).body;
    const state = await stateOf(subjectId, token);
    expect(newsletterState(shop, state)?.state).not.toBe('given');
    expect(state.wideNos).toEqual([expect.objectContaining({ purposeId: 'unknown', channel: 'email' })]);
  });

  it('is accepted of a person whom the ledger does not know', async () => {
    const subjectId = randomUUID();
    expectStatus(await service.post(`/v1/subjects/${subjectId}/${route}`, body), 201);
  });

  it('is accepted of a person who is erased', async () => {
    const subjectId = await registerPerson(service);
    await erase(subjectId);
    expectStatus(await service.post(`/v1/subjects/${subjectId}/${route}`, body), 201);
    expect((await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop))).status).toBe(410);
  });
});

describe('a "no" among other writers', () => {
  it('is never the one that loses', async () => {
    const subjectId = await registerPerson(service);
    const path = `/v1/subjects/${subjectId}`;
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        index % 2 === 0
          ? service.post(`${path}/withdrawals`, { ...everything, channels: ['email'] }, noKey)
          : service.post(`${path}/consents`, consentBody(shop)),
      ),
    );
    const nos = answers.filter((_, index) => index % 2 === 0);
    expect(nos.map(({ status }) => status)).toEqual(nos.map(() => 201));
    const yeses = answers.filter((_, index) => index % 2 === 1);
    expect(yeses.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
  });

  it('does not need an honest-looking body', async () => {
    const subjectId = await registerPerson(service);
    const path = `/v1/subjects/${subjectId}/withdrawals`;
    const odd = { ...everything, reason: 'too-frequent', evidence: { statement: '\u{1F621} arrêtez !' } };
    expectStatus(await service.post(path, odd, noKey), 201);
    expect((await service.post(path, { ...everything, channels: ['pigeon'] }, noKey)).status).toBe(400);
  });
});

async function consent(subjectId: string): Promise<void> {
  expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
}

async function stateOf(subjectId: string, token: string) {
  return expectStatus(await dpo.get(`/v1/subjects/${subjectId}?minToken=${encodeURIComponent(token)}`), 200)
    .body;
}

async function erase(subjectId: string): Promise<void> {
  const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
  const path = `/v1/subjects/${subjectId}/erasures`;
  const { erasureId } = expectStatus(await dpo.post(path, { ground: 'objection', identityCheck }), 202).body;
  await eventually(
    async () => (await dpo.get(`${path}/${String(erasureId)}`)).body,
    ({ state }) => state === 'unreadable',
  );
}
