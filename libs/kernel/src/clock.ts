/** RFC 3339 instant in UTC with milliseconds, `2026-11-21T18:00:00.000Z`. Instants of one shape sort as text. */
export type Instant = string;

/** A calendar day in Europe/Paris, `2026-11-21`. */
export type Day = string;

/** What time it is; a port, so that the domain stays deterministic. */
export interface Clock {
  /** The current instant. */
  now(): Instant;
}

const PARIS_DAY = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The Europe/Paris calendar day on which an instant falls: the day that French law counts by. */
export function parisDay(instant: Instant): Day {
  return PARIS_DAY.format(new Date(instant));
}

/** The same day `years` later; 29 February becomes 28 February in a common year. */
export function addYears(day: Day, years: number): Day {
  const [year, month, date] = day.split('-') as [string, string, string];
  const target = Number(year) + years;
  const isLeap = (target % 4 === 0 && target % 100 !== 0) || target % 400 === 0;
  const kept = month === '02' && date === '29' && !isLeap ? '28' : date;
  return `${String(target).padStart(4, '0')}-${month}-${kept}`;
}

/** Writes an RFC 3339 text with any zone as an {@link Instant}. Throws `RangeError` if it is none. */
export function toInstant(text: string): Instant {
  return new Date(text).toISOString();
}
