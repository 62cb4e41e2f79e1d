import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  newsletterState,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// What held on a past day (`at`) is one question, what the ledger knew then (`knownAs`) another one: a fact that
// arrives late changes the first answer and never the second.

let ledger: AcceptanceLedger;
let service: Client;
let auditor: Client;
let shop: TestShop;
let path: string;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  auditor = await ledger.client(server, 'auditor');
  shop = await declareShop(await ledger.client(server, 'dpo'));
  path = `/v1/subjects/${await registerPerson(service, undefined, { occurredAt: daysAgo(300) })}`;
});
afterAll(() => ledger.close());

const asked = async (query: string) => {
  const state = expectStatus(await auditor.get(`${path}?${query}`), 200).body;
  return newsletterState(shop, state)?.state;
};

async function record(route: string, body: object): Promise<void> {
  const { token } = expectStatus(await service.post(`${path}/${route}`, body), 201).body;
  expectStatus(await auditor.get(`${path}?minToken=${encodeURIComponent(token)}`), 200);
}

const withdrawal = (occurredAt: string) => ({
  purposeId: shop.newsletterId,
  channels: ['email'],
  source: { kind: 'phone-call' },
  occurredAt,
});

describe('the state of a contact', () => {
  it('as of a day follows when things happened, whatever the order in which they arrived', async () => {
    await record('withdrawals', withdrawal(daysAgo(100)));
    await record('consents', consentBody(shop, daysAgo(200)));
    await record('consents', consentBody(shop, daysAgo(50)));
    const days = [250, 150, 99, 20];
    const states = await Promise.all(days.map((day) => asked(`at=${daysAgo(day)}`)));
    expect(states).toEqual([undefined, 'given', 'withdrawn', 'given']);
  });

  it('is not judged in the future, nor by what was known a moment ago', async () => {
    expect((await auditor.get(`${path}?at=${daysAgo(-1)}`)).status).toBe(400);
    const young = await auditor.get(`${path}?knownAs=${new Date().toISOString()}`);
    expect(young.status).toBe(400);
    expect(young.body.errors[0].pointer).toBe('?knownAs');
  });

  it('with what was known then, does not know what came later', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const { body } = expectStatus(await auditor.get(`${path}?knownAs=${anHourAgo}`), 200);
    expect(body).toMatchObject({ status: 'unknown', at: anHourAgo, knownAs: { instant: anHourAgo } });
    expect([body.choices, body.contactPoints]).toEqual([[], []]);
  });
});

describe('the policy by which is answered', () => {
  const check = async (more: object) =>
    expectStatus(
      await auditor.post('/v1/permissions/check', {
        ...{ subjectId: path.split('/').at(-1), purposeId: shop.newsletterId, channel: 'email' },
        ...more,
      }),
      200,
    ).body;

  it('is in force since this ledger was first served, however many processes have started', async () => {
    const before = expectStatus(await auditor.get('/v1/policy'), 200).body;
    expect(Date.parse(before.activatedAt)).toBeLessThan(Date.now());
    const count = await ledger.countEvents();
    await ledger.stop(await ledger.start('api'));
    expect(await ledger.countEvents()).toBe(count);
    expect((await auditor.get('/v1/policy')).body.versions).toEqual(before.versions);
    expect((await check({})).policy).toEqual({ version: before.version, activatedAt: before.activatedAt });
  });

  it('is stood in for where none was in force by what was known, and the answer says so', async () => {
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const { policy } = await check({ knownAs: anHourAgo });
    const [earliest] = (await auditor.get('/v1/policy')).body.versions;
    expect(policy).toEqual({ version: earliest.version, note: expect.stringContaining('earliest') });
    const judgedByToday = await check({ at: anHourAgo });
    expect(judgedByToday.policy).toHaveProperty('activatedAt');
  });
});

describe('the register', () => {
  it('is told as of any day', async () => {
    const purposes = await eventually(
      async () => (await auditor.get('/v1/purposes')).body.items,
      (items) => items.length === 3,
    );
    expect(purposes.map(({ code }: { code: string }) => code)).toEqual(['appels', 'commandes', 'lettre']);
    const then = expectStatus(await auditor.get(`/v1/register?at=${daysAgo(400).slice(0, 10)}`), 200).body;
    expect(then.items).toEqual([]);
  });
});
