import type { ContactPointKind } from '#kernel';

/** Kinds of contact point by which a person can be found again. */
export const claimableKinds = [
  'email',
  'phone',
  'postal-address',
  'external-id',
] as const satisfies readonly ContactPointKind[];

/** A kind of contact point that has a blind index. A name has none: too many people share it. */
export type ClaimableKind = (typeof claimableKinds)[number];

/** Whether people are found by contact points of this kind. */
export function isClaimable(kind: ContactPointKind): kind is ClaimableKind {
  return (claimableKinds as readonly ContactPointKind[]).includes(kind);
}
