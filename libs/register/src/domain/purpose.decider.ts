import { Rejection, type Command, type Decider, type Instant } from '#kernel';
import type { PurposeData, RegisterEvent } from '../contract.js';
import { describedAnew, saysNothingNew, standingDescription, type Descriptions } from './described.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';
import { requireMinimalData, requireOneBasisEach } from './purpose-rules.js';

/** Facts of one `purpose-<uuid>` stream. */
export type PurposeEvent = Extract<
  RegisterEvent,
  { type: 'PurposeDeclared' | 'PurposeRevised' | 'PurposeRetired' }
>;
type PurposeRetired = Extract<PurposeEvent, { type: 'PurposeRetired' }>;

/** A purpose as it is to stand, with what the shell looked up. */
export interface PurposeProposal {
  readonly purpose: PurposeData;
  readonly occurredAt: Instant;
  /** Whether the data controller it names is declared. */
  readonly controllerKnown: boolean;
  /** The revision its author has seen; the shell declines a stale one. */
  readonly ifRevision?: bigint;
}

/** Declares what data is to be used for, before it is collected (Art. 5(1)(b)). */
export type DeclarePurpose = Command<'DeclarePurpose', PurposeProposal>;
/** Describes a purpose anew, whole; a change of basis is such an event and never works backwards. */
export type RevisePurpose = Command<'RevisePurpose', PurposeProposal>;
/** Ends a purpose. */
export type RetirePurpose = Command<'RetirePurpose', PurposeRetired['data']>;
export type PurposeCommand = DeclarePurpose | RevisePurpose | RetirePurpose;

/** One purpose through time. */
export interface PurposeState {
  readonly descriptions: Descriptions<PurposeData & { readonly occurredAt: Instant }>;
  /** How it ended; the first ending stands. */
  readonly ending?: PurposeRetired['data'];
}

/**
 * Purposes: one lawful basis per variant, no more data than needed.
 * Rejects: `code-already-used`, `purpose-unknown`, `purpose-retired`, `controller-unknown`,
 * `purpose-variants-overlap`, `basis-not-possible`, `assessment-missing`, `data-not-needed`, `channel-not-offered`,
 * `personal-data-in-text`, `occurred-in-the-future`.
 */
export const purposeDecider: Decider<PurposeCommand, PurposeEvent, PurposeState> = {
  initialState: { descriptions: [] },
  decide: (command, state) => {
    switch (command.type) {
      case 'DeclarePurpose':
        return declarePurpose(command, state);
      case 'RevisePurpose':
        return revisePurpose(command, state);
      case 'RetirePurpose':
        return retirePurpose(command, state);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'PurposeDeclared':
      case 'PurposeRevised':
        return { ...state, descriptions: describedAnew(state.descriptions, event.data) };
      case 'PurposeRetired':
        return state.ending === undefined ? { ...state, ending: event.data } : state;
    }
  },
};

function declarePurpose({ data, metadata }: DeclarePurpose, state: PurposeState): PurposeEvent[] {
  const description = checked(data, metadata.now);
  if (!isKnown(state)) return [{ type: 'PurposeDeclared', data: description }];
  if (state.ending === undefined && saysNothingNew(state.descriptions, description)) return [];
  throw new Rejection('code-already-used', 'A code names one purpose for ever', '/code');
}

function revisePurpose({ data, metadata }: RevisePurpose, state: PurposeState): PurposeEvent[] {
  requireLive(state);
  if (standingDescription(state.descriptions)?.code !== data.purpose.code) {
    throw new Rejection('code-already-used', 'A code names one purpose for ever', '/code');
  }
  const description = checked(data, metadata.now);
  return saysNothingNew(state.descriptions, description)
    ? []
    : [{ type: 'PurposeRevised', data: description }];
}

/** Retiring again changes nothing: the first ending stands. */
function retirePurpose({ data, metadata }: RetirePurpose, state: PurposeState): PurposeEvent[] {
  refuseFuture(data.occurredAt, metadata.now);
  requireKnown(state);
  return state.ending === undefined ? [{ type: 'PurposeRetired', data }] : [];
}

function checked(
  { purpose, occurredAt, controllerKnown }: PurposeProposal,
  now: Instant,
): PurposeData & { occurredAt: Instant } {
  refuseFuture(occurredAt, now);
  if (!controllerKnown) {
    throw new Rejection('controller-unknown', 'No data controller with this id', '/controllerId');
  }
  requireOneBasisEach(purpose);
  requireMinimalData(purpose);
  refusePersonalData(purpose);
  return { ...purpose, occurredAt };
}

function isKnown({ descriptions, ending }: PurposeState): boolean {
  return ending !== undefined || descriptions.length > 0;
}

function requireKnown(state: PurposeState): void {
  if (!isKnown(state)) throw new Rejection('purpose-unknown', 'No purpose with this id', '/purposeId');
}

function requireLive(state: PurposeState): void {
  requireKnown(state);
  if (state.ending !== undefined)
    throw new Rejection('purpose-retired', 'This purpose has ended', '/purposeId');
}
