import { addDays, addYears, parisDay, startOfParisDay, type Day, type Instant } from '#kernel';
import type { GateFacts } from './facts.js';

/** The last Europe/Paris day of a retention of so many years. */
export function lastDayOfRetention(from: Instant, years: number): Day {
  return addYears(parisDay(from), years);
}

/** Ends worked out before, by the last day. */
const ends = new Map<Day, Instant>();
const KNOWN_ENDS = 10_000;

/** The instant at which a retention is over. */
export function endOfRetention(from: Instant, years: number): Instant {
  const lastDay = lastDayOfRetention(from, years);
  let end = ends.get(lastDay);
  if (end === undefined) {
    if (ends.size >= KNOWN_ENDS) ends.clear();
    ends.set(lastDay, (end = startOfParisDay(addDays(lastDay, 1))));
  }
  return end;
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
  const signs = [
    subject?.registeredAt ?? undefined,
    ...relationships.map(({ at }) => at),
    ...consents.map(({ givenAt }) => givenAt),
  ].filter((at) => at !== undefined);
  return signs.reduce<Instant | undefined>(
    (latest, at) => (latest === undefined || at > latest ? at : latest),
    undefined,
  );
}
