import { addDays, addYears, parisDay, startOfParisDay, type Day, type Instant } from '#kernel';
import type { GateFacts } from './facts.js';

/** The last Europe/Paris day of a retention of so many years. */
export function lastDayOfRetention(from: Instant, years: number): Day {
  return addYears(parisDay(from), years);
}

/** The instant at which a retention is over. */
export function endOfRetention(from: Instant, years: number): Instant {
  return startOfParisDay(addDays(lastDayOfRetention(from, years), 1));
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
