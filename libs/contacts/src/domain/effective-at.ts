import { effectOfNo, startOfParisDay, type Instant } from '#kernel';

/** The part of an event that tells when it counts. */
export interface DatedEvent {
  readonly type: string;
  readonly data: unknown;
  /** When the ledger recorded it. */
  readonly recordedAt: Instant;
}

/** Members of an event's data that say when it happened in the world; an event has at most one of them. */
const WORLD_TIMES = ['occurredAt', 'notifiedAt', 'destroyedAt', 'acknowledgedAt', 'openedAt'] as const;

/** When an event happened in the world, as claimed; an act of the ledger itself happens when it is recorded. */
export function happenedAt({ data, recordedAt }: DatedEvent): Instant {
  if (data === null || typeof data !== 'object') return recordedAt;
  const members = data as Readonly<Record<string, unknown>>;
  const claimed = WORLD_TIMES.map((name) => members[name]).find((value) => typeof value === 'string');
  return claimed ?? recordedAt;
}

const NOS = ['ConsentRefused', 'ConsentWithdrawn', 'ObjectionRaised', 'ConsentRevoked'];

/** Before every day that can be judged. */
const EVER: Instant = '0001-01-01T00:00:00.000Z';

/**
 * From when on an event counts for the day that is judged. A "no", and the revocation of a consent, takes effect at the
 * earlier of its two times, and one by the suppression list from the day on which the address was entered, whenever it
 * became the person's. Whoever knows that a consent never was valid counts it on no day. Any other act counts when it
 * happened.
 */
export function effectiveAt(event: DatedEvent): Instant {
  if (event.type === 'SuppressionMatched') {
    const { enteredOn } = event.data as { readonly enteredOn: string };
    return effectOfNo(startOfParisDay(enteredOn), event.recordedAt);
  }
  if (event.type === 'ConsentInvalidated') return EVER;
  const happened = happenedAt(event);
  return NOS.includes(event.type) ? effectOfNo(happened, event.recordedAt) : happened;
}
