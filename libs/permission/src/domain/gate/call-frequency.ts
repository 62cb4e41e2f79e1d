import { addDays, isTelephone, startOfParisDay, type Day, type Instant } from '#kernel';
import type { CallRule } from '../policy/policy.js';
import type { Solicitation } from './facts.js';

/** Outcomes of a call in which nobody was spoken to. */
const UNANSWERED = ['no-answer', 'busy', 'wrong-number'];
/** Outcomes after which the person is left in peace. */
const REFUSALS = ['refused', 'asked-to-stop'];

/** Which calls a rule counts. */
export interface CallPeriod {
  readonly controllerId: string;
  readonly at: Instant;
  /** The Europe/Paris day of that instant. */
  readonly today: Day;
}

/**
 * The calls that count against the limit: those of the data controller, and of whoever calls on its behalf, in the
 * calendar days (Europe/Paris) that end with the day judged. A reservation that stands counts as an attempt.
 */
export function countedCalls(
  solicitations: readonly Solicitation[],
  { perDays, counts }: Pick<CallRule, 'perDays' | 'counts'>,
  { controllerId, at, today }: CallPeriod,
): readonly Solicitation[] {
  const begin = startOfParisDay(addDays(today, 1 - perDays));
  return solicitations.filter(
    (one) =>
      one.controllerId === controllerId &&
      isTelephone(one.channel) &&
      isCounted(one, counts, at) &&
      one.at <= at &&
      one.at >= begin,
  );
}

/** The newest refusal since which the days of quiet that a rule asks for are not over. */
export function refusalInQuietTime(
  solicitations: readonly Solicitation[],
  { daysAfterRefusal }: Pick<CallRule, 'daysAfterRefusal'>,
  { controllerId, at, today }: CallPeriod,
): Solicitation | undefined {
  if (daysAfterRefusal === undefined) return undefined;
  const begin = startOfParisDay(addDays(today, -daysAfterRefusal));
  return solicitations
    .filter(
      (one) =>
        one.controllerId === controllerId &&
        isTelephone(one.channel) &&
        one.at <= at &&
        one.at >= begin &&
        REFUSALS.includes(one.outcome ?? ''),
    )
    .sort((a, b) => (a.at === b.at ? (a.eventId < b.eventId ? 1 : -1) : a.at < b.at ? 1 : -1))[0];
}

function isCounted({ state, outcome, expiresAt }: Solicitation, counts: string, at: Instant): boolean {
  if (state === 'reserved') return expiresAt !== null && expiresAt > at;
  if (state !== 'made') return false;
  return counts === 'calls-and-attempts' || !UNANSWERED.includes(outcome ?? '');
}
