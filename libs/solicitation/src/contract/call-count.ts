import { addDays, isTelephone, parisDay, startOfParisDay, type Day, type Instant } from '#kernel';

/**
 * What counts against a limit. `calls`: calls by which somebody was reached, or may have been; `calls-and-attempts`:
 * also those that nobody answered.
 */
export type CallCounting = 'calls' | 'calls-and-attempts';

/** At most so many calls of one data controller in so many calendar days. */
export interface CallLimit {
  readonly maxCalls: number;
  /** Europe/Paris calendar days, at least 1. */
  readonly perDays: number;
  readonly counts: CallCounting;
}

/** One contact as far as counting goes. */
export interface CountedContact {
  readonly controllerId: string;
  readonly channel: string;
  /** `reserved`, `released` or `made`. */
  readonly state: string;
  /** How it ended; `null` until it is made. */
  readonly outcome: string | null;
  /** When it was made, or reserved. */
  readonly at: Instant;
  /** End of a reservation. */
  readonly expiresAt: Instant | null;
}

/** Whose calls are counted, and over which days. */
export interface CallCount extends Pick<CallLimit, 'perDays' | 'counts'> {
  readonly controllerId: string;
  /** The instant of the call that is asked about. */
  readonly at: Instant;
  /** The Europe/Paris day of that instant, where it is known already. */
  readonly today?: Day;
  /** When the first of those days begins, where it is known already. */
  readonly since?: Instant;
}

/** By these nobody was spoken to and no message left: attempts, and not calls. */
const NOBODY_REACHED: readonly string[] = ['no-answer', 'busy', 'wrong-number', 'bounced'];

/**
 * The calls of a data controller, and of those who call for it, that a person already has in the `perDays` Europe/Paris
 * calendar days that end with the day of `at`: that day counts as the last one, and whole, so that with 30 days the
 * first is the 29th before it, from its midnight on. Human and automated calls count together (C. conso. D.223-9).
 *
 * A reservation that has not run out at `at` counts as a call whatever `counts` says, because it may become one; it
 * ends at `expiresAt`, that instant not included. Expired and released reservations count for nothing.
 */
export function countedCalls<T extends CountedContact>(
  contacts: Iterable<T>,
  { controllerId, at, perDays, counts, today = parisDay(at), since }: CallCount,
): readonly T[] {
  const begin = since ?? startOfParisDay(addDays(today, 1 - perDays));
  return [...contacts].filter((contact) => {
    if (contact.controllerId !== controllerId || !isTelephone(contact.channel)) return false;
    if (contact.state !== 'made') return isOpen(contact, at);
    const isByToday = contact.at <= at || parisDay(contact.at) <= today;
    return contact.at >= begin && isByToday && countsAs(contact, counts);
  });
}

/** How many {@link countedCalls} there are. */
export function callsCounted(contacts: Iterable<CountedContact>, count: CallCount): number {
  return countedCalls(contacts, count).length;
}

/** Whether a reservation still holds its place. */
export function isOpen(
  { state, expiresAt }: Pick<CountedContact, 'state' | 'expiresAt'>,
  at: Instant,
): boolean {
  return state === 'reserved' && (expiresAt === null || expiresAt > at);
}

function countsAs({ outcome }: CountedContact, counts: CallCounting): boolean {
  return counts === 'calls-and-attempts' || outcome === null || !NOBODY_REACHED.includes(outcome);
}
