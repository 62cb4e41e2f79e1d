import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Personal, contactPointKinds } from '#kernel';
import { normaliseContact } from './normalise.js';

const normalise = (kind: (typeof contactPointKinds)[number], text: string): string => {
  const result = normaliseContact(kind, Personal.of(text));
  return 'value' in result ? result.value.reveal() : `(${result.fault})`;
};

describe('a contact value in its one form', () => {
  it.each([
    ['email', ' Alice.MARTIN@Mail.Example ', 'alice.martin@mail.example'],
    ['email', 'ａｌｉｃｅ@mail．example', 'alice@mail.example'],
    ['email', 'élodie@Café.example', 'élodie@xn--caf-dma.example'],
    ['email', 'E\u0301lodie@cafe\u0301.example', 'élodie@xn--caf-dma.example'],
    ['email', "o'neil+tag@sub.mail.example", "o'neil+tag@sub.mail.example"],
    ['phone', '06 12 34 56 78', '+33612345678'],
    ['phone', '+33 (0)6.12.34.56.78', '+33612345678'],
    ['phone', '0033612345678', '+33612345678'],
    ['phone', '+49 30 123456', '+4930123456'],
    ['phone', '０６１２３４５６７８', '+33612345678'],
    ['postal-address', ' 12, Rue de l’Église\n75001  PARIS ', '12 rue de l eglise 75001 paris'],
    ['external-id', '  Crm-00A7 ', 'Crm-00A7'],
  ] as const)('%s %s', (kind, text, expected) => {
    expect(normalise(kind, text)).toBe(expected);
  });

  it.each([
    ['email', '', '(empty)'],
    ['email', ' \n ', '(empty)'],
    ['email', 'no-at.example', '(malformed)'],
    ['email', '@mail.example', '(malformed)'],
    ['email', 'a@b@mail.example', '(malformed)'],
    ['email', 'a b@mail.example', '(malformed)'],
    ['email', 'a@localhost', '(malformed)'],
    ['email', 'a@-x.example', '(malformed)'],
    ['email', 'a@192.0.2.1', '(malformed)'],
    ['email', '"Alice" <a@mail.example>', '(malformed)'],
    ['email', 'a\u200b@mail.example', '(malformed)'],
    ['email', `${'a'.repeat(65)}@mail.example`, '(malformed)'],
    ['email', `a@${'b.'.repeat(130)}example`, '(too-long)'],
    ['phone', '12', '(malformed)'],
    ['phone', 'call me', '(malformed)'],
    ['phone', '+999 123', '(malformed)'],
    ['postal-address', '— , —', '(malformed)'],
    ['external-id', 'a\u0007b', '(malformed)'],
    ['external-id', 'a\ud800', '(malformed)'],
    ['external-id', 'x'.repeat(257), '(too-long)'],
    ['name', 'Alice', '(not-claimable)'],
  ] as const)('%s %j is %s', (kind, text, expected) => {
    expect(normalise(kind, text)).toBe(expected);
  });

  it('understands national numbers of another country when told to', () => {
    const result = normaliseContact('phone', Personal.of('030 123456'), { defaultCountry: 'DE' });
    expect('value' in result && result.value.reveal()).toBe('+4930123456');
  });

  it('does not change when it is normalised again, and never throws', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
      fc.emailAddress(),
      fc.stringMatching(/^\+?[0-9 .()-]{5,20}$/),
    );
    fc.assert(
      fc.property(fc.constantFrom(...contactPointKinds), text, (kind, raw) => {
        const once = normalise(kind, raw);
        if (!once.startsWith('(')) expect(normalise(kind, once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  it('ignores case and spaces around in an e-mail address', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        expect(normalise('email', ` ${email.toUpperCase()}\t`)).toBe(normalise('email', email));
      }),
    );
  });

  it('prints nothing personal', () => {
    const result = normaliseContact('email', Personal.of('alice@mail.example'));
    expect(inspect(result) + JSON.stringify(result)).not.toContain('alice');
  });
});
