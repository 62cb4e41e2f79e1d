import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_BODY_DEPTH, parseBody } from './json-text.js';

// Goal: a body that is taken stands for exactly one value, and a refused one is refused with its place and without an
// echo. Method: what parsers disagree about by table; random values and random texts by property.

const codesOf = (text: string): [string, string][] =>
  (parseBody(Buffer.from(text)).faults ?? []).map(({ pointer, code }) => [pointer, code]);

describe('a JSON body', () => {
  it('gives what JSON.parse gives, however it is written', () => {
    const name = fc.string().filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger(),
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000') && text.isWellFormed()),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          name.filter((text) => !text.includes('\u0000')),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, space) => {
        const text = JSON.stringify(json, null, space);
        if (text.includes('-0')) return;
        expect(parseBody(Buffer.from(text))).toEqual({ value: JSON.parse(text) });
      }),
      { numRuns: 500 },
    );
  });

  it('is never taken with a text that JSON.parse and a canonical reader would read differently', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"a"',
      '"a":',
      '"b":',
      ',',
      '1',
      '1.0',
      '-0',
      '1e2',
      'true',
      ' ',
      '"\\u0061":',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const parsed = parseBody(Buffer.from(text));
        if (parsed.faults !== undefined) return;
        // Written again without space it must be as long as the text without its space: nothing was dropped or changed.
        const plain = text.replaceAll(' ', '').replaceAll('\\u0061', 'a');
        expect(JSON.stringify(parsed.value)).toBe(plain);
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[string, string, [string, string][]]>([
    ['a member twice', '{"a":1,"b":{"c":1,"c":2}}', [['/b/c', 'duplicate-member']]],
    ['a member twice, once escaped', '{"a":1,"\\u0061":2}', [['/a', 'duplicate-member']]],
    ['a prototype', '{"x":[{"__proto__":{"admin":true}}]}', [['/x/0/__proto__', 'reserved-member']]],
    ['an escaped prototype', '{"\\u005f_proto__":1}', [['/__proto__', 'reserved-member']]],
    [
      'a constructor',
      '{"constructor":{"prototype":1}}',
      [
        ['/constructor', 'reserved-member'],
        ['/constructor/prototype', 'reserved-member'],
      ],
    ],
    ['NUL', '{"a":"x\\u0000"}', [['/a', 'nul-character']]],
    ['a lone surrogate', '["\\ud800"]', [['/0', 'lone-surrogate']]],
    ['a fraction', '{"a":{"b":[1,1.5]}}', [['/a/b/1', 'not-a-whole-number']]],
    ['a fraction that is whole', '[1.0]', [['/0', 'not-a-whole-number']]],
    [
      'a fraction that would be rounded to a whole number',
      '[1.00000000000000000001]',
      [['/0', 'not-a-whole-number']],
    ],
    ['an exponent', '[1E400]', [['/0', 'not-a-whole-number']]],
    ['negative zero', '[-0]', [['/0', 'not-a-whole-number']]],
    ['2^53', '[9007199254740992]', [['/0', 'number-too-large']]],
    ['2^53 + 1, which would be rounded', '[9007199254740993]', [['/0', 'number-too-large']]],
    ['a very long number', `[${'9'.repeat(400)}]`, [['/0', 'number-too-large']]],
    [
      'several faults',
      '{"a":1.5,"b":"\\u0000","a":0}',
      [
        ['/a', 'not-a-whole-number'],
        ['/b', 'nul-character'],
        ['/a', 'duplicate-member'],
      ],
    ],
    ['text that is no JSON', '{"a":1,}', [['', 'malformed-json']]],
    ['two values', '1 2', [['', 'malformed-json']]],
    ['a comment', '{/* */}', [['', 'malformed-json']]],
    ['raw control characters', '"a\u0001"', [['', 'malformed-json']]],
    ['a byte order mark', '\ufeff{}', [['', 'malformed-json']]],
  ])('%s is refused', (_, text, faults) => {
    expect(codesOf(text)).toEqual(faults);
  });

  it('that is not UTF-8 is refused', () => {
    expect(parseBody(Buffer.from([0x22, 0xff, 0x22])).faults).toEqual([{ pointer: '', code: 'not-utf8' }]);
    expect(parseBody(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])).faults?.[0]?.code).toBe('not-utf8');
  });

  it('may be as deep as the limit and no deeper', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(codesOf(nested(MAX_BODY_DEPTH))).toEqual([]);
    expect(codesOf(nested(MAX_BODY_DEPTH + 1))[0]?.[1]).toBe('too-deep');
    expect(codesOf(nested(100_000))[0]?.[1]).toBe('too-deep');
    expect(codesOf('{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000))[0]?.[1]).toBe('too-deep');
  });

  it('is refused without an echo of what was sent', () => {
    const secrets = ['camille@client.example', '0612345678'];
    for (const secret of secrets) {
      for (const text of [`{"${secret}":1,"${secret}":2}`, `{"a":"${secret}`, `{"a":"${secret}\\u0000"}`]) {
        expect(JSON.stringify(parseBody(Buffer.from(text)).faults)).not.toContain(secret);
      }
    }
  });

  it('of any bytes at all is judged without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        parseBody(Buffer.from(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});
