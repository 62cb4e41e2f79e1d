import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describedAnew, saysNothingNew, standingDescription, type Descriptions } from './described.js';
import { instants } from './decider.harness.js';

interface Named {
  readonly occurredAt: string;
  readonly name: string;
}
const named = fc.record({ occurredAt: instants, name: fc.constantFrom('a', 'b', 'c') });
const all = (items: readonly Named[]): Descriptions<Named> =>
  items.reduce<Descriptions<Named>>((sum, next) => describedAnew(sum, next), []);

describe('descriptions through time', () => {
  it('stand from the instant they happened, whenever they are recorded', () => {
    const january = { occurredAt: '2026-01-01T00:00:00.000Z', name: 'a' };
    const march = { occurredAt: '2026-03-01T00:00:00.000Z', name: 'b' };
    const february = { occurredAt: '2026-02-01T00:00:00.000Z', name: 'c' };
    const known = all([january, march, february]);
    expect(standingDescription(known)).toBe(march);
    expect(standingDescription(known, '2026-02-15T00:00:00.000Z')).toBe(february);
    expect(standingDescription(known, '2026-01-01T00:00:00.000Z')).toBe(january);
    expect(standingDescription(known, '2025-12-31T00:00:00.000Z')).toBeUndefined();
  });

  it('do not depend on the order of recording, unless two happened at one instant', () => {
    const distinct = fc.uniqueArray(named, { selector: ({ occurredAt }) => occurredAt });
    const pairs = distinct.chain((items) =>
      fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
    );
    fc.assert(
      fc.property(pairs, ([items, other]) => {
        expect(all(other)).toEqual(all(items));
      }),
    );
  });

  it('hold what stood as a filter of the past would say', () => {
    fc.assert(
      fc.property(fc.array(named), instants, (items, at) => {
        const past = items.filter(({ occurredAt }) => occurredAt <= at);
        expect(standingDescription(all(items), at)).toEqual(standingDescription(all(past)));
      }),
    );
  });

  it('are news exactly once', () => {
    fc.assert(
      fc.property(fc.array(named), named, (items, next) => {
        const known = all(items);
        expect(saysNothingNew(describedAnew(known, next), next)).toBe(true);
        if (saysNothingNew(known, next)) {
          expect(standingDescription(known, next.occurredAt)?.name).toBe(next.name);
        }
      }),
    );
  });
});
