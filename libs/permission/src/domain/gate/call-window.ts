import type { Day, Instant } from '#kernel';
import type { ContactPoint } from './facts.js';
import type { CallRuleOnDay } from './gate-day.js';
import { instantAt, localTime, type LocalTime } from './local-time.js';

/** Whether a day is a public holiday (C. trav. L.3133-1). */
export type IsPublicHoliday = (day: Day) => boolean;

/** Whether a call may be made now: until when, or what stands against it. */
export type CallWindow =
  { readonly openUntil: Instant } | { readonly closed: 'public-holiday' | 'outside-call-hours' };

/**
 * Judges days and hours where the person is. Of somebody whose time zone is not known they must allow the call in
 * every zone in which they may be; of somebody with several numbers, at each.
 */
export function callWindow(
  day: CallRuleOnDay,
  at: Instant,
  points: readonly ContactPoint[],
  isPublicHoliday: IsPublicHoliday,
): CallWindow {
  let openUntil = Infinity;
  const { weekdays } = day.rule;
  for (const local of localTimes(day, at, points)) {
    if (isPublicHoliday(local.day)) return { closed: 'public-holiday' };
    const minutes = weekdays.includes(local.weekday) ? minutesLeft(day, local) : 0;
    if (minutes <= 0) return { closed: 'outside-call-hours' };
    openUntil = Math.min(openUntil, local.epochMinutes + minutes);
  }
  return { openUntil: instantAt(openUntil) };
}

function localTimes(
  { rule }: CallRuleOnDay,
  at: Instant,
  points: readonly ContactPoint[],
): readonly LocalTime[] {
  const known: LocalTime[] = [];
  for (const { timeZone } of points) {
    const local = timeZone === null ? undefined : localTime(at, timeZone);
    if (local !== undefined) known.push(local);
  }
  if (known.length > 0 && known.length === points.length) return known;
  const possible = rule.zonesIfUnknown.map((zone) => localTime(at, zone));
  return [...known, ...possible.filter((local) => local !== undefined)];
}

/** Minutes until the hours in which a time of day lies are over; 0 outside them. */
function minutesLeft({ hours }: CallRuleOnDay, { minutes }: LocalTime): number {
  const within = hours.find(([from, to]) => from <= minutes && minutes < to);
  return within === undefined ? 0 : within[1] - minutes;
}
