import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, daysAgo, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// A consent ends otherwise than by the person's own "no": another ends it, or it is found never to have been one. Either
// counts at once, for today and for past days, and is told with who, when and why.

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

interface Subscriber {
  readonly subjectId: string;
  readonly consentId: string;
  readonly path: string;
}

async function subscriber(): Promise<Subscriber> {
  const occurredAt = daysAgo(100);
  const subjectId = await registerPerson(service!, [email(`${randomUUID()}@courrier.example`)], {
    occurredAt,
  });
  const path = `/v1/subjects/${subjectId}/consents`;
  const { body } = expectStatus(await service!.post(path, consentBody(shop, occurredAt)), 201);
  const [{ consentId }] = body.consents as [{ consentId: string }];
  return { subjectId, consentId, path };
}

async function check({ subjectId }: Subscriber, more: object = {}) {
  const question = { subjectId, purposeId: shop.newsletterId, channel: 'email', ...more };
  const { body } = expectStatus(await service!.post('/v1/permissions/check', question), 200);
  return body as {
    permitted: boolean;
    reasons: readonly { code: string; text: string }[];
    deciding: readonly object[];
  };
}

const codesOf = async (person: Subscriber, more: object = {}) =>
  (await check(person, more)).reasons.map(({ code }) => code);

async function end(person: Subscriber, how: 'revocation' | 'invalidation', body: object, as = dpo!) {
  return expectStatus(await as.post(`${person.path}/${person.consentId}/${how}`, body), 201).body;
}

async function listed(person: Subscriber, token: string) {
  const query = `?minToken=${encodeURIComponent(token)}`;
  return expectStatus(await auditor!.get(`${person.path}${query}`), 200).body.items[0];
}

describe('a consent that another than the person ends', () => {
  it('permits nothing from then on, and is told with who, when and why', async () => {
    const person = await subscriber();
    expect((await check(person)).permitted).toBe(true);
    const since = daysAgo(10);
    const { token, appended } = await end(person, 'revocation', {
      reason: 'collector-ended',
      occurredAt: since,
    });
    expect(appended).toBe(1);
    expect(await codesOf(person)).toEqual(['consent-revoked']);
    expect((await check(person)).deciding).toHaveLength(2);
    expect(await codesOf(person, { at: since })).toEqual(['consent-revoked']);
    expect((await check(person, { at: daysAgo(11) })).permitted).toBe(true);
    expect(await listed(person, token)).toMatchObject({
      ...{ consentId: person.consentId, state: 'revoked', endedAt: since },
      endings: [
        { state: 'revoked', at: since, reasons: ['collector-ended'], by: { kind: expect.any(String) } },
      ],
    });
    const one = expectStatus(await auditor!.get(`${person.path}/${person.consentId}`), 200).body;
    expect(one.history.map(({ type }: { type: string }) => type)).toContain('ConsentRevoked');
    const state = expectStatus(await auditor!.get(`/v1/subjects/${person.subjectId}`), 200).body;
    expect(state.choices).toMatchObject([{ state: 'revoked', since }]);
  });

  it('is ended once; a fresh consent stands beside it', async () => {
    const person = await subscriber();
    await end(person, 'revocation', { reason: 'processing-changed' });
    expect((await end(person, 'revocation', { reason: 'processing-changed' })).appended).toBe(0);
    expectStatus(await service!.post(person.path, consentBody(shop, new Date().toISOString())), 201);
    expect((await check(person)).permitted).toBe(true);
  });

  it('must be one of the person', async () => {
    const [person, other] = [await subscriber(), await subscriber()];
    const answer = await dpo!.post(`${person.path}/${other.consentId}/revocation`, {
      reason: 'purpose-ended',
    });
    expect(expectStatus(answer, 404).body.code).toBe('consent-unknown');
    expect((await check(other)).permitted).toBe(true);
  });
});

describe('a consent that never was valid', () => {
  it('permits nothing on any day for whoever knows of it', async () => {
    const person = await subscriber();
    const { token } = await end(person, 'invalidation', { defects: ['not-informed', 'not-free'] });
    expect(await codesOf(person)).toEqual(['consent-invalidated']);
    expect(await codesOf(person, { at: daysAgo(50) })).toEqual(['consent-invalidated']);
    expect(await listed(person, token)).toMatchObject({
      ...{ state: 'invalidated', endings: [{ reasons: ['not-informed', 'not-free'] }] },
    });
  });

  it('may have ended before', async () => {
    const person = await subscriber();
    await end(person, 'revocation', { reason: 'purpose-ended' });
    await end(person, 'invalidation', { defects: ['not-provable'] });
    expect(await codesOf(person)).toEqual(['consent-invalidated']);
  });
});

type Listed = {
  items: { consentId: string; dueAt: string; proofGrade: string; missing: string[] }[];
  next?: string;
};

async function workList(path: string): Promise<Listed> {
  return expectStatus(await dpo!.get(`/v1/work-lists/${path}`), 200).body as Listed;
}

const onList = async (
  path: string,
  { consentId }: Subscriber,
): Promise<Listed['items'][number] | undefined> => {
  const { items, next } = await workList(path);
  const found = items.find((one) => one.consentId === consentId);
  if (found !== undefined || next === undefined) return found;
  const [base = ''] = path.split('&cursor=');
  return onList(`${base}&cursor=${encodeURIComponent(next)}`, { consentId, subjectId: '', path: '' });
};

describe('the work lists', () => {
  it('hold the weak consents with what they lack, page by page, until they end', async () => {
    const [one, other] = [await subscriber(), await subscriber()];
    const grade = (await onGrade(one)) ?? '';
    for (const person of [one, other]) {
      const listed_ = await eventually(
        () => onList(`weak-consents?grade=${grade}&limit=1`, person),
        (found) => found !== undefined,
      );
      expect(listed_).toMatchObject({
        proofGrade: grade,
        missing: expect.arrayContaining([expect.any(String)]),
      });
    }
    expect(
      await onList(`weak-consents?grade=${grade}&purposeId=${shop.callsId}&limit=5`, one),
    ).toBeUndefined();
    const { token } = await end(one, 'revocation', { reason: 'purpose-ended' });
    await listed(one, token);
    expect(await onList(`weak-consents?grade=${grade}&limit=5`, one)).toBeUndefined();
  });

  it('hold what ends soon, until the person renews it', async () => {
    const person = await subscriber();
    const { validUntil } = (await eventually(
      async () => (await auditor!.get(person.path)).body.items?.[0] as { validUntil: string } | undefined,
      (found) => found !== undefined,
    ))!;
    const after = encodeURIComponent(new Date(Date.parse(validUntil) + 1).toISOString());
    const path = (before: string) => `consents-to-renew?reason=ending&before=${before}&limit=5`;
    expect(await onList(path(after), person)).toMatchObject({ dueAt: validUntil });
    expect(await onList(path(encodeURIComponent(validUntil)), person)).toBeUndefined();
    const fresh = await service!.post(person.path, consentBody(shop, new Date().toISOString()));
    await listed(person, expectStatus(fresh, 201).body.token as string);
    expect(await onList(path(after), person)).toBeUndefined();
  });
});

async function onGrade(person: Subscriber): Promise<string | undefined> {
  const answer = await eventually(
    () => auditor!.get(person.path),
    ({ body }) => body.items?.[0] !== undefined,
  );
  return answer.body.items[0].proofGrade as string | undefined;
}

// Last, since it makes every consent of this shop stale.
describe('a consent whose notice changed considerably', () => {
  it('permits nothing from the day on which the new notice takes effect, and did before', async () => {
    const person = await subscriber();
    const versions = `/v1/notices/${shop.noticeId}/versions`;
    const next = { title: { fr: 'Vos données' }, texts: [{ language: 'fr', text: 'Un tout autre usage.' }] };
    const editorial = { ...next, version: 2, change: 'editorial' };
    expectStatus(await dpo!.post(versions, editorial), 201);
    expect((await check(person)).permitted).toBe(true);
    expectStatus(await dpo!.post(versions, { ...next, version: 3, change: 'considerable' }), 201);
    expect(await codesOf(person)).toEqual(['consent-stale-notice']);
    expect((await check(person, { at: daysAgo(50) })).permitted).toBe(true);
    const listed_ = await eventually(
      () => onList('consents-to-renew?reason=notice-changed&limit=2', person),
      (found) => found !== undefined,
    );
    expect(listed_?.dueAt).toEqual(expect.any(String));
  });
});
