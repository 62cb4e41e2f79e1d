import { NIL_UUID } from '#kernel';
import {
  declareEvents,
  InstantShape,
  Sha256Shape,
  SlugShape,
  Strict,
  type EventsOf,
} from '#event-store/contract';

/** Which rules the ledger answered by, from when on. One stream for the whole ledger. */
export const permissionEvents = declareEvents('permission', {
  PolicyActivated: {
    version: 1,
    category: 'policy',
    meaning:
      'From here on the ledger answers by this version of the policy on contacting people. Recorded once per version, by the first process that answers by it.',
    data: Strict({
      version: SlugShape,
      /** Of the canonical JSON (RFC 8785) of the whole version. */
      sha256: Sha256Shape,
      occurredAt: InstantShape,
    }),
  },
});

export type PermissionEvent = EventsOf<typeof permissionEvents>;

/** Stream of the versions of the policy by which this ledger answers. */
export const POLICY_STREAM = `policy-${NIL_UUID}`;
