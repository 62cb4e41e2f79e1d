import { describe, expect, it } from '@jest/globals';
import { addDays, type Day } from '#kernel';
import { isPublicHoliday } from './public-holidays.js';

// The list of C. trav. L.3133-1, written down here, with an Easter of its own (Meeus/Jones/Butcher).

const FIXED = ['01-01', '05-01', '05-08', '07-14', '08-15', '11-01', '11-11', '12-25'];
/** Easter Monday, Ascension, Whit Monday, in days after Easter. */
const MOVABLE = [1, 39, 50];

function easter(year: number): Day {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return `${String(year)}-${String(Math.floor(n / 31)).padStart(2, '0')}-${String((n % 31) + 1).padStart(2, '0')}`;
}

function daysOf(year: number): readonly Day[] {
  const first = `${String(year)}-01-01`;
  const days = Array.from({ length: 366 }, (_, n) => addDays(first, n));
  return days.filter((day) => day.startsWith(String(year)));
}

describe('public holidays', () => {
  it.each(Array.from({ length: 18 }, (_, n) => 2018 + n))('of %i are the eleven of the law', (year) => {
    const expected = new Set([
      ...FIXED.map((day) => `${String(year)}-${day}`),
      ...MOVABLE.map((days) => addDays(easter(year), days)),
    ]);
    // Ascension may fall on 1 or 8 May: two holidays, one day.
    expect(daysOf(year).filter(isPublicHoliday)).toEqual([...expected].sort());
  });

  it('are eleven in a year in which no two fall on one day', () => {
    expect(daysOf(2026).filter(isPublicHoliday)).toHaveLength(11);
    expect(daysOf(2026).filter(isPublicHoliday)).toContain('2026-04-06');
  });
});
