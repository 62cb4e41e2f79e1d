/** RFC 3339 instant in UTC with milliseconds, `2026-11-21T18:00:00.000Z`. Instants of one shape sort as text. */
export type Instant = string;

/** A calendar day in Europe/Paris, `2026-11-21`. */
export type Day = string;

/** What time it is; a port, so that the domain stays deterministic. */
export interface Clock {
  /** The current instant. */
  now(): Instant;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const PARIS_DAY = new Intl.DateTimeFormat('en', {
  timeZone: 'Europe/Paris',
  calendar: 'gregory',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** Days already worked out, by UTC hour: in Paris a day begins on the hour. */
const parisDays = new Map<string, Day>();
const KNOWN_HOURS = 10_000;

/**
 * The Europe/Paris calendar day on which an instant falls: the day that French law counts by.
 * Throws `RangeError` if the text is no instant.
 */
export function parisDay(instant: Instant): Day {
  const hour = instant.length === 24 ? instant.slice(0, 13) : undefined;
  const known = hour === undefined ? undefined : parisDays.get(hour);
  if (known !== undefined) return known;
  // Put together from its parts: the punctuation of a locale changes between releases of the Unicode data.
  const parts = new Map(PARIS_DAY.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const [year, month, day] = [parts.get('year'), parts.get('month'), parts.get('day')];
  const found = `${(year ?? '').padStart(4, '0')}-${month ?? ''}-${day ?? ''}`;
  // Before 1911 Paris kept a time of its own, minutes away from the hour.
  if (hour !== undefined && hour >= '1912') {
    if (parisDays.size >= KNOWN_HOURS) parisDays.clear();
    parisDays.set(hour, found);
  }
  return found;
}

/** The instant at which a Europe/Paris day begins. */
export function startOfParisDay(day: Day): Instant {
  const midnightUtc = Date.parse(`${day}T00:00:00.000Z`);
  for (const hours of [2, 1]) {
    const instant = new Date(midnightUtc - hours * HOUR_MS).toISOString();
    if (parisDay(instant) === day) return instant;
  }
  return new Date(midnightUtc).toISOString();
}

/** The last instant of a Europe/Paris day. */
export function endOfParisDay(day: Day): Instant {
  return new Date(Date.parse(startOfParisDay(addDays(day, 1))) - 1).toISOString();
}

/** The day so many days later, by the calendar. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same day `years` later; 29 February becomes 28 February in a common year. */
export function addYears(day: Day, years: number): Day {
  const year = Number(day.slice(0, 4)) + years;
  const monthAndDate = day.slice(4);
  const kept = monthAndDate === '-02-29' && !isLeapYear(year) ? '-02-28' : monthAndDate;
  return `${String(year).padStart(4, '0')}${kept}`;
}

/** The same instant some months later, by the UTC calendar; the last day of a shorter month. */
export function addMonths(instant: Instant, months: number): Instant {
  const date = new Date(instant);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  date.setUTCDate(Math.min(day, daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1)));
  return date.toISOString();
}

const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Writes an RFC 3339 text with any zone as an {@link Instant}; digits below the millisecond are cut off.
 * Throws `RangeError` if it is none: no zone, a day that no calendar has, a leap second, a year outside 0001 to 9999 in UTC.
 */
export function toInstant(text: string): Instant {
  // The engine alone would read 30 February as 2 March, and a text without zone as the machine's local time.
  const [, year, month, day] = RFC_3339.exec(text.toUpperCase()) ?? [];
  if (year === undefined) throw new RangeError('No RFC 3339 date-time with a zone.');
  if (Number(day) > daysInMonth(Number(year), Number(month)))
    throw new RangeError('A day that no calendar has.');
  const instant = new Date(text.toUpperCase()).toISOString();
  // PostgreSQL has no year 0: what is accepted here must fit into every read model.
  if (instant.length !== 24 || instant.startsWith('0000'))
    throw new RangeError('An instant outside the years 0001 to 9999.');
  return instant;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
