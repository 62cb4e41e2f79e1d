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
 * The newest sign that there is a relation: the contact was collected, something was bought, asked or agreed to. From
 * it on the data may serve prospecting for some years. Opening a message is no such sign.
 */
export function lastSignOfLife({
  subject,
  relationships,
  consents,
}: Pick<GateFacts, 'subject' | 'relationships' | 'consents'>): Instant | undefined {
  let latest = subject?.registeredAt ?? undefined;
  for (const { at } of relationships) latest = latest === undefined || at > latest ? at : latest;
  for (const { givenAt } of consents) latest = latest === undefined || givenAt > latest ? givenAt : latest;
  return latest;
}
