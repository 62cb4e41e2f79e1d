import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { answerOf, inputOf, rowsOf } from './gate.harness.js';

// A place that is held counts as a call for everybody but the call that it is held for.
describe('a place that is held', () => {
  const row = rowsOf('hours-and-numbers').find(
    ({ situation }) => situation === 'subscriber-called-and-reserved',
  )!;
  const input = inputOf(row);
  const asked = (attemptId: string) => decide({ ...input, question: { ...input.question, attemptId } });

  it('stands against another call, and not against its own', () => {
    expect(answerOf(asked('another'))).toBe('no call-limit-reached');
    expect(answerOf(asked('attempt-3'))).toBe('yes ongoing-contract');
  });

  it('is the only one that its own call does not count', () => {
    const { facts } = input;
    const fourth = { ...facts.solicitations[0]!, eventId: 'fourth', attemptId: 'fourth' };
    const full = { ...input, facts: { ...facts, solicitations: [...facts.solicitations, fourth] } };
    const decision = decide({ ...full, question: { ...input.question, attemptId: 'attempt-3' } });
    expect(answerOf(decision)).toBe('no call-limit-reached');
  });
});
