import type { PublishedPolicy } from './published.js';

/** A version by which answers are given. */
export interface PolicyInForce extends PublishedPolicy {
  /** False: no activation of it is known; it stands in for what nobody has put on record. */
  readonly isActivated: boolean;
}

/**
 * The version that a starting program puts on record: its newest, unless it was activated before. A program that meets
 * a version it does not hold is the older one of two, and activates nothing. `published`: oldest first.
 */
export function activationDue(
  activated: readonly string[],
  published: readonly PublishedPolicy[],
): PublishedPolicy | undefined {
  const newest = published.at(-1);
  const isOlder = activated.some((version) => !published.some(({ policy }) => policy.version === version));
  if (newest === undefined || isOlder || activated.includes(newest.policy.version)) return undefined;
  return newest;
}

/**
 * The version to answer by: the newest that was activated and that this program holds, in the order of publication
 * whatever the order of activation. Where none was activated, the earliest published; where only versions were that
 * this program does not hold, the newest that it does. `published`: oldest first, at least one.
 */
export function policyInForce(
  activated: readonly string[],
  published: readonly PublishedPolicy[],
): PolicyInForce {
  const held = published.findLast(({ policy }) => activated.includes(policy.version));
  if (held !== undefined) return { ...held, isActivated: true };
  const standIn = activated.length === 0 ? published[0] : published.at(-1);
  if (standIn === undefined) throw new RangeError('No policy is published');
  return { ...standIn, isActivated: false };
}
