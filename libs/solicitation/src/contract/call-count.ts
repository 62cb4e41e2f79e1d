import { addDays, parisDay, type Instant } from '#kernel';

/** Channels that ring: the law counts what comes over them together (C. conso. D.223-9). */
export const callChannels: readonly string[] = ['phone-human', 'autodialer'];

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

/** One attempt at a contact as far as counting goes: reserved, given back, or made. */
export interface CountedAttempt {
  readonly attemptId: string;
  readonly controllerId: string;
  readonly channel: string;
  readonly state: 'reserved' | 'released' | 'made';
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
  /** This attempt is the one that is asked about: it does not count against itself. */
  readonly except?: string;
}

/** By these nobody was spoken to and no message left: attempts, and not calls. */
const NOBODY_REACHED: readonly string[] = ['no-answer', 'busy', 'wrong-number', 'bounced'];

/**
 * How many calls of a data controller, and of those who call for it, a person already has in the `perDays` Europe/Paris
 * calendar days that end with the day of `at`: that day counts as the last one, and whole, so that with 30 days the
 * first is the 29th before it, from its midnight on. Human and automated calls count together.
 *
 * A reservation that has not run out at `at` counts as a call whatever `counts` says, because it may become one; it
 * ends at `expiresAt`, that instant not included. Expired and released reservations count for nothing.
 */
export function callsCounted(
  attempts: Iterable<CountedAttempt>,
  { controllerId, at, perDays, counts, except }: CallCount,
): number {
  const last = parisDay(at);
  const first = addDays(last, 1 - perDays);
  let counted = 0;
  for (const attempt of attempts) {
    if (attempt.controllerId !== controllerId || !callChannels.includes(attempt.channel)) continue;
    if (attempt.attemptId === except) continue;
    if (attempt.state === 'reserved' && isOpen(attempt, at)) counted += 1;
    if (attempt.state !== 'made' || !countsAs(attempt, counts)) continue;
    const day = parisDay(attempt.at);
    if (day >= first && day <= last) counted += 1;
  }
  return counted;
}

/** Whether a reservation still holds its place. */
export function isOpen(
  { state, expiresAt }: Pick<CountedAttempt, 'state' | 'expiresAt'>,
  at: Instant,
): boolean {
  return state === 'reserved' && (expiresAt === null || expiresAt > at);
}

function countsAs({ outcome }: CountedAttempt, counts: CallCounting): boolean {
  return counts === 'calls-and-attempts' || outcome === null || !NOBODY_REACHED.includes(outcome);
}
