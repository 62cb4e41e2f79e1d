import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import {
  consentBody,
  declareShop,
  email,
  newsletterState,
  phone,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// Spouses share a mailbox, colleagues a line: an address finds a list of people and makes nobody the same person.

let ledger: AcceptanceLedger;
let service: Client;
let operator: Client;
let dpo: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const named = (value: string) => ({ kind: 'name', value });
const crmId = (value: string) => ({ kind: 'external-id', system: 'crm', value });
const linked = { onMatch: 'create-and-link' };
const lookUp = async (contact: object): Promise<string[]> =>
  expectStatus(await operator.post('/v1/subjects/lookup', contact), 200).body.subjectIds;
const stateOf = async (subjectId: string) => (await onceThere(dpo, `/v1/subjects/${subjectId}`)).body;

describe('people who share an address', () => {
  it('stay two, related, and are both found by it', async () => {
    const mailbox = email(`${randomUUID()}@courrier.example`);
    const jeanne = await registerPerson(service, [mailbox, named('Jeanne')], linked);
    const paul = await registerPerson(service, [mailbox, named('Paul')], linked);
    expect(paul).not.toBe(jeanne);
    expect((await lookUp(mailbox)).sort()).toEqual([jeanne, paul].sort());
    const { links } = await eventually(
      () => stateOf(jeanne),
      ({ links: found }) => found.length > 0,
    );
    expect(links).toMatchObject([{ subjectId: paul, relation: 'shares-contact-point' }]);
    const shown = await operator.post(`/v1/subjects/${jeanne}/reveal`, {
      fields: ['name'],
      reason: 'customer-request',
    });
    expect(shown.body.contactPoints).toEqual([expect.objectContaining({ value: 'Jeanne' })]);
  });

  it('agree each for themselves, and a "no" by the address is of both', async () => {
    const mailbox = email(`${randomUUID()}@courrier.example`);
    const [one, other] = [
      await registerPerson(service, [mailbox], linked),
      await registerPerson(service, [mailbox], linked),
    ];
    const { token } = expectStatus(
      await service.post(`/v1/subjects/${one}/consents`, consentBody(shop)),
      201,
    ).body;
    const fresh = `?minToken=${encodeURIComponent(token)}`;
    expect(newsletterState(shop, (await dpo.get(`/v1/subjects/${one}${fresh}`)).body)?.state).toBe('given');
    expect(newsletterState(shop, (await dpo.get(`/v1/subjects/${other}${fresh}`)).body)).toBeUndefined();
    const no = {
      contact: mailbox,
      purposeId: shop.newsletterId,
      channels: ['email'],
      source: { kind: 'complaint' },
    };
    expect(expectStatus(await service.post('/v1/withdrawals', no), 201).body).toMatchObject({ matched: 2 });
    for (const subjectId of [one, other]) {
      const state = await eventually(
        async () => newsletterState(shop, await stateOf(subjectId)),
        (choice) => choice?.state === 'withdrawn',
      );
      expect(state?.state).toBe('withdrawn');
    }
  });

  it('are found by an address as long as one of their contact points has it', async () => {
    const mailbox = email(`${randomUUID()}@courrier.example`);
    const subjectId = await registerPerson(service, [mailbox]);
    const path = `/v1/subjects/${subjectId}`;
    const [{ contactPointId: first }] = (
      await eventually(
        () => stateOf(subjectId),
        ({ contactPoints }) => contactPoints.length > 0,
      )
    ).contactPoints;
    const same = { ...mailbox, replaces: first, reason: 'inaccurate' };
    const gone = { reason: 'no-longer-used' };
    const second = expectStatus(await service.post(`${path}/rectifications`, same), 201).body.contactPointId;
    expect(await lookUp(mailbox)).toEqual([subjectId]);
    const third = expectStatus(await service.post(`${path}/contact-points`, mailbox), 201).body
      .contactPointId;
    expectStatus(await service.post(`${path}/contact-points/${String(second)}/remove`, gone), 200, 201);
    expect(await lookUp(mailbox)).toEqual([subjectId]);
    expectStatus(await service.post(`${path}/contact-points/${String(third)}/remove`, gone), 200, 201);
    expect(await lookUp(mailbox)).toEqual([]);
  });

  it('are erased one by one', async () => {
    const line = phone('01 99 00 47 11');
    const [leaving, staying] = [
      await registerPerson(service, [line], linked),
      await registerPerson(service, [line, named('Reste')], linked),
    ];
    const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
    expectStatus(
      await dpo.post(`/v1/subjects/${leaving}/erasures`, { ground: 'objection', identityCheck }),
      202,
    );
    await eventually(
      () => lookUp(line),
      (found) => found.length === 1,
    );
    expect(await lookUp(line)).toEqual([staying]);
    const shown = await operator.post(`/v1/subjects/${staying}/reveal`, {
      fields: ['name'],
      reason: 'customer-request',
    });
    expect(shown.body.contactPoints).toEqual([expect.objectContaining({ value: 'Reste' })]);
  });
});

describe('an external id of one system', () => {
  it('is one person, also when many register it at once', async () => {
    const id = crmId(randomUUID());
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        service.post('/v1/subjects', {
          contactPoints: [id, email(`${String(index)}-${randomUUID()}@courrier.example`)],
          audience: 'consumer',
          source: { kind: 'crm' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array<number>(11).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.subjectId)).size).toBe(1);
  });

  it('of two systems is two', async () => {
    const value = randomUUID();
    const one = await registerPerson(service, [crmId(value)]);
    const other = await registerPerson(service, [{ ...crmId(value), system: 'shop' }]);
    expect(other).not.toBe(one);
  });
});

describe('one match by e-mail', () => {
  it('is taken for the same person unless an external id says otherwise', async () => {
    const mailbox = email(`${randomUUID()}@courrier.example`);
    const first = await registerPerson(service, [mailbox]);
    expect(await registerPerson(service, [mailbox])).toBe(first);
    expect(await registerPerson(service, [mailbox, crmId(randomUUID())])).not.toBe(first);
  });
});
