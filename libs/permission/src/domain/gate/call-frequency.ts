import { addDays, isTelephone, startOfParisDay, type Day, type Instant } from '#kernel';
import type { CallRule } from '../policy/policy.js';
import type { Solicitation } from './facts.js';
import { newestFirst } from './newest-first.js';

/** Outcomes after which the person is left in peace. */
const REFUSALS = ['refused', 'asked-to-stop'];

/** Which calls a rule counts. */
export interface CallPeriod {
  readonly controllerId: string;
  readonly at: Instant;
  /** The Europe/Paris day of that instant. */
  readonly today: Day;
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
    .sort(newestFirst(({ at }) => at))[0];
}
