import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roles, validate } from '#http';
import { canonicalJson, sha256Hex } from '#kernel';
import { startTestApp, type TestApp } from '../../../http/src/app/http-app.fixture.js';
import { publishedPolicy } from '../domain/policy/published.js';
import { PolicyController } from './policy.controller.js';
import { PolicyDto } from './policy.dto.js';
import { policyApp } from './policy.fixture.js';

// Goal: whoever must explain a decision reads the rules of its day over HTTP, in their language, with dates, sources
// and certainty; of a day without a policy the answer is a problem, never a guess. Method: a real server over the controller.

/** Still 10 August in London, already the 11th in Paris. */
const NOW = '2026-08-10T22:30:00.000Z';

const STARTED = '2026-08-09T08:15:00.000Z';

let server: TestApp;
let auditor: string;
beforeAll(async () => {
  server = await startTestApp(await policyApp(PolicyController, { startedAt: STARTED, now: NOW }));
  auditor = await server.token('auditor');
});
afterAll(() => server.app.close());

const ask = (query: string, language = 'en') =>
  server.send({ path: `/v1/policy${query}`, as: auditor, headers: { 'accept-language': language } });

describe('the policy of a day', () => {
  it('is that of today in Paris, by the newest version, when nothing is asked for', async () => {
    const { status, json } = await ask('');
    const newest = publishedPolicy()!;
    expect(status).toBe(200);
    expect(json).toMatchObject({ at: '2026-08-11', version: newest.policy.version, country: 'FR' });
    expect(json).toEqual((await ask('?at=2026-08-11')).json);
    expect(json).toEqual((await ask(`?version=${newest.policy.version}`)).json);
  });

  it('names the hash under which the version was published, and every version', async () => {
    const { json } = await ask('');
    expect(json.sha256).toBe(sha256Hex(canonicalJson(publishedPolicy(json.version)!.policy)));
    expect(json.versions.map(({ version }: { version: string }) => version)).toContain(json.version);
  });

  it('says since when the ledger answers by each version', async () => {
    const { json } = await ask('?at=2018-05-25');
    expect(json.activatedAt).toBe(STARTED);
    expect(json.versions.at(-1)).toMatchObject({ version: json.version, activatedAt: STARTED });
  });

  it('has the shape that the documentation gives, on every side of a change of law', async () => {
    for (const at of ['2018-05-25', '2023-03-01', '2026-08-10', '2026-08-11', '2030-01-01']) {
      for (const language of ['fr', 'en']) {
        const { json } = await ask(`?at=${at}`, language);
        expect(validate(PolicyDto, json, 'json')).toMatchObject({ at, language });
      }
    }
  });

  it('tells a rule with its dates, source and certainty', async () => {
    const { json } = await ask('?at=2026-08-10');
    const rule = json.rules.find(({ ruleId }: { ruleId: string }) => ruleId === 'PH-C-0');
    expect(rule).toMatchObject({
      from: '2018-05-25',
      to: '2026-08-10',
      source: 'C. conso. L.223-1 (ancien)',
      certainty: [{ code: 'secondary', text: 'secondary source' }],
      result: { code: 'opt-out', text: 'permitted unless objected to' },
      sectors: [{ code: 'any', text: 'every sector' }],
    });
    const email = json.rules.find(({ ruleId }: { ruleId: string }) => ruleId === 'EM-C-1');
    expect(email).not.toHaveProperty('to');
  });

  it('is the same rules in French and in English, with other words', async () => {
    const [french, english] = await Promise.all([ask('', 'fr-CA, en;q=0.3'), ask('', 'en-GB')]);
    for (const { headers } of [french, english]) expect(headers['vary']).toContain('accept-language');
    expect([french, english].map(({ headers }) => headers['content-language'])).toEqual(['fr', 'en']);
    expect(french.json.rules[0].result.text).toBe('consentement préalable nécessaire');
    expect(codesOf(french.json)).toEqual(codesOf(english.json));
    expect(french.json.rules[0].meaning).not.toBe(english.json.rules[0].meaning);
  });

  it('keeps what nobody has checked apart from the rules', async () => {
    const { json } = await ask('');
    expect(json.unverified.map(({ ruleId }: { ruleId: string }) => ruleId)).toContain('XX-C-6');
    expect(json.rules.map(({ ruleId }: { ruleId: string }) => ruleId)).not.toContain('XX-C-6');
  });
});

describe('what has no answer', () => {
  it('is a day before the first policy', async () => {
    const { status, json } = await ask('?at=2018-05-24', 'fr');
    expect(status).toBe(404);
    expect(json).toMatchObject({
      code: 'policy-unknown-for-day',
      title: 'Aucune politique connue pour cette date',
      note: `Version ${publishedPolicy()!.policy.version} begins on 2018-05-25.`,
      errors: [{ pointer: '?at' }],
    });
  });

  it('is a version that was never published', async () => {
    const { status, json } = await ask('?version=fr-1789-07-14');
    expect([status, json.code]).toEqual([404, 'policy-version-unknown']);
    expect(json.errors[0].pointer).toBe('?version');
  });

  it.each([
    '?at=2026-02-30',
    '?at=yesterday',
    '?at=2026-08-11T10:00:00Z',
    '?version=FR%201',
    '?day=2026-08-11',
  ])('is a malformed question: %s', async (query) => {
    const { status, json } = await ask(query);
    expect([status, json.code]).toEqual([400, 'invalid-request']);
  });
});

describe('the right to read it', () => {
  it('is with the services, the staff, the DPO and the auditor', async () => {
    const admitted: string[] = [];
    for (const role of roles) {
      const { status } = await server.send({ path: '/v1/policy', as: await server.token(role) });
      if (status === 200) admitted.push(role);
      else expect([role, status]).toEqual([role, 403]);
    }
    expect(admitted).toEqual(['service', 'operator', 'dpo', 'auditor']);
    expect((await server.send({ path: '/v1/policy' })).status).toBe(401);
  });
});

/** Every code in an answer, in order: what must not depend on the language. */
function codesOf(answer: unknown): unknown[] {
  const codes: unknown[] = [];
  JSON.stringify(answer, (key, value: unknown) => {
    if (['code', 'ruleId', 'requirementId', 'from', 'to', 'source'].includes(key)) codes.push(value);
    return value;
  });
  return codes;
}
