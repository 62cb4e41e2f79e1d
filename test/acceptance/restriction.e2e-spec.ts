import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  newsletterState,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// A restriction (Art. 18) lies over whatever was said: it survives a new consent, hides values from operators, and
// ends only after the person was told.

let ledger: AcceptanceLedger;
let service: Client;
let operator: Client;
let dpo: Client;
let shop: TestShop;
const wish = { ground: 'accuracy', purposeIds: 'all', source: 'email-reply' };
const look = { fields: ['email'], reason: 'customer-request' };

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

describe('a restriction', () => {
  it('survives a new consent, and ends in two steps', async () => {
    const path = `/v1/subjects/${await registerPerson(service)}`;
    const { restrictionId } = expectStatus(await dpo.post(`${path}/restrictions`, wish), 201).body;
    const given = expectStatus(await service.post(`${path}/consents`, consentBody(shop)), 201);
    expect(await newsletter(path, given.body.token)).toMatchObject({ state: 'given', restricted: true });

    const restriction = `${path}/restrictions/${String(restrictionId)}`;
    const reason = { reason: 'accuracy-verified' };
    const untold = await dpo.post(`${restriction}/lift`, reason);
    expect([untold.status, untold.body.code]).toEqual([409, 'restriction-lift-not-notified']);
    expectStatus(await dpo.post(`${restriction}/lift-notices`, { means: 'email' }), 201);
    const lifted = expectStatus(await dpo.post(`${restriction}/lift`, reason), 201);
    expect(await newsletter(path, lifted.body.token)).toMatchObject({ state: 'given', restricted: false });
  });

  it('hides values from operators, not from those who decide', async () => {
    const subjectId = await registerPerson(service, [email('cachee@courrier.example')]);
    const path = `/v1/subjects/${subjectId}`;
    expectStatus(await operator.post(`${path}/reveal`, look), 200);
    expectStatus(await dpo.post(`${path}/restrictions`, wish), 201);
    const refused = await operator.post(`${path}/reveal`, look);
    expect([refused.status, refused.body.code]).toEqual([409, 'subject-restricted']);
    expect(refused.text).not.toContain('cachee');
    const seen = expectStatus(await dpo.post(`${path}/reveal`, look), 200);
    expect(seen.body.contactPoints).toEqual([expect.objectContaining({ value: 'cachee@courrier.example' })]);
  });

  it('may be narrow, and leaves other purposes alone', async () => {
    const path = `/v1/subjects/${await registerPerson(service)}`;
    expectStatus(await service.post(`${path}/consents`, consentBody(shop)), 201);
    const narrow = { ...wish, purposeIds: [shop.callsId] };
    const { token } = expectStatus(await dpo.post(`${path}/restrictions`, narrow), 201).body;
    expect(await newsletter(path, token)).toMatchObject({ state: 'given', restricted: false });
  });

  it('is seen on a past day exactly while it stood', async () => {
    const path = `/v1/subjects/${await registerPerson(service, undefined, { occurredAt: daysAgo(30) })}`;
    expectStatus(await service.post(`${path}/consents`, consentBody(shop, daysAgo(20))), 201);
    const { token } = expectStatus(
      await dpo.post(`${path}/restrictions`, { ...wish, occurredAt: daysAgo(10) }),
      201,
    ).body;
    expect(await newsletter(path, token)).toMatchObject({ restricted: true });
    const before = expectStatus(await dpo.get(`${path}?at=${daysAgo(15)}`), 200).body;
    const during = expectStatus(await dpo.get(`${path}?at=${daysAgo(5)}`), 200).body;
    expect(newsletterState(shop, before)?.restricted).toBe(false);
    expect(newsletterState(shop, during)?.restricted).toBe(true);
  });
});

async function newsletter(path: string, token: string) {
  const state = expectStatus(await dpo.get(`${path}?minToken=${encodeURIComponent(token)}`), 200).body;
  return newsletterState(shop, state);
}
