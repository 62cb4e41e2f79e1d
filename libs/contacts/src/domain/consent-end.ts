import type { Instant } from '#kernel';
import type { ConsentEnding, GivenConsent } from './contact-facts.js';

/** How a consent ended of itself. */
export interface ConsentEnd {
  readonly state: ConsentEnding['state'];
  readonly at: Instant;
  /** The event that says so; absent: its stated end has come, and the ledger has not marked it yet. */
  readonly eventId?: string;
}

type Ending = Pick<GivenConsent, 'validUntil' | 'endings' | 'givenAt'>;

/** Whether a consent has ended otherwise than by a "no": what is on record stays so, whatever the clock says. */
export function hasEnded({ validUntil, endings }: Ending, at: Instant): boolean {
  return endings.length > 0 || (validUntil !== null && validUntil <= at);
}

/** Whether a consent ever was one. */
export function isValid({ endings }: { readonly endings: readonly Pick<ConsentEnding, 'state'>[] }): boolean {
  return !endings.some(({ state }) => state === 'invalidated');
}

/** How a consent ended; `undefined`: it has not. What never was valid ended with its beginning; else the first end counts. */
export function endOf(consent: Ending, at: Instant): ConsentEnd | undefined {
  const invalid = consent.endings.find(({ state }) => state === 'invalidated');
  if (invalid !== undefined) return { state: 'invalidated', at: invalid.at, eventId: invalid.eventId };
  const { validUntil } = consent;
  const [first] = consent.endings;
  if (first !== undefined && (validUntil === null || first.at <= validUntil)) {
    return { state: first.state, at: first.at, eventId: first.eventId };
  }
  if (validUntil === null || (validUntil > at && first === undefined)) return undefined;
  return { state: 'expired', at: validUntil };
}

/** As {@link endOf}, of a consent that has ended. */
export function lastingEnd(consent: Ending, at: Instant): ConsentEnd {
  const end = endOf(consent, at);
  if (end === undefined) throw new RangeError('A consent that has not ended');
  return end;
}
