import Holidays from 'date-holidays';
import type { Day } from '#kernel';

const calendar = new Holidays('FR', { types: ['public'] });
const byYear = new Map<string, ReadonlySet<Day>>();

/** Whether a day is a public holiday in metropolitan France (C. trav. L.3133-1). */
export function isPublicHoliday(day: Day): boolean {
  const year = day.slice(0, 4);
  let days = byYear.get(year);
  if (days === undefined) byYear.set(year, (days = holidaysIn(Number(year))));
  return days.has(day);
}

function holidaysIn(year: number): ReadonlySet<Day> {
  return new Set(calendar.getHolidays(year, 'fr').map(({ date }) => date.slice(0, 10)));
}
