import { addYears, parisDay, type Instant } from '#kernel';
import type { GateFacts } from './facts.js';

/**
 * Until which instant's day the data of a prospect or customer may be used for prospecting: so many years after the
 * last sign of life. A contract in performance has no such end; opening a message is no sign of life.
 */
export function lastSignOfLife(facts: GateFacts): Instant | undefined {
  const signs = [
    ...(facts.subject?.registeredAt == null ? [] : [facts.subject.registeredAt]),
    ...facts.relationships.map(({ at }) => at),
    ...facts.consents.map(({ givenAt }) => givenAt),
  ];
  return signs.reduce<Instant | undefined>(
    (latest, at) => (latest === undefined || at > latest ? at : latest),
    undefined,
  );
}

/** Whether the retention of a person's data for prospecting has elapsed at an instant. */
export function isRetentionElapsed(facts: GateFacts, at: Instant, years: number): boolean {
  const last = lastSignOfLife(facts);
  return last !== undefined && addYears(parisDay(last), years) < parisDay(at);
}
