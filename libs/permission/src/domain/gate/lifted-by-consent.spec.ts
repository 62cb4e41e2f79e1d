import { describe, expect, it } from '@jest/globals';
import { decide } from './decide.js';
import { inputOf, rowsOf } from './gate.harness.js';

// A message of service that a consent frees from an older "no" rests on that consent, and ends with it.
describe('a message of service after a "no"', () => {
  const row = rowsOf('post-service-and-persons').find(
    ({ situation }) => situation === 'withdrew-this-then-agreed',
  )!;
  const input = inputOf(row);

  it('is permitted until the consent ends that lifts it, and names it', () => {
    const [consent] = input.facts.consents;
    const { validUntil, deciding } = decide(input);
    expect(validUntil).toBe(consent!.validUntil);
    expect(deciding.map(({ eventId }) => eventId)).toEqual([consent!.eventId]);
    const then = { ...input, question: { ...input.question, at: validUntil! } };
    expect(decide(then).reasons.map(({ code }) => code)).toEqual(['withdrawn']);
  });

  it('needs no consent where nobody said no, and has no end', () => {
    const free = { ...input, facts: { ...input.facts, nos: [] } };
    expect(decide(free)).toMatchObject({ ground: 'service-message', deciding: [] });
    expect(decide(free)).not.toHaveProperty('validUntil');
  });
});
