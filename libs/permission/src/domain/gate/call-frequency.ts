import { isTelephone, type Instant } from '#kernel';
import type { Solicitation } from './facts.js';
import { newest } from './newest.js';

/** Outcomes after which the person is left in peace. */
const REFUSALS = ['refused', 'asked-to-stop'];

/** Whose calls are looked at, and when. */
export interface QuietTime {
  readonly controllerId: string;
  readonly at: Instant;
  /** From when on a refusal asks for quiet; `undefined`: none does. */
  readonly since: Instant | undefined;
}

/** The newest refusal since which the days of quiet that a rule asks for are not over. */
export function refusalInQuietTime(
  solicitations: readonly Solicitation[],
  { controllerId, at, since }: QuietTime,
): Solicitation | undefined {
  if (since === undefined) return undefined;
  return newest(
    solicitations,
    (one) => one.at,
    (one) =>
      one.controllerId === controllerId &&
      isTelephone(one.channel) &&
      one.at <= at &&
      one.at >= since &&
      REFUSALS.includes(one.outcome ?? ''),
  );
}
