import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// People are told what is done with their data, and the ledger can show it (GDPR Art. 13, 14): whoever's address was
// bought stands on a list until they were informed. What they like to read is asked for, and decides nothing else.

let ledger: AcceptanceLedger;
let [service, dpo, operator] = [] as unknown as [Client, Client, Client];
let server: Awaited<ReturnType<AcceptanceLedger['start']>>;
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  server = await ledger.start();
  [service, dpo, operator] = [
    await ledger.client(server, 'service'),
    await ledger.client(server, 'dpo'),
    await ledger.client(server, 'operator'),
  ];
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const bought = (days: number) =>
  registerPerson(service, [email(`${randomUUID()}@courrier.example`)], {
    occurredAt: daysAgo(days),
    source: { kind: 'partner' },
    collection: 'indirect',
  });
const delivered = (more: object = {}) => ({
  ...{ controllerId: shop.controllerId, article: 'art-14', means: 'email' },
  notice: { noticeId: shop.noticeId, version: 1, language: 'fr' },
  ...more,
});
const told = (subjectId: string, body = delivered()) =>
  service.post(`/v1/subjects/${subjectId}/notices-delivered`, body);

/** Everybody on the list, page by page. */
async function due(query = ''): Promise<{ subjectId: string; overdue: boolean; dueAt: string }[]> {
  const items: { subjectId: string; overdue: boolean; dueAt: string }[] = [];
  let cursor = '';
  do {
    const answer = await operator.get(`/v1/work-lists/information-due?limit=2${query}${cursor}`);
    const { body } = expectStatus(answer, 200);
    items.push(...body.items);
    cursor = body.next === undefined ? '' : `&cursor=${encodeURIComponent(body.next)}`;
  } while (cursor !== '');
  return items;
}

describe('a person whose address was bought', () => {
  it('stands on the list, the most pressing first, until they were informed', async () => {
    const [late, soon, later] = [await bought(40), await bought(20), await bought(10)];
    const mine = ({ subjectId }: { subjectId: string }) => [late, soon, later].includes(subjectId);
    const listed = await eventually(
      async () => (await due()).filter(mine),
      (items) => items.length === 3,
    );
    expect(listed.map(({ subjectId, overdue }) => [subjectId, overdue])).toEqual([
      [late, true],
      [soon, false],
      [later, false],
    ]);
    const pressing = await due(`&before=${encodeURIComponent(new Date().toISOString())}`);
    expect(pressing.filter(mine).map(({ subjectId }) => subjectId)).toEqual([late]);

    const { token } = expectStatus(await told(late), 201).body;
    const after = await operator.get(
      `/v1/work-lists/information-due?limit=100&minToken=${encodeURIComponent(token)}`,
    );
    expect(expectStatus(after, 200).body.items.filter(mine)).toHaveLength(2);
    const timeline = await dpo.get(`/v1/subjects/${late}/timeline?minToken=${encodeURIComponent(token)}`);
    expect(expectStatus(timeline, 200).body.items[0]).toMatchObject({ type: 'InformationGiven' });
  });

  it('is told of row by row in a batch', async () => {
    const [one, other] = [await bought(5), await bought(5)];
    const rows = [
      { subjectId: one, ...delivered() },
      { subjectId: randomUUID(), ...delivered() },
      { subjectId: other, ...delivered({ notice: { noticeId: shop.noticeId, version: 9, language: 'fr' } }) },
    ];
    const { body } = expectStatus(await service.post('/v1/notices-delivered', { deliveries: rows }), 200);
    expect(body).toMatchObject({ appended: 1, declined: 2 });
    expect(body.rows.map((row: { problem?: { code: string } }) => row.problem?.code)).toEqual([
      undefined,
      'subject-unknown',
      'notice-unknown',
    ]);
  });

  it('stays on the list while what they were told cannot be shown', async () => {
    const subjectId = await bought(3);
    const { body } = expectStatus(
      await told(subjectId, delivered({ notice: { noticeId: shop.noticeId, version: 1, language: 'de' } })),
      409,
    );
    expect(body).toMatchObject({ code: 'notice-language-unknown' });
  });

  it('is on a list whose pages nobody can make up', async () => {
    const cursor = Buffer.from(JSON.stringify(['yesterday', 'nobody'])).toString('base64url');
    expectStatus(await operator.get(`/v1/work-lists/information-due?cursor=${cursor}`), 400);
  });
});

describe('what a person likes to read', () => {
  const path = (subjectId: string) => `/v1/subjects/${subjectId}/preferences`;
  const wishes = { topics: [{ topic: 'nouveautes', wanted: true }], frequency: 'monthly', source: 'app' };

  it('is nothing in particular, then what they said last', async () => {
    const subjectId = await registerPerson(service);
    expect(expectStatus(await service.get(path(subjectId)), 200).body).toEqual({ subjectId, topics: [] });
    expectStatus(await service.post(path(subjectId), wishes), 201);
    const stated = expectStatus(await service.get(path(subjectId)), 200).body;
    expect(stated).toMatchObject({ topics: wishes.topics, frequency: 'monthly' });
    expectStatus(await service.post(path(subjectId), { ...wishes, occurredAt: daysAgo(3), topics: [] }), 201);
    expect(expectStatus(await service.get(path(subjectId)), 200).body).toEqual(stated);
  });

  it('makes no consent and ends none', async () => {
    const subjectId = await registerPerson(service);
    expectStatus(await service.post(path(subjectId), wishes), 201);
    const question = { subjectId, purposeId: shop.newsletterId, channel: 'email' };
    const { body } = expectStatus(await service.post('/v1/permissions/check', question), 200);
    expect(body.permitted).toBe(false);
  });

  it('is told beside a permission to whoever asks for it, and changes none', async () => {
    const address = `${randomUUID()}@courrier.example`;
    const subjectId = await registerPerson(service, [email(address)], { occurredAt: daysAgo(10) });
    expectStatus(await service.post(path(subjectId), { ...wishes, occurredAt: daysAgo(8) }), 201);
    const about = { purposeId: shop.newsletterId, channel: 'email' };
    const include = ['preferences'];
    const check = async (question: object, as = service) =>
      expectStatus(await as.post('/v1/permissions/check', { ...about, ...question }), 200).body;
    expect(await check({ subjectId, include })).not.toHaveProperty('preferences');
    const consent = consentBody(shop, daysAgo(8));
    expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consent), 201);
    const { preferences, token: _, at: _at, ...bare } = await check({ subjectId, include });
    const told = { topics: wishes.topics, frequency: 'monthly', statedAt: expect.any(String) };
    expect(preferences).toEqual(told);
    const { token: _t, at: _a, ...without } = await check({ subjectId });
    expect(without).toEqual(bare);
    const contact = email(address);
    expect(await check({ contact, include }, dpo)).toMatchObject({ permitted: true, preferences: told });
    const past = await check({ subjectId, include, at: daysAgo(1) });
    expect([past.permitted, past.preferences]).toEqual([true, undefined]);
    const questions = [
      { ...about, subjectId, include },
      { ...about, subjectId },
    ];
    const batch = { questions: [...questions, { ...about, subjectId: randomUUID(), include }] };
    const { items } = expectStatus(await service.post('/v1/permissions/check-batch', batch), 200).body;
    expect(items.map(({ answer }: { answer: { preferences?: object } }) => answer.preferences)).toEqual([
      told,
      undefined,
      undefined,
    ]);
  });

  it('is not told of an address that two people have, nor to whoever may not read it, nor of a past day', async () => {
    const address = email(`${randomUUID()}@courrier.example`);
    for (const _ of [1, 2]) {
      const one = await registerPerson(service, [address], { onMatch: 'create-and-link' });
      expectStatus(await service.post(path(one), wishes), 201);
      expectStatus(await service.post(`/v1/subjects/${one}/consents`, consentBody(shop)), 201);
    }
    const about = { purposeId: shop.newsletterId, channel: 'email', include: ['preferences'] };
    const both = await service.post('/v1/permissions/check', { ...about, contact: address });
    expect(expectStatus(both, 200).body.permitted).toBe(true);
    expect(both.body).not.toHaveProperty('preferences');
    const asker = await ledger.client(server, 'service', { scope: 'permissions:check' });
    const question = { ...about, subjectId: randomUUID() };
    expect((await asker.post('/v1/permissions/check', question)).status).toBe(403);
    const past = { ...question, knownAs: daysAgo(1) };
    expect((await service.post('/v1/permissions/check', past)).status).toBe(400);
  });

  it('is asked of people who are there', async () => {
    expectStatus(await service.get(path(randomUUID())), 404);
    const { body } = expectStatus(await service.post(path(randomUUID()), wishes), 404, 409);
    expect(body).toMatchObject({ code: 'subject-unknown' });
  });

  it('names each topic once', async () => {
    const subjectId = await registerPerson(service);
    const twice = { ...wishes, topics: [...wishes.topics, { topic: 'nouveautes', wanted: false }] };
    const { body } = expectStatus(await service.post(path(subjectId), twice), 409);
    expect(body).toMatchObject({ code: 'preferences-contradictory' });
  });
});
