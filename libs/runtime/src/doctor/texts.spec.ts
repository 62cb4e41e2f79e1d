import { describe, expect, it } from '@jest/globals';
import { skewOf } from './clocks.js';
import { judgeVersion } from './event-store.js';
import type { Finding } from './finding.js';
import { languageOf, lineOf } from './texts.js';

describe('the language of the doctor', () => {
  it('is that of the locale, in the order of POSIX, and English where nothing is said', () => {
    expect(languageOf({ LANG: 'fr_FR.UTF-8' })).toBe('fr');
    expect(languageOf({ LANG: 'fr_FR.UTF-8', LC_ALL: 'C' })).toBe('en');
    expect(languageOf({ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr' })).toBe('fr');
    expect(languageOf({ LANG: 'fr_CA', LC_ALL: '' })).toBe('fr');
    expect(languageOf({})).toBe('en');
  });
});

describe('a line', () => {
  const missing: Finding = {
    verdict: 'broken',
    code: 'right-missing',
    about: 'EVENTSTORE_URL',
    detail: 'readsAll',
  };

  it('says its verdict, what it is about and what to do, in words', () => {
    expect(lineOf(missing, 'en')).toBe(
      'mend        EVENTSTORE_URL: right “read $all” is missing. Run npm run eventstore:rights',
    );
    expect(lineOf(missing, 'fr')).toBe(
      'à corriger  EVENTSTORE_URL : le droit « lire $all » manque. Lancez npm run eventstore:rights',
    );
  });

  it('is one line, without a mark left over', () => {
    const owner: Finding = { verdict: 'broken', code: 'role-owns', about: 'DATABASE_URL', detail: 'greffe' };
    for (const language of ['en', 'fr'] as const) {
      expect(lineOf(owner, language)).toContain('OWNER_DATABASE_URL');
      expect(lineOf(owner, language)).not.toMatch(/%[ad]|\n/);
    }
  });
});

describe('what is seen', () => {
  it.each([
    ['23.10.6', 'version-known'],
    ['23.10.0.0', 'version-known'],
    ['24.2.0', 'version-known'],
    ['26.0.1', 'version-known'],
    ['23.6.0', 'version-old'],
    ['22.10.5', 'version-old'],
    ['5.0.8', 'version-old'],
    ['oss-v6', 'version-unknown'],
    ['', 'version-unknown'],
    [undefined, 'version-unknown'],
  ])('version %s is %s', (version, code) => {
    expect(judgeVersion('store', version).code).toBe(code);
  });

  it('clocks that differ by more than two seconds, in either direction, have to be mended', () => {
    expect([-2001, -1999, 0, 2000, 2001].map((ms) => skewOf('x', ms).verdict)).toEqual([
      'broken',
      'ok',
      'ok',
      'ok',
      'broken',
    ]);
  });
});
