import { addDays, addYears, parisDay, startOfParisDay, type Day, type Instant } from '#kernel';
import type { GateFacts } from './facts.js';
import { Memo } from './memo.js';

/** The last Europe/Paris day of a retention of so many years. */
export function lastDayOfRetention(from: Instant, years: number): Day {
  return addYears(parisDay(from), years);
}

/** The first instant from which a retention of so many years lasts to a day: of what is older it is over by then. */
export function beginOfRetention(day: Day, years: number): Instant {
  const first = addYears(day, -years);
  // A day that a common year does not have ends the retention of the day before it, and is nobody's last day.
  return startOfParisDay(addYears(first, years) < day ? addDays(first, 1) : first);
}

/** Ends worked out before, by the last day. */
const ends = new Memo<Day, Instant>(10_000);

/** The instant at which a retention is over. */
export function endOfRetention(from: Instant, years: number): Instant {
  const lastDay = lastDayOfRetention(from, years);
  return ends.of(lastDay, () => startOfParisDay(addDays(lastDay, 1)));
}

/**
 * Whether a retention of so many years that begins at one instant may be over before another. The years alone tell
 * mostly that it may not, and the days need not be counted: they end in the year to which they are counted, or later.
 */
export function mayEndBefore(from: Instant, years: number, end: Instant | undefined): boolean {
  return end === undefined || Number(from.slice(0, 4)) + years <= Number(end.slice(0, 4));
}

/**
 * Whether every sign of life is older than an instant, of whom there is any: the newest need not be found for it.
 */
export function isEverySignBefore(
  { subject, relationships, consents }: SignsOfLife,
  instant: Instant,
): boolean {
  const registeredAt = subject?.registeredAt ?? undefined;
  if (registeredAt !== undefined && registeredAt >= instant) return false;
  if (relationships.some(({ at }) => at >= instant)) return false;
  if (consents.some(({ givenAt }) => givenAt >= instant)) return false;
  return registeredAt !== undefined || relationships.length > 0 || consents.length > 0;
}

type SignsOfLife = Pick<GateFacts, 'subject' | 'relationships' | 'consents'>;

/**
 * The newest sign that there is a relation: the contact was collected, something was bought, asked or agreed to. From
 * it on the data may serve prospecting for some years. Opening a message is no such sign.
 */
export function lastSignOfLife({ subject, relationships, consents }: SignsOfLife): Instant | undefined {
  let latest = subject?.registeredAt ?? undefined;
  for (const { at } of relationships) latest = latest === undefined || at > latest ? at : latest;
  for (const { givenAt } of consents) latest = latest === undefined || givenAt > latest ? givenAt : latest;
  return latest;
}
