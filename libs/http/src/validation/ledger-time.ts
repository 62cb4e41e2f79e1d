import type { Clock } from '#kernel';

/**
 * The clock that tells an instant of the past from one to come. Constraints belong to classes, not to an application, so
 * there is one for the process: this machine's until somebody names a better one.
 */
let clock: Clock = { now: () => new Date().toISOString() };

/** From now on instants are judged by this clock: in a server that of PostgreSQL's primary, which every process shares. */
export function judgeInstantsBy(better: Clock): void {
  clock = better;
}

/** Whether an instant (RFC 3339) has not come yet. */
export function isToCome(instant: string): boolean {
  return Date.parse(instant) > Date.parse(clock.now());
}
