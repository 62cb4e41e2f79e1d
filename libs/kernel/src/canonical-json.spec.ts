import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, NotCanonical, assertJson, canonicalJson } from './canonical-json.js';
import type { Json } from './json.js';
import { Personal } from './personal.js';

// Goal: the text that is hashed and signed stands for exactly one value (evidence.md: encoder equals JSON on its
// domain, injective, refuses everything else). Method: random values of the domain, and one case per refusal.

const text = fc.string({ unit: 'binary' }).filter((s) => !s.includes('\u0000'));
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().map((n) => (Object.is(n, -0) ? 0 : n)),
    text,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(text, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

/** Values from a vocabulary so small that equal ones are met by chance. */
const { small } = fc.letrec<{ small: Json }>((tie) => ({
  small: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom<Json>(null, true, 0, 1, 10, '', '0', '1', 'null', '"', ',', '[]', '{}', [], {}),
    fc.array(tie('small'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('', '0', '"', ':'), tie('small'), { maxKeys: 2, noNullPrototype: true }),
  ),
}));

/** The same value with the members of every object inserted the other way round. */
function reversed(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
  const members = Object.entries(value).map(([key, member]): [string, Json] => [key, reversed(member)]);
  return Object.fromEntries(members.reverse());
}

function keysInOrder(value: unknown): boolean {
  // JSON.parse moves keys that look like indices to the front, so order is judged on the text's other keys.
  if (value === null || typeof value !== 'object') return true;
  const keys = Object.keys(value).filter((key) => !/^\d+$/.test(key));
  const sorted = keys.every((key, i) => i === 0 || (keys[i - 1] as string) < key);
  return sorted && Object.values(value).every(keysInOrder);
}

function refusalOf(value: unknown): NotCanonical {
  try {
    canonicalJson(value);
  } catch (error) {
    if (error instanceof NotCanonical) return error;
    throw error;
  }
  throw new Error('A value without canonical form was accepted.');
}

describe('canonical JSON on its domain', () => {
  it('is JSON that parses back to the value', () => {
    fc.assert(fc.property(json, (value) => expect(JSON.parse(canonicalJson(value))).toEqual(value)));
  });

  it('is a fixed point: writing what was parsed gives the same text', () => {
    fc.assert(
      fc.property(json, (value) => {
        const once = canonicalJson(value);
        expect(canonicalJson(JSON.parse(once))).toBe(once);
      }),
    );
  });

  it('has sorted keys, whatever the order of insertion', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
        expect(keysInOrder(JSON.parse(canonicalJson(value)))).toBe(true);
      }),
    );
  });

  it('equals JSON.stringify where there is nothing to sort', () => {
    const flat: fc.Arbitrary<Json> = fc.array(fc.oneof(text, fc.integer(), fc.boolean()));
    fc.assert(fc.property(flat, (value) => expect(canonicalJson(value)).toBe(JSON.stringify(value))));
  });

  it('is injective: one text, one value', () => {
    let equalPairs = 0;
    const property = fc.property(small, small, (a, b) => {
      const sameText = canonicalJson(a) === canonicalJson(b);
      if (sameText) equalPairs += 1;
      expect(sameText).toBe(isSame(a, b));
    });
    fc.assert(property, { numRuns: 2000 });
    expect(equalPairs).toBeGreaterThan(10);
  });

  it('sorts by UTF-16 code unit and keeps non-ASCII text as it is (RFC 8785, section 3.2.3)', () => {
    const rfc = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalJson(rfc).matchAll(/:"([^"]*)"/g)].map(([, name]) => name?.split(' ')[0]);
    expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji:', 'Hebrew']);
    expect(canonicalJson('é\u2028\u0007\n"\\/')).toBe('"é\u2028\\u0007\\n\\"\\\\/"');
  });

  it('sorts keys that look like indices as text', () => {
    expect(canonicalJson({ b: 0, 9: 1, 10: 2, a: 3 })).toBe('{"10":2,"9":1,"a":3,"b":0}');
  });

  it('writes a member called __proto__ like any other', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
  });

  it('takes objects without prototype, and one object that stands in two places', () => {
    const shared = Object.assign(Object.create(null), { a: 1 });
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  it('takes the bounds of safe integers and of depth', () => {
    expect(canonicalJson([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])).toBe(
      '[9007199254740991,-9007199254740991]',
    );
    const deepest = '['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH);
    expect(canonicalJson(JSON.parse(deepest))).toBe(deepest);
  });
});

describe('what has no canonical JSON', () => {
  class Address {
    city = 'Lyon';
  }
  class Subarray extends Array<number> {}
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const holes: unknown[] = [];
  holes[1] = 1;

  it.each<[string, unknown]>([
    ['a float', 1.5],
    ['negative zero', -0],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['minus infinity', -Infinity],
    ['an integer beyond 2^53', 2 ** 53],
    ['an integer below -2^53', -(2 ** 53)],
    ['a lone high surrogate', '\ud83d'],
    ['a lone low surrogate', 'a\ude00b'],
    ['NUL', 'a\u0000b'],
    ['undefined', undefined],
    ['a function', () => 1],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a set', new Set([1])],
    ['a buffer', Buffer.from('a')],
    ['a boxed number', Object(1)],
    ['a boxed text', Object('a')],
    ['an instance of a class', new Address()],
    ['a personal value', Personal.of('camille@client.example')],
    ['a subclass of Array', Subarray.from([1])],
    ['an array with a hole', holes],
    ['an array with a named member', Object.assign([1], { more: 2 })],
    ['a member under a symbol', { [Symbol('s')]: 1 }],
    ['a hidden member', Object.defineProperty({}, 'toJSON', { value: () => 1, enumerable: false })],
    ['a toJSON of its own', { toJSON: () => 1 }],
    ['a cycle', cycle],
  ])('%s is refused, with its place', (_, value) => {
    refusalOf(value);
    expect(refusalOf({ 'a/b~c': [0, value] }).path.startsWith('/a~1b~0c/1')).toBe(true);
  });

  it('a key with a lone surrogate or NUL is refused', () => {
    expect(refusalOf({ a: { '\ud83d': 1 } }).path).toBe('/a');
    expect(refusalOf({ 'x\u0000': 1 }).path).toBe('');
  });

  it('any float, unsafe integer or malformed text is refused, wherever it stands', () => {
    const outside = fc.oneof(
      fc.double().filter((n) => !Number.isSafeInteger(n) || Object.is(n, -0)),
      fc.string({ unit: fc.constantFrom('a', '\ud83d', '\u0000') }).filter((s) => /[^a]/.test(s)),
    );
    fc.assert(
      fc.property(outside, json, (bad, good) => {
        expect(refusalOf({ a: good, b: [good, { c: bad }] }).path).toBe('/b/1/c');
      }),
    );
  });

  it('depth that would end the call stack is refused like any other value', () => {
    expect(refusalOf(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))).problem).toContain('levels');
    const tooDeep = JSON.parse('{"a":'.repeat(MAX_JSON_DEPTH + 1) + '1' + '}'.repeat(MAX_JSON_DEPTH + 1));
    expect(refusalOf(tooDeep).path).toBe('/a'.repeat(MAX_JSON_DEPTH));
  });

  it('the message names the place and never the value', () => {
    const { message } = refusalOf({ email: `camille@client.example\u0000` });
    expect(message).toBe('No canonical JSON at "/email": a NUL character');
  });

  it('assertJson refuses the same values', () => {
    expect(() => {
      assertJson({ a: 1.5 });
    }).toThrow(NotCanonical);
    const checked: unknown = { a: [1] };
    assertJson(checked);
    expect(checked).toEqual({ a: [1] });
  });
});

/** Equality of JSON values, written apart from the encoder. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return (
    left.size === right.size &&
    [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
  );
}
