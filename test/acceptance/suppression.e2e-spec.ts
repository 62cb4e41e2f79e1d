import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  newsletterState,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// An objection outlives the data of who raised it (GDPR Art. 21(3)): a person who was erased and is imported again from
// an old file stays blocked, and so does an address that unsubscribed before anybody registered with it. Only what they
// themselves consent to anew, on a later day, opens that very question again.

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let auditor: Client;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo, auditor] = [
    await ledger.client(server, 'service'),
    await ledger.client(server, 'dpo'),
    await ledger.client(server, 'auditor'),
  ];
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());
afterEach(() => enteredDaysAgo(0));

describe('a person who objected, was erased, and is imported again', () => {
  it('stays blocked whatever the old file says, until they consent anew on a later day', async () => {
    const mailbox = `${randomUUID()}@courrier.example`;
    const first = await registerPerson(service, [email(mailbox)], { occurredAt: daysAgo(40) });
    expectStatus(await service.post(`/v1/subjects/${first}/consents`, consentBody(shop, daysAgo(30))), 201);
    const objection = { purposeId: 'all', channels: 'all', source: 'phone-call' };
    expectStatus(await service.post(`/v1/subjects/${first}/objections`, objection, { key: null }), 201);
    await enteredDaysAgo(2);
    await erase(first);

    const again = await registerPerson(service, [email(mailbox)], {
      occurredAt: daysAgo(40),
      source: { kind: 'import' },
    });
    expect(again).not.toBe(first);
    const old = consentBody(shop, daysAgo(30));
    const imported = expectStatus(await service.post(`/v1/subjects/${again}/consents`, old), 201).body;
    expect(await newsletter(again, imported.token)).toMatchObject({ state: 'suppressed', restricted: false });
    expect(await mayBeSent(again)).toEqual([false, expect.arrayContaining(['suppressed'])]);

    const anew = expectStatus(await service.post(`/v1/subjects/${again}/consents`, consentBody(shop)), 201);
    expect(await newsletter(again, anew.body.token)).toMatchObject({ state: 'given' });
    expect(await mayBeSent(again)).toEqual([true, []]);
  });
});

describe('an address that nobody had when it unsubscribed', () => {
  const unsubscribed = async (): Promise<string> => {
    const mailbox = `${randomUUID()}@courrier.example`;
    const no = { contact: email(mailbox), purposeId: shop.newsletterId, channels: ['email'] };
    const body = { ...no, source: { kind: 'unsubscribe-link' } };
    const answer = expectStatus(await service.post('/v1/withdrawals', body, { key: null }), 201);
    expect(answer.body).toEqual({ matched: 0, appended: 0, suppressed: 1 });
    return mailbox;
  };

  it.each(['registration', 'sign-up', 'contact-points', 'rectifications'])(
    'blocks who comes with it, by whatever way: %s',
    async (way) => {
      const mailbox = await unsubscribed();
      const subjectId = await comeBy(way, mailbox);
      const given = await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop, daysAgo(1)));
      const { token } = expectStatus(given, 201).body;
      expect(await newsletter(subjectId, token)).toMatchObject({ state: 'suppressed' });
    },
  );

  it('is told in the history of the person, in both languages, and leads back to no entry', async () => {
    const subjectId = await registerPerson(service, [email(await unsubscribed())]);
    const timeline = await eventually(
      () => auditor.get(`/v1/subjects/${subjectId}/timeline?limit=50`),
      ({ body }) => body.items?.some(({ type }: { type: string }) => type === 'SuppressionMatched'),
    );
    const { rows } = await ledger.keys.pool.query<{ suppression_id: string }>(
      'SELECT suppression_id FROM ks.suppression_entry',
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { suppression_id } of rows) expect(timeline.text).not.toContain(suppression_id);
  });

  async function comeBy(way: string, mailbox: string): Promise<string> {
    if (way === 'registration') return registerPerson(service, [email(mailbox)], { occurredAt: daysAgo(9) });
    if (way === 'sign-up') {
      const answer = await service.post('/v1/captures', {
        contactPoints: [email(mailbox)],
        formVersion: { formId: shop.formId, version: 1 },
        choices: [{ purposeId: shop.newsletterId, channels: ['email'], choice: 'given' }],
        source: { kind: 'web-form' },
        occurredAt: daysAgo(9),
      });
      return expectStatus(answer, 201).body.subjectId;
    }
    const subjectId = await registerPerson(service, undefined, { occurredAt: daysAgo(9) });
    const path = `/v1/subjects/${subjectId}`;
    const { contactPoints } = await eventually(
      async () => (await dpo.get(path)).body,
      (body) => body.contactPoints?.length === 1,
    );
    const replaces = { replaces: contactPoints[0].contactPointId, reason: 'outdated' };
    const change = {
      ...email(mailbox),
      ...(way === 'rectifications' ? replaces : {}),
      occurredAt: daysAgo(5),
    };
    expectStatus(await service.post(`${path}/${way}`, change), 201);
    return subjectId;
  }
});

/** Whether the newsletter may be sent to a person now, and why not. */
async function mayBeSent(subjectId: string): Promise<readonly [boolean, readonly string[]]> {
  const question = { subjectId, purposeId: shop.newsletterId, channel: 'email' };
  const { permitted, reasons } = expectStatus(
    await service.post('/v1/permissions/check', question),
    200,
  ).body;
  return [permitted, reasons.map(({ code }: { code: string }) => code)];
}

async function newsletter(subjectId: string, token: string) {
  const path = `/v1/subjects/${subjectId}?minToken=${encodeURIComponent(token)}`;
  return newsletterState(shop, expectStatus(await dpo.get(path), 200).body);
}

/** Days cannot be waited for: whatever is entered from now on, by whomever, was entered so many days ago. */
async function enteredDaysAgo(days: number): Promise<void> {
  await ledger.keys.pool.query(`
    CREATE OR REPLACE FUNCTION ks.entered_earlier() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.entered_on := NEW.entered_on - ${String(days)}; RETURN NEW; END $$;
    CREATE OR REPLACE TRIGGER entered_earlier BEFORE INSERT OR UPDATE ON ks.suppression_entry
      FOR EACH ROW EXECUTE FUNCTION ks.entered_earlier()`);
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
