import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Decider } from './decider.js';
import type { Command, Message } from './message.js';

type Counted = Message<'Counted', number>;
const decider: Decider<Command<'Count', number>, Counted, readonly number[]> = {
  initialState: [],
  decide: ({ data }) => [{ type: 'Counted', data }],
  evolve: (state, { data }) => [...state, data],
};
const counted = (data: number): Counted => ({ type: 'Counted', data });

describe('fold', () => {
  it('is the initial state when nothing happened', () => {
    expect(fold(decider, [])).toBe(decider.initialState);
  });

  it('applies every event once, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        expect(fold(decider, numbers.map(counted))).toEqual(numbers);
      }),
    );
  });

  it('goes on from where a history was cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (before, after) => {
        const resumed = { ...decider, initialState: fold(decider, before.map(counted)) };
        expect(fold(resumed, after.map(counted))).toEqual(fold(decider, [...before, ...after].map(counted)));
      }),
    );
  });

  it('takes any iterable, so that a stream need not be held in memory', () => {
    function* history(): Generator<Counted> {
      yield counted(1);
      yield counted(2);
    }
    expect(fold(decider, history())).toEqual([1, 2]);
  });
});
