import type { Instant } from '#kernel';
import type { EventPlace } from './facts.js';

/**
 * The newest of the facts that match, by time, and by event where two have the same: the order in which they arrived
 * does not matter. `undefined`: none matches.
 */
export function newest<T extends EventPlace>(
  facts: readonly T[],
  instantOf: (fact: T) => Instant,
  matches: (fact: T) => boolean,
): T | undefined {
  let found: T | undefined;
  for (const one of facts) {
    if (matches(one) && (found === undefined || isNewer(one, found, instantOf))) found = one;
  }
  return found;
}

/** Whether one fact is newer than another. */
export function isNewer<T extends EventPlace>(one: T, other: T, instantOf: (fact: T) => Instant): boolean {
  const at = instantOf(one);
  const otherAt = instantOf(other);
  return at === otherAt ? one.eventId > other.eventId : at > otherAt;
}
