import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { effectOfNo, hear, standingAnswer, type Answer, type Standing } from './standing.js';

const instant = fc
  .integer({ min: 0, max: 4 })
  .map((day) => new Date(Date.UTC(2026, 1, 27 + day)).toISOString());
const answer: fc.Arbitrary<Answer> = fc.record({
  says: fc.constantFrom('yes' as const, 'no' as const),
  at: instant,
  eventId: fc.uuid({ version: 8 }),
});
const answers = fc.uniqueArray(answer, { maxLength: 8, selector: ({ eventId }) => eventId });

const hearAll = (heard: readonly Answer[]): Standing => heard.reduce(hear, {});
const standing = (heard: readonly Answer[]): Answer | undefined => standingAnswer(hearAll(heard));

// Few instants on purpose: equal times must be met often.
describe('what stands after a series of answers', () => {
  it('does not depend on the order in which they arrive', () => {
    const shuffled = answers.chain((heard) =>
      fc.tuple(fc.constant(heard), fc.shuffledSubarray(heard, { minLength: heard.length })),
    );
    fc.assert(fc.property(shuffled, ([one, other]) => expect(hearAll(other)).toEqual(hearAll(one))));
  });

  it('does not change when an answer is heard twice', () => {
    fc.assert(fc.property(answers, (heard) => expect(hearAll([...heard, ...heard])).toEqual(hearAll(heard))));
  });

  it('is yes only if a yes is newer than every no', () => {
    fc.assert(
      fc.property(answers, (heard) => {
        const noes = heard.filter(({ says }) => says === 'no');
        const wins = heard.some((a) => a.says === 'yes' && noes.every((no) => no.at < a.at));
        expect(standing(heard)?.says === 'yes').toBe(wins);
      }),
    );
  });

  it('never turns from not-yes to yes because of one more no', () => {
    fc.assert(
      fc.property(answers, answer, (heard, more) => {
        const after = standing([...heard, { ...more, says: 'no' }]);
        if (standing(heard)?.says !== 'yes') expect(after?.says).not.toBe('yes');
      }),
    );
  });

  it('is no at equal times', () => {
    const at = '2026-03-01T10:00:00.000Z';
    const yes: Answer = { says: 'yes', at, eventId: 'ffffffff-0000-8000-8000-000000000000' };
    const no: Answer = { says: 'no', at, eventId: '00000000-0000-8000-8000-000000000000' };
    expect(standing([yes, no])).toBe(no);
    expect(standing([no, yes])).toBe(no);
  });

  it('is nothing when nothing was heard', () => {
    expect(standing([])).toBeUndefined();
  });

  it('names the event that decides', () => {
    fc.assert(
      fc.property(answers, (heard) => {
        const found = standing(heard);
        if (found !== undefined) expect(heard).toContain(found);
        else expect(heard).toEqual([]);
      }),
    );
  });

  it('leaves the state it was given as it was', () => {
    fc.assert(
      fc.property(answers, answer, (heard, more) => {
        const before = Object.freeze(hearAll(heard));
        const copy = { ...before };
        hear(before, more);
        expect(before).toEqual(copy);
      }),
    );
  });
});

describe('the effect of a no', () => {
  it('is the earlier of its two times, whichever that is', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(effectOfNo(a, b)).toBe(effectOfNo(b, a));
        expect([a, b].sort()[0]).toBe(effectOfNo(a, b));
      }),
    );
  });
});
