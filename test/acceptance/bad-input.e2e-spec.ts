import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Answer, type Client, type Extras } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  formBody,
  noticeBody,
  purposeBody,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// What is wrong is named with its place, and leaves nothing behind: not even the first of several appends.

let ledger: AcceptanceLedger;
let service: Client;
let dpo: Client;
let shop: TestShop;
let subjectId: string;
let erasedId: string;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
  subjectId = await registerPerson(service);
  erasedId = await registerPerson(service);
  await erase(erasedId);
});
afterAll(() => ledger.close());

interface Case {
  readonly client?: () => Client;
  readonly method?: 'POST' | 'PUT' | 'GET';
  readonly path?: () => string;
  readonly body?: () => unknown;
  readonly extras?: () => Extras;
  readonly status: number;
  readonly code: string;
  /** A place that the answer names. */
  readonly pointer?: string;
}

const consents = () => `/v1/subjects/${subjectId}/consents`;
const withConsent = (change: object) => () => ({ ...consentBody(shop), ...change });
const spoken = (expression: object) => () => {
  const { formVersion: _, ...rest } = consentBody(shop);
  const method = { method: 'oral-recorded', defaultState: 'not-applicable', label: 'Acceptez-vous ?' };
  const notice = { noticeId: shop.noticeId, noticeVersion: 1, language: 'fr' };
  return { ...rest, ...notice, expression: { ...method, ...expression } };
};
const raw = (text: string) => () => ({ raw: text });
const register = (value: string) => JSON.stringify({ ...person(), contactPoints: [{ kind: 'name', value }] });

const cases: Readonly<Record<string, Case>> = {
  'a consent to an unknown purpose': {
    body: withConsent({ purposeId: randomUUID() }),
    status: 409,
    code: 'choice-not-offered-by-form',
    pointer: '/purposeId',
  },
  'a spoken consent to an unknown purpose': {
    body: () => ({ ...spoken({})(), purposeId: randomUUID() }),
    status: 409,
    code: 'purpose-unknown',
    pointer: '/purposeId',
  },
  'a consent by an unknown form': {
    body: withConsent({ formVersion: { formId: randomUUID(), version: 1 } }),
    status: 409,
    code: 'collection-form-unknown',
    pointer: '/formVersion',
  },
  'a consent by an unknown version of a form': {
    body: () => withConsent({ formVersion: { formId: shop.formId, version: 2 } })(),
    status: 409,
    code: 'collection-form-unknown',
    pointer: '/formVersion',
  },
  'a consent on an unknown version of a notice': {
    body: () => ({ ...spoken({})(), noticeVersion: 2 }),
    status: 409,
    code: 'notice-unknown',
    pointer: '/noticeId',
  },
  'a consent on a channel that the form did not offer': {
    body: withConsent({ channels: ['email', 'phone-human'] }),
    status: 409,
    code: 'channel-not-offered',
    pointer: '/channels',
  },
  'a consent where the law asks for none': {
    body: () => ({ ...spoken({})(), purposeId: shop.ordersId }),
    status: 409,
    code: 'lawful-basis-is-not-consent',
    pointer: '/purposeId',
  },
  'a pre-ticked consent': {
    body: spoken({ method: 'web-checkbox', defaultState: 'checked' }),
    status: 409,
    code: 'consent-was-pre-ticked',
    pointer: '/expression/defaultState',
  },
  'a wordless consent': {
    body: spoken({ label: ' ' }),
    status: 400,
    code: 'invalid-request',
    pointer: '/expression/label',
  },
  'a form with one wording for two purposes': {
    client: () => dpo,
    path: () => '/v1/collection-forms',
    body: () => {
      const { offers, ...form } = formBody(shop);
      return { ...form, offers: offers.map((offer) => ({ ...offer, label: 'J’accepte tout.' })) };
    },
    status: 409,
    code: 'consent-without-words',
    pointer: '/offers/1/label',
  },
  'a restriction lifted that never stood': {
    client: () => dpo,
    path: () => `/v1/subjects/${subjectId}/restrictions/${randomUUID()}/lift`,
    body: () => ({ reason: 'accuracy-verified' }),
    status: 404,
    code: 'restriction-unknown',
  },
  'an erasure of a person nobody knows': {
    client: () => dpo,
    path: () => `/v1/subjects/${randomUUID()}/erasures`,
    body: () => ({ ground: 'objection', identityCheck: { method: 'not-required', at: daysAgo(0) } }),
    status: 404,
    code: 'subject-unknown',
  },
  'one more address for an erased person': {
    path: () => `/v1/subjects/${erasedId}/contact-points`,
    body: () => email('camille@courrier.example'),
    status: 410,
    code: 'subject-erased',
  },
  'a consent in the future': {
    body: withConsent({ occurredAt: daysAgo(-1) }),
    status: 400,
    code: 'invalid-request',
    pointer: '/occurredAt',
  },
  'a bad UUID in the body': {
    body: withConsent({ purposeId: 'newsletter' }),
    status: 400,
    code: 'invalid-request',
    pointer: '/purposeId',
  },
  'a bad UUID in the address': {
    path: () => '/v1/subjects/camille/consents',
    body: withConsent({}),
    status: 400,
    code: 'invalid-request',
    pointer: '{subjectId}',
  },
  'an unknown field': {
    body: withConsent({ evidence: { userAgent: 'a browser', mood: 'good' } }),
    status: 400,
    code: 'invalid-request',
    pointer: '/evidence/mood',
  },
  'a body over the limit': {
    body: withConsent({ evidence: { statement: 'a'.repeat(300_000) } }),
    status: 413,
    code: 'payload-too-large',
  },
  'a NUL': {
    extras: raw('{"purposeId":"all\\u0000"}'),
    status: 400,
    code: 'invalid-request',
    pointer: '/purposeId',
  },
  'half a surrogate pair': {
    path: () => '/v1/subjects',
    extras: () => ({ raw: register('X').replace('X', '\\ud83d') }),
    status: 400,
    code: 'invalid-request',
    pointer: '/contactPoints/0/value',
  },
  'a number beyond 2^53': {
    extras: () => ({
      raw: JSON.stringify(withConsent({ formVersion: { formId: shop.formId, version: 1 } })()).replace(
        '"version":1',
        '"version":9007199254740993',
      ),
    }),
    status: 400,
    code: 'invalid-request',
    pointer: '/formVersion/version',
  },
  'a member that stands twice': {
    extras: raw('{"purposeId":"all","purposeId":"all"}'),
    status: 400,
    code: 'invalid-request',
    pointer: '/purposeId',
  },
  'half a JSON text': { extras: raw('{"purposeId":'), status: 400, code: 'invalid-request' },
  'no JSON at all': {
    extras: () => ({ raw: 'purposeId=all', contentType: 'application/x-www-form-urlencoded' }),
    status: 415,
    code: 'unsupported-media-type',
  },
  'an address that is none': {
    path: () => '/v1/subjects',
    body: () => ({ ...person(), contactPoints: [email('camille.courrier.example')] }),
    status: 409,
    code: 'contact-point-invalid',
    pointer: '/contactPoints/0/value',
  },
  'a consent of an erased person': {
    path: () => `/v1/subjects/${erasedId}/consents`,
    body: withConsent({}),
    status: 410,
    code: 'subject-erased',
  },
  'a reveal of an erased person': {
    client: () => dpo,
    path: () => `/v1/subjects/${erasedId}/reveal`,
    body: () => ({ fields: ['email'], reason: 'audit' }),
    status: 410,
    code: 'subject-erased',
  },
  'a consent of a person nobody knows': {
    path: () => `/v1/subjects/${randomUUID()}/consents`,
    body: withConsent({}),
    status: 404,
    code: 'subject-unknown',
  },
  'an IBAN in a governance text': {
    client: () => dpo,
    path: () => '/v1/notices',
    body: () => ({
      ...noticeBody,
      texts: [{ language: 'fr', text: 'Remboursement sur FR14 2004 1010 0505 0001 3M02 606.' }],
    }),
    status: 409,
    code: 'personal-data-in-text',
    pointer: '/texts/0/text',
  },
  'a telephone number in the description of a purpose': {
    client: () => dpo,
    path: () => '/v1/purposes',
    body: () => ({
      ...purposeBody(shop.controllerId, 'rappels', ['email']),
      description: { fr: 'Rappeler Lucas au 06 39 98 12 34.' },
    }),
    status: 409,
    code: 'personal-data-in-text',
    pointer: '/description/fr',
  },
  'a form with a ticked box': {
    client: () => dpo,
    path: () => '/v1/collection-forms',
    body: () => ({ ...formBody(shop), defaultState: 'checked' }),
    status: 409,
    code: 'consent-was-pre-ticked',
    pointer: '/defaultState',
  },
  'a purpose described anew without having been read': {
    client: () => dpo,
    method: 'PUT',
    path: () => `/v1/purposes/${shop.newsletterId}`,
    body: () => purposeBody(shop.controllerId, 'lettre', ['email']),
    status: 428,
    code: 'if-match-required',
  },
  'a purpose described anew after somebody else did': {
    client: () => dpo,
    method: 'PUT',
    path: () => `/v1/purposes/${shop.newsletterId}`,
    body: () => purposeBody(shop.controllerId, 'lettre', ['email']),
    extras: () => ({ ifMatch: '"77"' }),
    status: 412,
    code: 'stale-revision',
  },
  'an idempotency key that is none': {
    body: withConsent({}),
    extras: () => ({ key: 'a b' }),
    status: 400,
    code: 'invalid-request',
    pointer: '{Idempotency-Key}',
  },
};

describe('refused, with its place, and nothing written:', () => {
  it.each(Object.entries(cases))('%s', async (_, wrong) => {
    const before = await ledger.countEvents();
    const answer = await send(wrong);
    expect({ status: answer.status, code: answer.body?.code }).toEqual({
      status: wrong.status,
      code: wrong.code,
    });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({ type: `/problems/${wrong.code}`, status: wrong.status });
    if (wrong.pointer !== undefined) {
      expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(wrong.pointer);
    }
    expect(await ledger.countEvents()).toBe(before);
  });

  it('speaks French to who asks for it, and its page explains it', async () => {
    const answer = await service.post(consents(), spoken({ defaultState: 'checked' })(), { language: 'fr' });
    expect(answer.body.title).toBe('Case précochée');
    expect((await service.get(answer.body.type)).status).toBe(200);
  });

  it('never repeats what was sent', async () => {
    const secret = 'benedicte.lachaume(at)fai.example';
    const answer = await service.post('/v1/subjects', { ...person(), contactPoints: [email(secret)] });
    expect(answer.text).not.toContain('lachaume');
  });
});

function send({
  client = () => service,
  method = 'POST',
  path = consents,
  body,
  extras,
}: Case): Promise<Answer> {
  return client().send(method, path(), body?.(), extras?.() ?? {});
}

function person() {
  return { audience: 'consumer', source: { kind: 'shop' } };
}

async function erase(erased: string): Promise<void> {
  const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
  const path = `/v1/subjects/${erased}/erasures`;
  const { erasureId } = expectStatus(await dpo.post(path, { ground: 'objection', identityCheck }), 202).body;
  // Its streams are closed last of what goes on by itself: from then on nothing is written that nobody asked for.
  const isClosed = (steps: readonly { name: string; done: boolean }[]) =>
    steps.some(({ name, done }) => name === 'closed' && done);
  await eventually(
    async () => (await dpo.get(`${path}/${String(erasureId)}`)).body,
    ({ state, steps }) => state === 'unreadable' && isClosed(steps),
  );
}
