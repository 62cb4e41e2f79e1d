import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from '../port.js';
import { placeOf, toPosition } from './positions.js';

const part = fc.bigInt(0n, 2n ** 63n - 1n);
const place = fc.record({ commit: part, prepare: part });

describe('positions of EventStoreDB', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(place, (at) => {
        expect(placeOf(toPosition(at))).toEqual(at);
      }),
    );
  });

  it('are ordered as text as the log is: by commit, then by prepare', () => {
    const compare = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0);
    fc.assert(
      fc.property(place, place, (one, other) => {
        const inLog = compare(one.commit, other.commit) || compare(one.prepare, other.prepare);
        expect(compare(toPosition(one), toPosition(other))).toBe(inLog);
      }),
    );
  });

  it.each(['', 'elsewhere', '00000000000000000003', `${'0'.repeat(40)}1`, ` ${'0'.repeat(39)}`])(
    'are not taken from another kind of store (%s)',
    (text) => {
      expect(placeOf(text as Position)).toBeUndefined();
    },
  );
});
