import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  purposeBody,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// May we contact this person? A sender asks before each message, by pseudonym or by address, about now, a past day or
// what was known then; a no names everything that stands against it, and what nobody knows is a no.

let ledger: AcceptanceLedger;
let [service, auditor, dpo] = [] as unknown as Client[];
let shop: TestShop;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  auditor = await ledger.client(server, 'auditor');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
});
afterAll(() => ledger.close());

const mailbox = () => `${randomUUID()}@courrier.example`;
const newsletter = () => ({ purposeId: shop.newsletterId, channel: 'email' });
const withdrawal = () => ({
  purposeId: shop.newsletterId,
  channels: ['email'],
  source: { kind: 'phone-call' },
});

async function check(question: object, as: Client = service!) {
  return expectStatus(await as.post('/v1/permissions/check', { ...newsletter(), ...question }), 200).body;
}

const codesOf = ({ reasons }: { reasons: readonly { code: string }[] }) => reasons.map(({ code }) => code);

async function subscriber(address = mailbox(), occurredAt = daysAgo(200)): Promise<string> {
  const subjectId = await registerPerson(service!, [email(address)], { occurredAt });
  const consent = consentBody(shop, occurredAt);
  expectStatus(await service!.post(`/v1/subjects/${subjectId}/consents`, consent), 201);
  return subjectId;
}

describe('a consent', () => {
  it('is a yes at once, with the event it rests on, its rule and until when it holds', async () => {
    const subjectId = await subscriber();
    const answer = await check({ subjectId });
    expect(answer).toMatchObject({
      ...{
        permitted: true,
        reasons: [],
        ground: 'consent',
        proofGrade: expect.any(String),
        relation: 'none',
      },
      deciding: [{ stream: `consent-${subjectId}`, revision: expect.any(Number) }],
      rule: { id: 'EM-C-1', result: 'opt-in', policyVersion: answer.policy.version },
    });
    expect(answer.obligations.length).toBeGreaterThan(0);
    expect(answer.validUntil > answer.at).toBe(true);
    expectStatus(
      await auditor!.get(`/v1/subjects/${subjectId}?minToken=${encodeURIComponent(answer.token)}`),
      200,
    );
  });

  it('taken back is a no at once, naming the withdrawal; given anew it is a yes again', async () => {
    const subjectId = await subscriber();
    const path = `/v1/subjects/${subjectId}`;
    const { stream, revision } = expectStatus(
      await service!.post(`${path}/withdrawals`, withdrawal()),
      201,
    ).body;
    const no = await check({ subjectId });
    expect([no.permitted, codesOf(no)]).toEqual([false, ['withdrawn', 'consent-missing']]);
    expect(no.deciding).toMatchObject([{ stream, revision }]);
    expect(no).not.toHaveProperty('ground');
    expectStatus(await service!.post(`${path}/consents`, consentBody(shop)), 201);
    expect((await check({ subjectId })).permitted).toBe(true);
  });

  it('holds for its own purpose, channel and address', async () => {
    const subjectId = await subscriber();
    expect(codesOf(await check({ subjectId, purposeId: shop.callsId, channel: 'phone-human' }))).toEqual(
      expect.arrayContaining(['no-contact-point', 'consent-missing']),
    );
    expect(codesOf(await check({ subjectId, channel: 'post' }))).toContain('channel-not-declared');
    expect(codesOf(await check({ subjectId, contactPointId: randomUUID() }))).toContain('no-contact-point');
    expect(codesOf(await check({ subjectId, recipientId: randomUUID() }))).toEqual(['recipient-not-named']);
    expect(codesOf(await check({ subjectId, controllerId: randomUUID() }))).toContain(
      'purpose-of-another-controller',
    );
  });
});

describe('whoever or whatever is unknown', () => {
  it('is a no with its reason, never an error', async () => {
    expect(codesOf(await check({ subjectId: randomUUID() }))).toContain('person-unknown');
    expect(codesOf(await check({ subjectId: await subscriber(), purposeId: randomUUID() }))).toEqual([
      'purpose-unknown',
    ]);
    expect(codesOf(await check({ contact: email(mailbox()) }))).toContain('person-unknown');
    expect(codesOf(await check({ contact: email('no address') }))).toContain('person-unknown');
  });

  it('is told in French and in English', async () => {
    const question = { ...newsletter(), subjectId: randomUUID() };
    for (const [language, text] of [
      ['fr', 'Le registre ne connaît pas cette personne.'],
      ['en', 'The ledger does not know this person.'],
    ] as const) {
      const answer = await service!.post('/v1/permissions/check', question, { language });
      expect(answer.headers.get('content-language')).toBe(language);
      expect(answer.body.reasons[0].text).toBe(text);
    }
  });

  it('a purpose revised a moment ago is judged as it is now', async () => {
    const body = purposeBody(shop.controllerId, `relances-${randomUUID().slice(0, 8)}`, ['email']);
    const { purposeId } = expectStatus(await dpo!.post('/v1/purposes', body), 201).body;
    const subjectId = await subscriber();
    expect(codesOf(await check({ subjectId, purposeId, channel: 'sms-mms' }))).toContain(
      'channel-not-declared',
    );
    const etag = (await dpo!.get(`/v1/purposes/${String(purposeId)}`)).headers.get('etag') ?? '"0"';
    const wider = { ...body, channels: ['email', 'sms-mms'], dataNeeded: ['email', 'phone'] };
    expectStatus(await dpo!.put(`/v1/purposes/${String(purposeId)}`, wider, { ifMatch: etag }), 200);
    expect(codesOf(await check({ subjectId, purposeId, channel: 'sms-mms' }))).not.toContain(
      'channel-not-declared',
    );
  });
});

describe('by address', () => {
  it('the answer is the strictest among those who have it, and names nobody', async () => {
    const shared = mailbox();
    const [first, second] = [
      await subscriber(shared),
      await registerPerson(service!, [email(shared)], {
        onMatch: 'create-and-link',
      }),
    ];
    expect((await check({ subjectId: first })).permitted).toBe(true);
    const refused = await check({ contact: email(shared.toUpperCase()) });
    expect([refused.permitted, codesOf(refused), refused.deciding]).toEqual([false, ['consent-missing'], []]);
    expectStatus(await service!.post(`/v1/subjects/${second}/consents`, consentBody(shop)), 201);
    const permitted = await check({ contact: email(shared) });
    expect([permitted.permitted, permitted.deciding]).toEqual([true, []]);
    const text = JSON.stringify([refused, permitted]);
    for (const id of [first, second]) expect(text).not.toContain(id);
  });

  it('a consent for another address of the same person does not help', async () => {
    const [agreed, other] = [mailbox(), mailbox()];
    const subjectId = await subscriber(agreed);
    expectStatus(await service!.post(`/v1/subjects/${subjectId}/contact-points`, email(other)), 201);
    expect((await check({ contact: email(agreed) })).permitted).toBe(true);
    expect(codesOf(await check({ contact: email(other) }))).toEqual(['consent-for-other-contact-point']);
  });

  it('what was unwanted there before anybody was known by it is told', async () => {
    const address = mailbox();
    const no = { contact: email(address), ...withdrawal() };
    expectStatus(await service!.post('/v1/withdrawals', no), 201, 200);
    expect(codesOf(await check({ contact: email(address) }))).toEqual(
      expect.arrayContaining(['suppressed', 'person-unknown']),
    );
  });
});

describe('a question about another instant', () => {
  it('is judged by what held then, and by what was known then', async () => {
    const subjectId = await subscriber(mailbox(), daysAgo(100));
    expectStatus(
      await service!.post(`/v1/subjects/${subjectId}/withdrawals`, {
        ...withdrawal(),
        occurredAt: daysAgo(50),
      }),
      201,
    );
    const answers = await Promise.all([120, 80, 20].map((days) => check({ subjectId, at: daysAgo(days) })));
    expect(answers.map(({ permitted }) => permitted)).toEqual([false, true, false]);
    expect(answers[1]).not.toHaveProperty('token');
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const unknown = await check({ subjectId, at: daysAgo(80), knownAs: anHourAgo });
    expect([unknown.permitted, codesOf(unknown)]).toEqual([
      false,
      expect.arrayContaining(['person-unknown']),
    ]);
    expect(unknown.knownAs).toMatchObject({ instant: anHourAgo });
  });

  it('of the future is judged by the facts of today', async () => {
    const subjectId = await subscriber();
    const [soon, late] = [
      await check({ subjectId, at: daysAgo(-1) }),
      await check({ subjectId, at: daysAgo(-4000) }),
    ];
    expect([soon.permitted, late.permitted]).toEqual([true, false]);
  });

  it('before the first policy has no answer but no', async () => {
    const answer = await check({ subjectId: await subscriber(), at: '2018-05-24T12:00:00.000Z' });
    expect([answer.permitted, codesOf(answer)]).toEqual([false, ['no-policy-for-date']]);
    expect(answer).not.toHaveProperty('rule');
  });
});

describe('an erased person', () => {
  it('is a no to everybody, and of the past only those learn who may', async () => {
    const subjectId = await subscriber(mailbox(), daysAgo(30));
    const identityCheck = { method: 'known-details', at: new Date().toISOString() };
    const order = { ground: 'objection', identityCheck };
    expectStatus(await dpo!.post(`/v1/subjects/${subjectId}/erasures`, order), 202, 201);
    const gone = await eventually(
      () => check({ subjectId }),
      (answer) => codesOf(answer).includes('person-erased'),
    );
    expect(gone.permitted).toBe(false);
    const past = { ...newsletter(), subjectId, at: daysAgo(10) };
    expect((await service!.post('/v1/permissions/check', past)).status).toBe(410);
    expect((await check(past, auditor)).permitted).toBe(true);
  });
});

describe('a malformed question', () => {
  it.each([
    ['nobody', {}, '/subjectId', 'missing'],
    [
      'somebody twice',
      { subjectId: randomUUID(), contact: email('a@b.example') },
      '/subjectId',
      'unknown-member',
    ],
    [
      'an external id without its system',
      { contact: { kind: 'external-id', value: '4' } },
      '/contact/system',
      'missing',
    ],
    ['a channel that nobody lists', { subjectId: randomUUID(), channel: 'pigeon' }, '/channel', 'not-one-of'],
    [
      'what cannot be known yet',
      { subjectId: randomUUID(), knownAs: daysAgo(-1) },
      '/knownAs',
      'not-a-match',
    ],
  ])('%s: its place is told', async (_, question, pointer, code) => {
    const answer = await service!.post('/v1/permissions/check', { ...newsletter(), ...question });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-request']);
    expect(answer.body.errors).toEqual([expect.objectContaining({ pointer, code })]);
  });

  it('names the channels that there are', async () => {
    const question = { ...newsletter(), subjectId: randomUUID(), channel: 'pigeon' };
    const { body } = await service!.post('/v1/permissions/check', question);
    expect(body.errors[0].detail).toContain('phone-human');
  });
});

describe('many questions', () => {
  it('are answered in order; one that is wrong stops no other one', async () => {
    const [yes, address] = [await subscriber(), mailbox()];
    await subscriber(address);
    const questions = [
      { ...newsletter(), subjectId: yes },
      { ...newsletter(), subjectId: yes, channel: 'pigeon' },
      'nothing of the kind',
      { ...newsletter(), contact: email(address) },
      { ...newsletter(), subjectId: yes, at: daysAgo(300) },
      { ...newsletter(), subjectId: yes, knownAs: daysAgo(-1) },
    ];
    const malformed = await service!.post('/v1/permissions/check-batch', { questions });
    expect([malformed.status, malformed.body.errors[0].pointer]).toEqual([400, '/questions/2']);
    const sent = { questions: questions.filter((one) => typeof one !== 'string') };
    const { items } = expectStatus(await service!.post('/v1/permissions/check-batch', sent), 200).body;
    expect(items.map(({ answer }: { answer?: { permitted: boolean } }) => answer?.permitted)).toEqual([
      ...[true, undefined, true, false, undefined],
    ]);
    expect(items[1].problem).toMatchObject({
      ...{ code: 'invalid-request', status: 400, pointer: '/questions/1/channel' },
      detail: expect.stringContaining('phone-human'),
    });
    expect(items[4].problem).toMatchObject({ code: 'invalid-request', pointer: '/questions/4/knownAs' });
  });

  it('are five hundred at most, and as of one moment', async () => {
    const subjectId = await subscriber();
    const questions = Array.from({ length: 500 }, (_, n) => ({
      ...newsletter(),
      subjectId: n % 2 === 0 ? subjectId : randomUUID(),
    }));
    const { items } = expectStatus(
      await service!.post('/v1/permissions/check-batch', { questions }),
      200,
    ).body;
    expect(new Set(items.map(({ answer }: { answer: { at: string } }) => answer.at)).size).toBe(1);
    expect(items.filter(({ answer }: { answer: { permitted: boolean } }) => answer.permitted)).toHaveLength(
      250,
    );
    const one = await service!.post('/v1/permissions/check-batch', {
      questions: [...questions, questions[0]],
    });
    expect(one.status).toBe(400);
  });
});
