import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, daysAgo, declareShop, registerPerson, type TestShop } from './shop.harness.js';

// A call centre tells whom it called: once each, whatever it repeats; and a person who said "stop" on the telephone
// has said no, in that very act (GDPR Art. 7(3), 21(2)).

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let shop: TestShop;
const noKey = { key: null };

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const call = (subjectId: string, more: object = {}) => ({
  ...{ subjectId, controllerId: shop.controllerId, purposeId: shop.callsId, channel: 'phone-human' },
  ...{ attemptId: randomUUID(), outcome: 'no-answer' },
  ...more,
});
const made = (body: object, options: object = {}) => service.post('/v1/contacts-made', body, options);
const batch = (contacts: readonly object[], options: object = {}) =>
  service.post('/v1/contacts-made/batch', { contacts }, options);

describe('a contact that was made', () => {
  it('is recorded once, with a key or without', async () => {
    const subjectId = await registerPerson(service);
    const contact = call(subjectId);
    const { body } = expectStatus(await made(contact, noKey), 201);
    expect(body).toEqual({
      ...{ token: expect.any(String), stream: `solicitation-${subjectId}`, revision: 0, appended: 1 },
      ...{ attemptId: contact.attemptId, stopped: false },
    });
    for (const options of [{}, noKey]) expect((await made(contact, options)).body.appended).toBe(0);
    const answered = await made({ ...contact, outcome: 'answered' });
    expect(answered.body).toMatchObject({ appended: 1, revision: 1, attemptId: contact.attemptId });
  });

  it('is a line of the person’s timeline', async () => {
    const subjectId = await registerPerson(service);
    const { token } = (await made(call(subjectId, { outcome: 'answered' }))).body;
    const timeline = await dpo.get(
      `/v1/subjects/${subjectId}/timeline?minToken=${encodeURIComponent(token)}`,
    );
    expect(expectStatus(timeline, 200).body.items[0]).toMatchObject({ type: 'ContactMade' });
  });

  it('is told whole: an id, so that it counts once, and a purpose', async () => {
    const { attemptId: _, ...anonymous } = call(randomUUID());
    const faults = async (body: object) => {
      const answer = expectStatus(await made(body), 400);
      return answer.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [
        pointer,
        code,
      ]);
    };
    expect(await faults(anonymous)).toEqual([['/attemptId', 'missing']]);
    expect(await faults(call(randomUUID(), { purposeId: 'les appels' }))).toEqual([
      ['/purposeId', 'not-a-uuid'],
    ]);
    expect(await faults(call(randomUUID(), { stop: {} }))).toEqual([['/stop', 'unknown-member']]);
    const rows = await batch([call(randomUUID()), anonymous]);
    expect(rows.body.errors[0].pointer).toBe('/contacts/1/attemptId');
  });

  it('lies behind us, and is no other contact of the same id', async () => {
    const contact = call(randomUUID());
    const ahead = expectStatus(await made({ ...contact, occurredAt: '2999-01-01T00:00:00Z' }), 409);
    expect(ahead.body.code).toBe('occurred-in-the-future');
    expectStatus(await made(contact), 201);
    const other = expectStatus(await made({ ...contact, channel: 'email' }), 409);
    expect([other.body.code, other.body.errors[0].pointer]).toEqual(['attempt-already-used', '/attemptId']);
  });
});

describe('a spoken stop', () => {
  it('leaves the contact and the no in one act, without key or id', async () => {
    const subjectId = await registerPerson(service);
    const consented = { purposeId: shop.callsId, channels: ['phone-human'], goodsNature: ['furniture'] };
    expectStatus(
      await service.post(`/v1/subjects/${subjectId}/consents`, {
        ...{ ...consented, formVersion: { formId: shop.formId, version: 1 } },
        ...{ source: { kind: 'web-form' }, occurredAt: daysAgo(2) },
      }),
      201,
    );
    const { attemptId: _, ...said } = call(subjectId, { outcome: 'asked-to-stop' });
    const { body } = expectStatus(await made(said, noKey), 201);
    expect(body).toMatchObject({ appended: 2, stopped: true, stream: `solicitation-${subjectId}` });
    const state = await dpo.get(`/v1/subjects/${subjectId}?minToken=${encodeURIComponent(body.token)}`);
    expect(expectStatus(state, 200).body.choices).toEqual([
      expect.objectContaining({ purposeId: shop.callsId, channel: 'phone-human', state: 'withdrawn' }),
    ]);
    expect(state.body.revisions).toMatchObject({ solicitation: 0 });
  });

  it('is accepted of anybody, about anything, whenever it is said to have been', async () => {
    const stop = { outcome: 'asked-to-stop', purposeId: 'vos cuisines', occurredAt: '2999-01-01T00:00:00Z' };
    for (const subjectId of [randomUUID(), await erasedPerson()]) {
      const { body } = expectStatus(await made(call(subjectId, stop), noKey), 201);
      expect(body).toMatchObject({ appended: 2, stopped: true });
      expectStatus(await made(call(subjectId, stop), noKey), 201);
    }
    expect((await made(call(await erasedPerson()))).status).toBe(410);
  });

  it('goes as far as the person wants', async () => {
    const subjectId = await registerPerson(service);
    const wish = { outcome: 'asked-to-stop', stop: { purposeId: 'all', channels: 'all' } };
    const { token } = expectStatus(await made(call(subjectId, wish)), 201).body;
    const state = await dpo.get(`/v1/subjects/${subjectId}?minToken=${encodeURIComponent(token)}`);
    expect(state.body.wideNos).toEqual([expect.objectContaining({ purposeId: 'all', channel: 'all' })]);
  });
});

describe('a batch', () => {
  it('is answered row by row, the same however often it is sent', async () => {
    const [anna, bruno] = [await registerPerson(service), randomUUID()];
    const rows = [
      call(anna),
      call(bruno, { occurredAt: '2999-01-01T00:00:00Z' }),
      call(bruno, { outcome: 'asked-to-stop' }),
    ];
    const key = { key: randomUUID() };
    const first = expectStatus(await batch(rows, key), 200);
    expect(first.body).toMatchObject({
      ...{ appended: 3, declined: 1 },
      rows: [
        { subjectId: anna, recorded: true, appended: 1, stopped: false },
        {
          recorded: false,
          problem: { code: 'occurred-in-the-future', status: 409, pointer: '/contacts/1/occurredAt' },
        },
        { subjectId: bruno, recorded: true, appended: 2, stopped: true },
      ],
    });
    expect((await batch(rows, key)).body).toEqual(first.body);
    expect((await batch(rows)).body).toMatchObject({ appended: 0, declined: 1 });
  });

  it('takes five hundred contacts', async () => {
    const rows = Array.from({ length: 500 }, (_, n) =>
      call(randomUUID(), n % 5 ? {} : { outcome: 'asked-to-stop' }),
    );
    expect(expectStatus(await batch(rows), 200).body).toMatchObject({ appended: 600, declined: 0 });
    expect((await batch([...rows, call(randomUUID())])).status).toBe(400);
  });
});

describe('a reservation that nobody made', () => {
  it('cannot be given back', async () => {
    const body = { subjectId: randomUUID(), reason: 'not-made' };
    const answer = await service.post(`/v1/contacts-made/reservations/${randomUUID()}/release`, body);
    expect([answer.status, answer.body.code]).toEqual([404, 'attempt-unknown']);
  });
});

async function erasedPerson(): Promise<string> {
  const subjectId = await registerPerson(service);
  const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
  const path = `/v1/subjects/${subjectId}/erasures`;
  const { erasureId } = expectStatus(await dpo.post(path, { ground: 'objection', identityCheck }), 202).body;
  await eventually(
    async () => (await dpo.get(`${path}/${String(erasureId)}`)).body,
    ({ state }) => state === 'unreadable',
  );
  return subjectId;
}

describe('a place for a contact', () => {
  // By e-mail, which has no hours: the number of calls is another story, told where the clock can be set.
  const wanted = (subjectId: string, more: object = {}) => ({
    ...{ subjectId, controllerId: shop.controllerId, purposeId: shop.newsletterId, channel: 'email' },
    ...{ attemptId: randomUUID(), ...more },
  });
  const reserve = (body: object, options: object = {}) =>
    service.post('/v1/contacts-made/reservations', body, options);

  async function subscriber(): Promise<string> {
    const subjectId = await registerPerson(service);
    expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
    return subjectId;
  }

  it('is held where the contact is permitted, until it is given back', async () => {
    const place = wanted(await subscriber(), { minutes: 10 });
    const { body } = expectStatus(await reserve(place), 201);
    expect(body).toMatchObject({ reserved: true, appended: 1, attemptId: place.attemptId, reasons: [] });
    const heldFor = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
    expect(heldFor).toBeGreaterThan(5);
    expect(heldFor).toBeLessThanOrEqual(10.1);
    const path = `/v1/contacts-made/reservations/${place.attemptId}/release`;
    const release = { subjectId: place.subjectId, reason: 'not-made' };
    expect(expectStatus(await service.post(path, release), 201).body.appended).toBe(1);
  });

  it('is held once, however often it is asked for', async () => {
    const place = wanted(await subscriber());
    const key = { key: randomUUID() };
    const first = expectStatus(await reserve(place, key), 201);
    const again = expectStatus(await reserve(place, key), 201);
    expect(again.body).toEqual(first.body);
    expect(expectStatus(await reserve(place), 201).body).toMatchObject({ reserved: true, appended: 0 });
  });

  it('is told again after the person has withdrawn, and no new one is held', async () => {
    const place = wanted(await subscriber());
    const key = { key: randomUUID() };
    const first = expectStatus(await reserve(place, key), 201);
    const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
    expectStatus(await service.post(`/v1/subjects/${place.subjectId}/withdrawals`, no), 201);
    expect(expectStatus(await reserve(place, key), 201).body).toEqual(first.body);
    const refused = expectStatus(await reserve(wanted(place.subjectId)), 200).body;
    expect(refused).toMatchObject({ reserved: false, appended: 0 });
    expect(refused.reasons.map(({ code }: { code: string }) => code)).toContain('withdrawn');
  });

  it('is not held of somebody whom nobody knows, and says why in the language asked for', async () => {
    const { body, headers } = expectStatus(await reserve(wanted(randomUUID()), { language: 'fr' }), 200);
    expect([body.reserved, headers.get('content-language')]).toEqual([false, 'fr']);
    expect(body.reasons[0]).toMatchObject({ code: 'person-unknown' });
    expect(body.reasons[0].text).toMatch(/registre/);
  });
});
