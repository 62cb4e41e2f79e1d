import type { Instant } from '#kernel';
import type { ConsentEvent } from '../contract.js';

/** An event that ends one consent. */
export type EndingEvent = Extract<
  ConsentEvent,
  { type: 'ConsentExpired' | 'ConsentRevoked' | 'ConsentInvalidated' }
>;

/** How one consent ended otherwise than by a "no" of the person. */
export interface KnownEndings {
  /** When it expired or was revoked, whichever came first. */
  readonly at?: Instant;
  /** It never was a valid consent. */
  readonly isInvalid: boolean;
}

/** Total over any order of events; the order does not matter. */
export function evolveEndings(
  endings: ReadonlyMap<string, KnownEndings>,
  event: EndingEvent,
): ReadonlyMap<string, KnownEndings> {
  const { consentId, occurredAt } = event.data;
  const known = endings.get(consentId) ?? { isInvalid: false };
  const isFirst = known.at === undefined || occurredAt < known.at;
  const told =
    event.type === 'ConsentInvalidated'
      ? { ...known, isInvalid: true }
      : { ...known, at: isFirst ? occurredAt : known.at };
  return new Map(endings).set(consentId, told);
}
