import type { Scope } from '#kernel';
import type { RightsEvent } from '../contract.js';
import {
  evolveDestructions,
  isOfDestruction,
  type Destruction,
  type DestructionEvent,
} from './destructions.js';
import {
  evolveNotifications,
  isOfNotification,
  type Notification,
  type NotificationEvent,
} from './notifications.js';
import type { ActiveRestriction, Initiator } from './restriction-rules.js';
import type { ErasureOrdered } from './rights.commands.js';
import { evolveValueErasures, type ValueErasure } from './value-erasures.js';

/** How far an erasure has come. `unreadable`: nothing sealed in its scopes opens any more, anywhere. */
export type ErasureProgress = 'ordered' | 'suppression-prepared' | 'destroying' | 'unreadable';

/** One erasure as it stands. */
export interface Erasure {
  readonly order: ErasureOrdered;
  readonly progress: ErasureProgress;
  readonly destroyedScopes: readonly Scope[];
  readonly purgedBy: readonly string[];
}

/** One objection as it was raised. */
export interface Objection {
  readonly objectionId: string;
  readonly kind: 'marketing' | 'general';
  readonly purposeId: string;
  readonly channel: DataOf<'ObjectionRaised'>['channel'];
  readonly controllerId: string | undefined;
  readonly at: string;
}

/** What is unwanted at an address of the person, by the suppression list. */
export type MatchedSuppression = Omit<DataOf<'SuppressionMatched'>, 'subjectId' | 'occurredAt'>;

/** Rights of one data subject; built from `rights-<subject>` alone. */
export interface RightsState {
  readonly objections: readonly Objection[];
  readonly suppressions: readonly MatchedSuppression[];
  readonly restrictions: readonly ActiveRestriction[];
  readonly liftedRestrictionIds: readonly string[];
  readonly erasures: readonly Erasure[];
  readonly valueErasures: readonly ValueErasure[];
  /** Who must be told of erasures (Art. 19). */
  readonly notifications: readonly Notification[];
  /** What became of everything that is past the point of no return, in the order in which it passed it. */
  readonly destructions: readonly Destruction[];
  /** Scopes whose keys are dead or dying: past the point of no return. */
  readonly fencedScopes: readonly Scope[];
}

export const initialRightsState: RightsState = {
  objections: [],
  suppressions: [],
  restrictions: [],
  liftedRestrictionIds: [],
  erasures: [],
  valueErasures: [],
  notifications: [],
  destructions: [],
  fencedScopes: [],
};

/** Total over any order of events. */
export function evolveRights(state: RightsState, event: RightsEvent): RightsState {
  if (isOfNotification(event))
    return { ...state, notifications: evolveNotifications(state.notifications, event) };
  if (!isOfDestruction(event)) return evolveBefore(state, event);
  const destructions = evolveDestructions(state.destructions, event);
  return { ...evolveErasures(state, event), destructions };
}

function evolveBefore(
  state: RightsState,
  event: Exclude<RightsEvent, DestructionEvent | NotificationEvent>,
): RightsState {
  switch (event.type) {
    case 'ObjectionRaised':
      return { ...state, objections: [...state.objections, objectionOf(event.data)] };
    case 'SuppressionMatched':
      return { ...state, suppressions: [...state.suppressions, event.data] };
    case 'ProcessingRestricted':
      return { ...state, restrictions: [...state.restrictions, restrictionOf(event.data)] };
    case 'RestrictionLiftNotified':
      return {
        ...state,
        restrictions: state.restrictions.map((r) =>
          r.restrictionId === event.data.restrictionId ? { ...r, liftNotified: true } : r,
        ),
      };
    case 'RestrictionLifted':
      return {
        ...state,
        restrictions: state.restrictions.filter((r) => r.restrictionId !== event.data.restrictionId),
        liftedRestrictionIds: [...state.liftedRestrictionIds, event.data.restrictionId],
      };
    case 'ErasureOrdered':
      return {
        ...state,
        erasures: [
          ...state.erasures,
          { order: event.data, progress: 'ordered', destroyedScopes: [], purgedBy: [] },
        ],
      };
    case 'ValueErasureOrdered':
      return { ...state, valueErasures: evolveValueErasures(state.valueErasures, event) };
    case 'SuppressionPrepared':
      return {
        ...withErasure(state, event.data.erasureId, (e) => ({ ...e, progress: 'suppression-prepared' })),
        valueErasures: evolveValueErasures(state.valueErasures, event),
      };
  }
}

function evolveErasures(state: RightsState, event: DestructionEvent): RightsState {
  switch (event.type) {
    case 'KeyDestructionStarted':
      // Without a scope that ends, it is what was kept to tell recipients: the erasure itself is past that.
      if (event.data.scopes.length === 0) return state;
      return {
        ...withErasure(state, event.data.erasureId, (e) => ({ ...e, progress: 'destroying' })),
        fencedScopes: [...new Set([...state.fencedScopes, ...event.data.scopes])],
      };
    case 'SubjectKeyDestroyed':
      return withErasure(state, event.data.erasureId, (e) => destroyed(e, event.data.scope));
    case 'PurgeAcknowledged':
      return withErasure(state, event.data.erasureId, (e) => ({
        ...e,
        purgedBy: [...e.purgedBy, event.data.purger],
      }));
    case 'PersonalStreamClosed':
    case 'PersonalStreamsPurged':
    case 'ErasureCompleted':
      return state;
  }
}

/** Whether the person is erased: their identity is past the point of no return. */
export function isErased(state: RightsState): boolean {
  return state.fencedScopes.includes('identity');
}

/** An erasure by its id. */
export function erasureOf(state: RightsState, erasureId: string): Erasure | undefined {
  return state.erasures.find(({ order }) => order.erasureId === erasureId);
}

/** What became of what an erasure ended; `undefined` before its point of no return. */
export function destructionOf(state: RightsState, erasureId: string): Destruction | undefined {
  return state.destructions.find((destruction) => destruction.erasureId === erasureId);
}

type DataOf<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];

function objectionOf(data: DataOf<'ObjectionRaised'>): Objection {
  const { objectionId, kind, purposeId, channel, controllerId, occurredAt } = data;
  return { objectionId, kind, purposeId, channel, controllerId, at: occurredAt };
}

function restrictionOf(data: DataOf<'ProcessingRestricted'>): ActiveRestriction {
  const { restrictionId, ground, purposeIds, occurredAt } = data;
  const initiator: Initiator = data.initiator;
  return { restrictionId, ground, initiator, purposeIds, since: occurredAt, liftNotified: false };
}

function destroyed(erasure: Erasure, scope: Scope): Erasure {
  const destroyedScopes = [...new Set([...erasure.destroyedScopes, scope])];
  const isComplete = erasure.order.scopes.every((ordered) => destroyedScopes.includes(ordered));
  return { ...erasure, destroyedScopes, progress: isComplete ? 'unreadable' : 'destroying' };
}

function withErasure(
  state: RightsState,
  erasureId: string,
  change: (erasure: Erasure) => Erasure,
): RightsState {
  return {
    ...state,
    erasures: state.erasures.map((e) => (e.order.erasureId === erasureId ? change(e) : e)),
  };
}
