import { canonicalJson, sha256Hex } from '#kernel';
import { fr20261121 } from './fr-2026-11-21/policy.js';
import type { Policy } from './policy.js';

/** A policy under its version, with the SHA-256 of its canonical JSON: what a decision that rests on it names. */
export interface PublishedPolicy {
  readonly policy: Policy;
  readonly sha256: string;
}

/** SHA-256 in hexadecimal of the canonical JSON of a whole policy, its words included. */
export function fingerprintOf(policy: Policy): string {
  return sha256Hex(canonicalJson(policy));
}

/**
 * Every version ever published, oldest first. None is changed or taken out: a decision names the version it was made
 * by, and must be explained by it later. New law is a new version at the end.
 */
export const publishedPolicies: readonly PublishedPolicy[] = [fr20261121].map((policy) => ({
  policy,
  sha256: fingerprintOf(policy),
}));

/** The version of that name, or the newest; nothing if there is none of that name. */
export function publishedPolicy(version?: string): PublishedPolicy | undefined {
  if (version === undefined) return publishedPolicies.at(-1);
  return publishedPolicies.find(({ policy }) => policy.version === version);
}
