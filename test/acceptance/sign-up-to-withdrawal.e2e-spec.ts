import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually, onceThere } from './server.harness.js';
import { daysAgo, declareShop, email, newsletterState, phone, type TestShop } from './shop.harness.js';

// One person, from the form to the unsubscribe link and back, as the shop's systems live it: every step is a fact,
// the newest one holds, and each past day keeps its answer.

let ledger: AcceptanceLedger;
let form: Client;
let service: Client;
let operator: Client;
let auditor: Client;
let shop: TestShop;
const mailbox = `${randomUUID()}@courrier.example`;
const contact = { kind: 'email', value: mailbox.toUpperCase() };
let subjectId: string;
const withdrawnAt = daysAgo(5);

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  form = await ledger.client(server, 'form');
  service = await ledger.client(server, 'service');
  operator = await ledger.client(server, 'operator');
  auditor = await ledger.client(server, 'auditor');
  shop = await declareShop(await ledger.client(server, 'dpo'));
});
afterAll(() => ledger.close());

const signUp = (occurredAt: string) => ({
  contactPoints: [email(mailbox), phone('06 39 98 12 34')],
  formVersion: { formId: shop.formId, version: 1 },
  choices: [
    { purposeId: shop.newsletterId, channels: ['email'], choice: 'given' },
    { purposeId: shop.callsId, channels: ['phone-human'], choice: 'refused' },
  ],
  source: { kind: 'web-form' },
  evidence: { userAgent: 'a browser' },
  occurredAt,
});

const stateOf = async (query = '') => (await onceThere(service, `/v1/subjects/${subjectId}${query}`)).body;
const newsletter = async (query = '') => newsletterState(shop, await stateOf(query))?.state;
const until = (state: string) =>
  eventually(
    () => newsletter(),
    (now) => now === state,
  );

describe('a person', () => {
  it('signs up by a form that learns nothing', async () => {
    const answer = expectStatus(await form.post('/v1/captures', signUp(daysAgo(20))), 201);
    expect(Object.keys(answer.body).sort()).toEqual(['appended', 'captureId']);
    for (const path of [`/v1/subjects/${randomUUID()}`, '/v1/changes', '/v1/purposes']) {
      expect((await form.get(path)).status).toBe(403);
    }
  });

  it('is found by their address, and agreed to the newsletter only', async () => {
    const found = expectStatus(await operator.post('/v1/subjects/lookup', contact), 200).body;
    expect(found.subjectIds).toHaveLength(1);
    [subjectId] = found.subjectIds;
    const { choices, contactPoints } = await eventually(stateOf, (state) => state.choices.length === 2);
    expect(choices).toMatchObject([
      { purposeId: expect.any(String), state: expect.any(String), restricted: false },
      { restricted: false },
    ]);
    expect(await newsletter()).toBe('given');
    expect(choices.find((one: { purposeId: string }) => one.purposeId === shop.callsId).state).toBe(
      'refused',
    );
    expect(contactPoints).toHaveLength(2);
    expect(JSON.stringify(choices) + JSON.stringify(contactPoints)).not.toContain(mailbox);
  });

  it('can be proven to have agreed', async () => {
    const { items } = expectStatus(await auditor.get(`/v1/subjects/${subjectId}/consents`), 200).body;
    expect(items).toMatchObject([{ channel: 'email', state: 'given', proofGrade: 'strong', missing: [] }]);
    const path = `/v1/subjects/${subjectId}/consents/${String(items[0].consentId)}`;
    expect(expectStatus(await auditor.get(path), 200).body.consent.proof).toMatchObject({
      form: { formId: shop.formId, version: 1 },
      notice: { noticeId: shop.noticeId, version: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      expression: { defaultState: 'unchecked' },
    });
  });

  it('unsubscribes with nothing but the address, and every system learns of it', async () => {
    const { next } = expectStatus(await service.get('/v1/changes?limit=500'), 200).body;
    const no = { contact, purposeId: 'all', channels: 'all', source: { kind: 'unsubscribe-link' } };
    const answer = await service.post('/v1/withdrawals', { ...no, occurredAt: withdrawnAt }, { key: null });
    expect(expectStatus(answer, 201).body).toMatchObject({ matched: 1, suppressed: 0 });
    await until('withdrawn');
    const news = await eventually(
      async () => (await service.get(`/v1/changes?after=${encodeURIComponent(next)}`)).body,
      ({ items }) => items.some(({ type }: { type: string }) => type === 'ConsentWithdrawn'),
    );
    const told = news.items.find(({ type }: { type: string }) => type === 'ConsentWithdrawn');
    expect(told.subjectIds).toEqual([subjectId]);
    expect(JSON.stringify(news)).not.toContain(mailbox);
  });

  it('is not won back by an older yes that arrives later, nor by one of the same instant', async () => {
    for (const occurredAt of [daysAgo(15), withdrawnAt]) {
      const { token } = expectStatus(await service.post('/v1/captures', signUp(occurredAt)), 201).body;
      expect(await newsletter(`?minToken=${encodeURIComponent(token)}`)).toBe('withdrawn');
    }
  });

  it('may come back by an act of today', async () => {
    const { token } = expectStatus(await service.post('/v1/captures', signUp(daysAgo(0.0001))), 201).body;
    expect(await newsletter(`?minToken=${encodeURIComponent(token)}`)).toBe('given');
  });

  it('keeps the answer of every past day', async () => {
    const days = [30, 18, 4, 0.00001];
    const states = await Promise.all(days.map((days_) => newsletter(`?at=${daysAgo(days_)}`)));
    expect(states).toEqual([undefined, 'given', 'withdrawn', 'given']);
  });

  it('has a history in sentences, in both languages', async () => {
    const read = async (language: 'fr' | 'en') =>
      (await auditor.get(`/v1/subjects/${subjectId}/timeline?order=asc&limit=500`, { language })).body.items;
    const [french, english] = await eventually(
      async () => [await read('fr'), await read('en')] as const,
      ([items]) => items.filter(({ type }: { type: string }) => type === 'ConsentGiven').length === 4,
    );
    expect(french.map(({ eventId }: { eventId: string }) => eventId)).toEqual(
      english.map(({ eventId }: { eventId: string }) => eventId),
    );
    const sentences = (items: { sentence: string }[]) => items.map(({ sentence }) => sentence).join('\n');
    expect(sentences(french)).toMatch(/a consenti[^]*a retiré son consentement/);
    expect(sentences(english)).toMatch(/gave consent[^]*withdrew consent/);
    expect(sentences(french) + sentences(english)).not.toContain(mailbox);
  });
});
