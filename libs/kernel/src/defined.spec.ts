import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';
import { defined } from './defined.js';

describe('defined', () => {
  it('keeps every member but those that are undefined', () => {
    const value = fc.oneof(fc.constant(undefined), fc.constantFrom(null, false, 0, ''), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { noNullPrototype: true }), (members) => {
        const kept = defined(members);
        expect(Object.entries(kept)).toEqual(
          Object.entries(members).filter(([, value]) => value !== undefined),
        );
      }),
    );
  });

  it('makes what may be unknown optional, so that it fits an exact type', () => {
    const until: string | undefined = ['2027-11-21'][1];
    const fact: { subject: string; until?: string } = defined({ subject: 'a', until });
    expect(canonicalJson(fact)).toBe('{"subject":"a"}');
  });

  it('does not look inside its members', () => {
    const inner = { a: undefined };
    expect(defined({ inner }).inner).toBe(inner);
  });
});
