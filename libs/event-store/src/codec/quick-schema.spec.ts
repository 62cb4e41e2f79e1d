import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Compile } from 'typebox/compile';
import { quickSchema } from './quick-schema.js';
import { compileSchema } from './validator.js';

// Goal: the quick form takes exactly what the declared schema takes. Method: small schemas, also with members named
// like keywords, against values that are made of the same few names and texts.

const NAMES = ['a', 'b', 'properties', 'enum', 'uniqueItems'];

type Schema = Record<string, unknown>;

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<Schema>(
      { type: 'string', enum: ['x', 'y'] },
      { type: 'integer', minimum: 1 },
      { const: 'x' },
      {},
    ),
    fc
      .record({
        properties: fc.dictionary(fc.constantFrom(...NAMES), tie('schema'), { maxKeys: 3 }),
        required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
        isClosed: fc.boolean(),
        patternProperties: fc.option(fc.constant({ '^b$': { type: 'integer' } }), { nil: undefined }),
      })
      .map(({ properties, required, isClosed, patternProperties }): Schema => {
        return {
          ...{ type: 'object', properties, required },
          ...(isClosed && { additionalProperties: false }),
          ...(patternProperties && { patternProperties }),
        };
      }),
    fc.record({ items: tie('schema'), uniqueItems: fc.boolean() }).map((list): Schema => {
      return { type: 'array', ...list };
    }),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((anyOf): Schema => ({ anyOf })),
  ),
}));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('x', 'y', 1, 0, null),
    fc.dictionary(fc.constantFrom(...NAMES, 'c'), tie('value'), { maxKeys: 3 }),
    fc.array(tie('value'), { maxLength: 3 }),
  ),
}));

describe('the quick form of a schema', () => {
  it('takes what the declared one takes, and nothing else', () => {
    let [taken, refused] = [0, 0];
    fc.assert(
      fc.property(schema, fc.array(value, { minLength: 1, maxLength: 20 }), (declared, values) => {
        const [slow, quick] = [Compile(declared), Compile(quickSchema(declared))];
        for (const one of values) {
          const isTaken = slow.Check(one);
          expect(quick.Check(one)).toBe(isTaken);
          if (isTaken) taken += 1;
          else refused += 1;
        }
      }),
      { numRuns: 400 },
    );
    expect(Math.min(taken, refused)).toBeGreaterThan(100);
  });

  it.each([
    ['a member too many', { a: 'x', c: 1 }, false],
    ['only what it names', { a: 'x' }, true],
    ['a member that every object has', JSON.parse('{"a":"x","toString":1}'), false],
    ['the prototype as a member', JSON.parse('{"a":"x","__proto__":1}'), false],
  ])('%s', (_, given, isTaken) => {
    const declared = {
      ...{ type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
      ...{ required: ['a'], additionalProperties: false },
    };
    expect(Compile(declared).Check(given)).toBe(isTaken);
    expect(Compile(quickSchema(declared)).Check(given)).toBe(isTaken);
  });

  it('items that stand twice are found', () => {
    const declared = { type: 'array', items: { type: 'string' }, uniqueItems: true };
    const quick = Compile(quickSchema(declared));
    expect([[], ['x'], ['x', 'y'], ['x', 'x']].map((one) => quick.Check(one))).toEqual([
      ...[true, true, true, false],
    ]);
  });

  it('what is wrong is told by the schema as it was declared', () => {
    const declared = { type: 'object', properties: { a: {}, b: {} }, additionalProperties: false };
    const check = compileSchema(declared);
    expect(check({ a: 1 })).toBeUndefined();
    expect(check({ c: 1 })).toBe('boolean at #/additionalProperties');
    expect(compileSchema({ type: 'array', uniqueItems: true })([1, 1])).toBe('uniqueItems at #');
  });
});
