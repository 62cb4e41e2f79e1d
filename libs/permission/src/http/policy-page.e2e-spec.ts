import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../http/src/app/http-app.fixture.js';
import { policyOn } from '../domain/policy/policy-on.js';
import { publishedPolicy } from '../domain/policy/published.js';
import { PolicyPageController } from './policy-page.controller.js';
import { policyApp } from './policy.fixture.js';

// Goal: a DPO reads the rules of any day as a table, without a credential and without a script.

let server: TestApp;
beforeAll(async () => {
  const times = { startedAt: '2026-08-09T08:15:00.000Z', now: '2026-08-10T22:30:00.000Z' };
  server = await startTestApp(await policyApp(PolicyPageController, times));
});
afterAll(() => server.app.close());

const page = (query: string, language: string) =>
  server.send({ path: `/policy${query}`, headers: { 'accept-language': language } });

describe.each([
  ['fr', 'Les règles de prospection', 'texte officiel, lu', '9 août 2026 à 10:15'],
  ['en', 'The rules on prospecting', 'official text, read', '9 August 2026 at 10:15'],
] as const)('the page of the policy in %s', (language, title, certainty, since) => {
  it.each(['2018-05-25', '2026-08-10', '2026-08-11', '2030-01-01'])(
    'shows every rule of %s with its dates, source and certainty',
    async (at) => {
      const { status, text, headers } = await page(`?at=${at}`, language);
      expect([status, headers['content-type'], headers['content-language']]).toEqual([
        200,
        'text/html; charset=utf-8',
        language,
      ]);
      expect(text).toContain(`<h1>${title}</h1>`);
      expect(text).toContain(certainty);
      const { policy } = publishedPolicy()!;
      const held = policyOn(policy, at)!;
      const shown = [...held.rules, ...held.callRules, ...held.obligations, ...held.unverified];
      for (const { meaning, from, source } of shown) {
        for (const told of [meaning[language], from, source]) expect(text).toContain(asMarkup(told));
      }
      for (const { ruleId } of [...held.rules, policy.fallback])
        expect(text).toContain(`<strong>${ruleId}</strong>`);
      const others = policy.rules.filter((rule) => !held.rules.includes(rule));
      for (const { ruleId } of others) expect(text).not.toContain(`<strong>${ruleId}</strong>`);
    },
  );

  it('says that it knows no law of an earlier day, and from which day on it does', async () => {
    const { status, text } = await page('?at=2018-05-24', language);
    expect(status).toBe(404);
    expect(text).toContain('2018-05-25');
  });

  it('shows since when the ledger answers by each version', async () => {
    const { text } = await page('', language);
    expect(text).toContain(`<td>${since}</td>`);
    expect(text).toContain(publishedPolicy()!.sha256);
  });

  it('heads each column, and lets each table be scrolled by the keyboard', async () => {
    const { text } = await page('', language);
    const tables = text.match(/<table>/g)?.length ?? 0;
    expect(tables).toBeGreaterThan(4);
    expect(text.match(/role="region" aria-label="[^"]+" tabindex="0"/g)).toHaveLength(tables);
    expect(text).not.toMatch(/<th(?! scope="col"|ead)/);
    expect(text).toContain('<label for="at">');
  });
});

it('is that of today in Paris when no day is asked for', async () => {
  expect((await page('', 'en')).text).toBe((await page('?at=2026-08-11', 'en')).text);
});

function asMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
