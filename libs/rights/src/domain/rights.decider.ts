import { Rejection, type Decider } from '#kernel';
import type { RightsEvent } from '../contract.js';
import { decideNotification, isNotification, type NotificationCommand } from './notification-decisions.js';
import { decidePhysicalEnd, isPhysicalEnd, type PhysicalEndCommand } from './physical-end.js';
import { restrictionsInTheWay } from './restriction-rules.js';
import type {
  AcknowledgePurge,
  LiftRestriction,
  MatchSuppressions,
  NotifyRestrictionLift,
  OrderErasure,
  PrepareSuppression,
  RaiseObjection,
  RecordKeyDestruction,
  RestrictProcessing,
  RightsCommand,
  StartKeyDestruction,
} from './rights.commands.js';
import {
  erasureOf,
  evolveRights,
  initialRightsState,
  type Erasure,
  type MatchedSuppression,
  type RightsState,
} from './rights-state.js';
import { decideValueStep, orderValueErasure } from './value-erasure-decisions.js';

/** Restriction, objection and erasure of one data subject: they meet in one stream, so that one revision orders them. */
export const rightsDecider: Decider<RightsCommand, RightsEvent, RightsState> = {
  initialState: initialRightsState,
  evolve: evolveRights,
  decide(command, state) {
    if (isPhysicalEnd(command)) return decidePhysicalEnd(command, state);
    if (isNotification(command)) return decideNotification(command, state);
    return decideValueStep(command, state) ?? decideOwn(command, state);
  },
};

function decideOwn(
  command: Exclude<RightsCommand, PhysicalEndCommand | NotificationCommand>,
  state: RightsState,
): readonly RightsEvent[] {
  switch (command.type) {
    case 'RaiseObjection':
      return raiseObjection(command, state);
    case 'MatchSuppressions':
      return matchSuppressions(command, state);
    case 'RestrictProcessing':
      return restrictProcessing(command);
    case 'NotifyRestrictionLift':
      return notifyRestrictionLift(command, state);
    case 'LiftRestriction':
      return liftRestriction(command, state);
    case 'OrderErasure':
      return orderErasure(command, state);
    case 'OrderValueErasure':
      return orderValueErasure(command, state);
    case 'PrepareSuppression':
      return prepareSuppression(command, state);
    case 'StartKeyDestruction':
      return startKeyDestruction(command, state);
    case 'RecordKeyDestruction':
      return recordKeyDestruction(command, state);
    case 'AcknowledgePurge':
      return acknowledgePurge(command, state);
  }
}

/** Never rejects: objection to marketing is absolute (Art. 21(2), (3)). The same again, no later, adds nothing. */
function raiseObjection({ data }: RaiseObjection, state: RightsState): readonly RightsEvent[] {
  const isKnown = state.objections.some(
    (earlier) =>
      earlier.kind === data.kind &&
      earlier.purposeId === data.purposeId &&
      earlier.channel === data.channel &&
      earlier.controllerId === data.controllerId &&
      earlier.at >= data.occurredAt,
  );
  return isKnown ? [] : [{ type: 'ObjectionRaised', data }];
}

/** Never rejects. What is known of an address with that day or a later one is not said again. */
function matchSuppressions({ data }: MatchSuppressions, state: RightsState): readonly RightsEvent[] {
  const known = [...state.suppressions];
  return data.matches.flatMap((match): readonly RightsEvent[] => {
    if (known.some((earlier) => isSaid(match, earlier))) return [];
    known.push(match);
    return [{ type: 'SuppressionMatched', data: match }];
  });
}

function isSaid(match: MatchedSuppression, earlier: MatchedSuppression): boolean {
  return (
    earlier.contactPointId === match.contactPointId &&
    earlier.purposeId === match.purposeId &&
    earlier.channel === match.channel &&
    earlier.controllerId === match.controllerId &&
    earlier.enteredOn >= match.enteredOn
  );
}

/** Several restrictions may stand side by side; each is lifted on its own. */
function restrictProcessing({ data, metadata }: RestrictProcessing): readonly RightsEvent[] {
  if (data.occurredAt > metadata.now) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
  return [{ type: 'ProcessingRestricted', data }];
}

/** Rejects: `restriction-unknown`, `restriction-already-lifted`. */
function notifyRestrictionLift({ data }: NotifyRestrictionLift, state: RightsState): readonly RightsEvent[] {
  const restriction = standingRestriction(state, data.restrictionId);
  return restriction.liftNotified ? [] : [{ type: 'RestrictionLiftNotified', data }];
}

/** The person is told before (Art. 18(3)). Rejects: `restriction-unknown`, `restriction-already-lifted`, `restriction-lift-not-notified`. */
function liftRestriction({ data }: LiftRestriction, state: RightsState): readonly RightsEvent[] {
  if (!standingRestriction(state, data.restrictionId).liftNotified) {
    throw new Rejection('restriction-lift-not-notified', 'Art. 18(3): tell the person first.');
  }
  return [{ type: 'RestrictionLifted', data }];
}

function standingRestriction(state: RightsState, restrictionId: string) {
  const restriction = state.restrictions.find((r) => r.restrictionId === restrictionId);
  if (restriction !== undefined) return restriction;
  throw new Rejection(
    state.liftedRestrictionIds.includes(restrictionId) ? 'restriction-already-lifted' : 'restriction-unknown',
  );
}

/**
 * Rejects: `subject-unknown`, `identity-not-verified` (a person's own request without a check, Art. 12(6)),
 * `erasure-nothing-to-erase`, `erasure-already-ordered`, `erasure-blocked-by-restriction`.
 */
function orderErasure({ data, metadata }: OrderErasure, state: RightsState): readonly RightsEvent[] {
  const { order } = data;
  if (!data.isKnown) throw new Rejection('subject-unknown');
  if (order.requestedAt > metadata.now)
    throw new Rejection('occurred-in-the-future', undefined, '/requestedAt');
  const isOwnRequest = order.initiator === 'data-subject' || order.initiator === 'representative';
  if (isOwnRequest && order.identityCheck.method === 'not-required') {
    throw new Rejection('identity-not-verified', undefined, '/identityCheck/method');
  }
  if (order.scopes.length === 0) throw new Rejection('erasure-nothing-to-erase');
  const isUnderWay = state.erasures.some(
    (e) => e.progress !== 'unreadable' && e.order.scopes.some((scope) => order.scopes.includes(scope)),
  );
  if (isUnderWay || order.scopes.every((scope) => state.fencedScopes.includes(scope))) {
    throw new Rejection('erasure-already-ordered');
  }
  const erasure = { initiator: order.initiator, confirmed: data.confirmsOverRestriction };
  if (restrictionsInTheWay(state.restrictions, erasure).length > 0) {
    throw new Rejection(
      'erasure-blocked-by-restriction',
      'Art. 18(2): only storage while a restriction stands.',
    );
  }
  const overridden: readonly RightsEvent[] = state.restrictions.map((restriction) => ({
    type: 'RestrictionLifted',
    data: {
      restrictionId: restriction.restrictionId,
      subjectId: order.subjectId,
      reason: 'erasure-chosen',
      occurredAt: metadata.now,
    },
  }));
  return [...overridden, { type: 'ErasureOrdered', data: order }];
}

/** Rejects: `erasure-unknown`. */
function prepareSuppression({ data }: PrepareSuppression, state: RightsState): readonly RightsEvent[] {
  const { progress } = knownErasure(state, data.erasureId);
  return progress === 'ordered' ? [{ type: 'SuppressionPrepared', data }] : [];
}

/**
 * The last moment at which a restriction that came after the order still stops it. Suppression entries stand already:
 * after this nobody can read the address.
 * Rejects: `erasure-unknown`, `erasure-blocked-by-restriction`.
 */
function startKeyDestruction({ data }: StartKeyDestruction, state: RightsState): readonly RightsEvent[] {
  const { progress } = knownErasure(state, data.erasureId);
  if (progress === 'destroying' || progress === 'unreadable') return [];
  if (progress === 'ordered') throw new Error('Suppression entries come before the keys die');
  if (state.restrictions.length > 0) throw new Rejection('erasure-blocked-by-restriction');
  return [{ type: 'KeyDestructionStarted', data }];
}

/** Rejects: `erasure-unknown`. */
function recordKeyDestruction({ data }: RecordKeyDestruction, state: RightsState): readonly RightsEvent[] {
  const { destroyedScopes } = knownErasure(state, data.erasureId);
  return destroyedScopes.includes(data.scope) ? [] : [{ type: 'SubjectKeyDestroyed', data }];
}

/** Rejects: `erasure-unknown`. */
function acknowledgePurge({ data }: AcknowledgePurge, state: RightsState): readonly RightsEvent[] {
  const { purgedBy } = knownErasure(state, data.erasureId);
  return purgedBy.includes(data.purger) ? [] : [{ type: 'PurgeAcknowledged', data }];
}

function knownErasure(state: RightsState, erasureId: string): Erasure {
  const erasure = erasureOf(state, erasureId);
  if (erasure === undefined) throw new Rejection('erasure-unknown');
  return erasure;
}
