import type { RestrictionGround } from '#kernel';
import type { initiators } from '../contract.js';

export type Initiator = (typeof initiators)[number];

/** A restriction that stands. */
export interface ActiveRestriction {
  readonly restrictionId: string;
  readonly ground: RestrictionGround;
  readonly initiator: Initiator;
  readonly purposeIds: 'all' | readonly string[];
  readonly since: string;
  readonly liftNotified: boolean;
}

/** What becomes of an erasure that meets a restriction. */
export type Meeting = 'proceeds' | 'proceeds-if-confirmed' | 'waits';

interface MeetingRule {
  readonly ground: RestrictionGround;
  readonly restrictedBy: 'person' | 'others';
  readonly erasureBy: 'person' | 'others';
  readonly meeting: Meeting;
}

/**
 * Who wins when an erasure meets a restriction (Art. 17, 18; rulebook "Interactions"). A restriction keeps data *for*
 * the person: only the person may give that protection up, and where they chose it against erasure (grounds
 * `unlawful` and `claims`) only by saying so. Nobody else's erasure gets past a restriction.
 */
export const meetingRules: readonly MeetingRule[] = [
  { ground: 'accuracy', restrictedBy: 'person', erasureBy: 'person', meeting: 'proceeds' },
  { ground: 'objection', restrictedBy: 'person', erasureBy: 'person', meeting: 'proceeds' },
  { ground: 'unlawful', restrictedBy: 'person', erasureBy: 'person', meeting: 'proceeds-if-confirmed' },
  { ground: 'claims', restrictedBy: 'person', erasureBy: 'person', meeting: 'proceeds-if-confirmed' },
];

/** How one erasure meets one restriction; whatever the table does not allow waits. */
export function meetingOf(restriction: ActiveRestriction, erasureBy: Initiator): Meeting {
  const rule = meetingRules.find(
    (candidate) =>
      candidate.ground === restriction.ground &&
      candidate.restrictedBy === partyOf(restriction.initiator) &&
      candidate.erasureBy === partyOf(erasureBy),
  );
  return rule?.meeting ?? 'waits';
}

/** The restrictions in whose way an erasure stops. */
export function restrictionsInTheWay(
  active: readonly ActiveRestriction[],
  erasure: { readonly initiator: Initiator; readonly confirmed: boolean },
): readonly ActiveRestriction[] {
  return active.filter((restriction) => {
    const meeting = meetingOf(restriction, erasure.initiator);
    return meeting === 'waits' || (meeting === 'proceeds-if-confirmed' && !erasure.confirmed);
  });
}

function partyOf(initiator: Initiator): 'person' | 'others' {
  return initiator === 'data-subject' || initiator === 'representative' ? 'person' : 'others';
}
