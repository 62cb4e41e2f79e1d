import { Rejection } from '#kernel';
import type { RightsEvent } from '../contract.js';
import { restrictionsInTheWay, type ActiveRestriction } from './restriction-rules.js';
import type { OrderValueErasure, RightsCommand } from './rights.commands.js';
import { destructionOf, type RightsState } from './rights-state.js';
import type { ErasedValue, ValueErasure } from './value-erasures.js';

/** The erasure of single values by its id. */
export function valueErasureOf(state: RightsState, erasureId: string): ValueErasure | undefined {
  return state.valueErasures.find(({ order }) => order.erasureId === erasureId);
}

/** Contact points whose values were ordered to go: they no longer belong to the person. */
export function erasedContactPointIds(state: RightsState): ReadonlySet<string> {
  const values = state.valueErasures.flatMap(({ order }) => order.values);
  return new Set(values.flatMap(({ contactPointId }) => contactPointId ?? []));
}

/** The same of the erasures that have passed their point of no return. */
export function pointsOfDestroyedValues(state: RightsState): readonly string[] {
  const destroyed = state.valueErasures.filter(({ order }) => destructionOf(state, order.erasureId));
  return destroyed.flatMap(({ order }) => order.values.flatMap(({ contactPointId }) => contactPointId ?? []));
}

/** The restrictions in whose way the erasure of values stops: those that the person did not choose it over. */
export function restrictionsAgainst(
  { order }: ValueErasure,
  state: RightsState,
): readonly ActiveRestriction[] {
  return state.restrictions.filter(
    ({ restrictionId }) => !order.despiteRestrictionIds.includes(restrictionId),
  );
}

/**
 * Events of the values that may end with a generation now: of the erasures that have entered every "no" in the
 * suppression list and that no restriction keeps waiting. What another order names besides is still needed.
 */
export function valuesThatGo(state: RightsState): ReadonlySet<string> {
  const going = state.valueErasures.filter(
    (erasure) =>
      destructionOf(state, erasure.order.erasureId) !== undefined ||
      (erasure.isSuppressionPrepared && restrictionsAgainst(erasure, state).length === 0),
  );
  return new Set(going.flatMap(({ order }) => order.values.map(({ eventId }) => eventId)));
}

/**
 * Orders the erasure of values that no order names yet. A restriction that the person chooses it over goes on standing
 * for everything else (Art. 18(2): with the person's consent).
 * Rejects: `subject-unknown`, `occurred-in-the-future`, `identity-not-verified`, `erasure-nothing-to-erase`,
 * `erasure-already-ordered`, `erasure-blocked-by-restriction`.
 */
export function orderValueErasure(
  { data, metadata }: OrderValueErasure,
  state: RightsState,
): readonly RightsEvent[] {
  const { order, isKnown, confirmsOverRestriction } = data;
  if (!isKnown) throw new Rejection('subject-unknown');
  if (order.requestedAt > metadata.now)
    throw new Rejection('occurred-in-the-future', undefined, '/requestedAt');
  const isOwnRequest = order.initiator === 'data-subject' || order.initiator === 'representative';
  if (isOwnRequest && order.identityCheck.method === 'not-required') {
    throw new Rejection('identity-not-verified', undefined, '/identityCheck/method');
  }
  if (order.values.length === 0) throw new Rejection('erasure-nothing-to-erase');
  const values = order.values.filter((value) => !isOrdered(value, state));
  if (values.length === 0) throw new Rejection('erasure-already-ordered');
  const erasure = { initiator: order.initiator, confirmed: confirmsOverRestriction };
  if (restrictionsInTheWay(state.restrictions, erasure).length > 0) {
    throw new Rejection(
      'erasure-blocked-by-restriction',
      'Art. 18(2): only storage while a restriction stands.',
    );
  }
  const despiteRestrictionIds = state.restrictions.map(({ restrictionId }) => restrictionId);
  return [{ type: 'ValueErasureOrdered', data: { ...order, values, despiteRestrictionIds } }];
}

function isOrdered({ scope, eventId }: ErasedValue, state: RightsState): boolean {
  if (state.fencedScopes.includes(scope)) return true;
  return state.valueErasures.some(({ order }) => order.values.some((value) => value.eventId === eventId));
}

type StepType = 'PrepareSuppression' | 'StartKeyDestruction' | 'RecordKeyDestruction' | 'AcknowledgePurge';
type Step<T extends StepType> = Extract<RightsCommand, { type: T }>;
type Decision<T extends StepType> = (
  command: Step<T>,
  erasure: ValueErasure,
  state: RightsState,
) => readonly RightsEvent[];

const steps: { readonly [T in StepType]: Decision<T> } = {
  PrepareSuppression: ({ data }, { isSuppressionPrepared }) =>
    isSuppressionPrepared ? [] : [{ type: 'SuppressionPrepared', data }],

  StartKeyDestruction: ({ data }, erasure, state) => {
    if (destructionOf(state, data.erasureId) !== undefined) return [];
    if (!erasure.isSuppressionPrepared) throw new Error('Suppression entries come before the keys die');
    if (restrictionsAgainst(erasure, state).length > 0) throw new Rejection('erasure-blocked-by-restriction');
    return [{ type: 'KeyDestructionStarted', data }];
  },

  RecordKeyDestruction: ({ data }, _, state) =>
    destructionOf(state, data.erasureId)?.destroyedScopes.includes(data.scope) === true
      ? []
      : [{ type: 'SubjectKeyDestroyed', data }],

  AcknowledgePurge: ({ data }, _, state) =>
    destructionOf(state, data.erasureId)?.acknowledgedBy.includes(data.purger) === true
      ? []
      : [{ type: 'PurgeAcknowledged', data }],
};

/**
 * What the steps of an erasure decide where it is one of single values; `undefined`: it is none, or not a step.
 * Rejects: `erasure-blocked-by-restriction`.
 */
export function decideValueStep(
  command: RightsCommand,
  state: RightsState,
): readonly RightsEvent[] | undefined {
  if (!isStep(command)) return undefined;
  const erasure = valueErasureOf(state, command.data.erasureId);
  if (erasure === undefined) return undefined;
  const decide = steps[command.type] as Decision<StepType>;
  return decide(command, erasure, state);
}

function isStep(command: RightsCommand): command is Step<StepType> {
  return Object.hasOwn(steps, command.type);
}
