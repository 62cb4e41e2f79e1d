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
 * Whether every sign of life towards a data controller is older than an instant, of whom there is any: the newest need
 * not be found for it.
 */
export function isEverySignBefore(
  { subject, relationships, consents }: SignsOfLife,
  controllerId: string,
  instant: Instant,
): boolean {
  const registeredAt = subject?.registeredAt ?? undefined;
  if (registeredAt !== undefined && registeredAt >= instant) return false;
  let isAny = registeredAt !== undefined;
  for (const one of relationships) {
    if (one.controllerId !== controllerId) continue;
    if (one.at >= instant) return false;
    isAny = true;
  }
  for (const one of consents) {
    if (one.controllerId !== controllerId) continue;
    if (one.givenAt >= instant) return false;
    isAny = true;
  }
  return isAny;
}

type SignsOfLife = Pick<GateFacts, 'subject' | 'relationships' | 'consents'>;

/**
 * The newest sign that there is a relation with a data controller: the contact was collected, something was bought,
 * asked or agreed to. From it on the data may serve its prospecting for some years; what a sister company was told does
 * not count. Opening a message is no such sign.
 */
export function lastSignOfLife(
  { subject, relationships, consents }: SignsOfLife,
  controllerId: string,
): Instant | undefined {
  let latest = subject?.registeredAt ?? undefined;
  const heard = (own: string, at: Instant): void => {
    if (own === controllerId && (latest === undefined || at > latest)) latest = at;
  };
  for (const one of relationships) heard(one.controllerId, one.at);
  for (const one of consents) heard(one.controllerId, one.givenAt);
  return latest;
}
