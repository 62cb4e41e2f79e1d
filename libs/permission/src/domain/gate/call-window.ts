import type { Day, Instant } from '#kernel';
import type { CallRule } from '../policy/policy.js';
import type { ContactPoint } from './facts.js';
import { localTime, type LocalTime } from './local-time.js';

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
  rule: CallRule,
  at: Instant,
  points: readonly ContactPoint[],
  isPublicHoliday: IsPublicHoliday,
): CallWindow {
  let openFor = Infinity;
  for (const local of localTimes(rule, at, points)) {
    if (isPublicHoliday(local.day)) return { closed: 'public-holiday' };
    const minutes = rule.weekdays.includes(local.weekday) ? minutesLeft(rule, local) : 0;
    if (minutes <= 0) return { closed: 'outside-call-hours' };
    openFor = Math.min(openFor, minutes);
  }
  const wholeMinute = new Date(at).setUTCSeconds(0, 0);
  return { openUntil: new Date(wholeMinute + openFor * 60_000).toISOString() };
}

function localTimes(rule: CallRule, at: Instant, points: readonly ContactPoint[]): readonly LocalTime[] {
  const own = points.flatMap(({ timeZone }) => (timeZone === null ? [] : [localTime(at, timeZone)]));
  const known = own.filter((local) => local !== undefined);
  if (known.length > 0 && known.length === points.length) return known;
  const possible = rule.zonesIfUnknown.map((zone) => localTime(at, zone));
  return [...known, ...possible.filter((local) => local !== undefined)];
}

/** Minutes until the hours in which a time of day lies are over; 0 outside them. */
function minutesLeft({ hours }: CallRule, { minutes }: LocalTime): number {
  const within = hours.find(([from, to]) => minutesOf(from) <= minutes && minutes < minutesOf(to));
  return within === undefined ? 0 : minutesOf(within[1]) - minutes;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
