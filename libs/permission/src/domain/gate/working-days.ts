import { addDays, endOfParisDay, parisDay, type Instant } from '#kernel';
import type { IsPublicHoliday } from './call-window.js';

const SUNDAY = 0;

/**
 * The end of the nth working day after the day of an instant: any day but Sundays and public holidays (“jours
 * ouvrables”, the stricter reading where a text does not say which working days it means).
 */
export function endOfWorkingDays(from: Instant, count: number, isPublicHoliday: IsPublicHoliday): Instant {
  let day = parisDay(from);
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    if (new Date(`${day}T00:00:00.000Z`).getUTCDay() !== SUNDAY && !isPublicHoliday(day)) left -= 1;
  }
  return endOfParisDay(day);
}
