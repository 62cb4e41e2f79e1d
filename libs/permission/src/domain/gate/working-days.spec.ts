import { describe, expect, it } from '@jest/globals';
import { endOfParisDay } from '#kernel';
import { endOfWorkingDays } from './working-days.js';

// Goal: a call-back may come until the end of the fifth working day; Sundays and public holidays are none.

const holidays = ['2026-11-11', '2026-12-25'];
const after = (from: string, count = 5) => endOfWorkingDays(from, count, (day) => holidays.includes(day));

describe('five working days', () => {
  it.each([
    ['from a Monday: the Saturday', '2026-11-16T09:00:00.000Z', '2026-11-21'],
    ['from a Friday: over the Sunday', '2026-11-20T09:00:00.000Z', '2026-11-26'],
    ['over a public holiday', '2026-11-09T09:00:00.000Z', '2026-11-16'],
    ['from a Sunday', '2026-11-22T09:00:00.000Z', '2026-11-27'],
    ['from late in the evening, by the day in Paris', '2026-11-15T23:30:00.000Z', '2026-11-21'],
  ])('%s', (_case, from, last) => {
    expect(after(from)).toBe(endOfParisDay(last));
  });

  it('is the day itself where none is counted', () => {
    expect(after('2026-11-16T09:00:00.000Z', 0)).toBe(endOfParisDay('2026-11-16'));
  });
});
