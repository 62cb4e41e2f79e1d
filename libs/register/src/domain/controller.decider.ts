import { Rejection, type Command, type Decider, type Instant } from '#kernel';
import type { ControllerData, RegisterEvent } from '../contract.js';
import { describedAnew, saysNothingNew, standingDescription, type Descriptions } from './described.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';

/** Facts of one `controller-<uuid>` stream. */
export type ControllerEvent = Extract<RegisterEvent, { type: 'DataControllerDeclared' }>;

/** A data controller as it is to stand. */
export interface ControllerProposal {
  readonly controller: ControllerData;
  readonly occurredAt: Instant;
  /** The revision its author has seen; the shell declines a stale one. */
  readonly ifRevision?: bigint;
}

/** Makes a legal person known to the ledger as data controller (Art. 4(7)). */
export type DeclareDataController = Command<'DeclareDataController', ControllerProposal>;
/** Describes it anew, whole: a new address, another officer. */
export type ReviseDataController = Command<'ReviseDataController', ControllerProposal>;
export type ControllerCommand = DeclareDataController | ReviseDataController;

/** All that was ever said about one data controller. */
export type ControllerState = Descriptions<ControllerEvent['data']>;

/**
 * Data controllers; a SIREN names one legal person. Rejects: `code-already-used`, `controller-unknown`,
 * `personal-data-in-text`, `occurred-in-the-future`.
 */
export const controllerDecider: Decider<ControllerCommand, ControllerEvent, ControllerState> = {
  initialState: [],
  decide: (command, state) => {
    switch (command.type) {
      case 'DeclareDataController':
        return declareController(command, state);
      case 'ReviseDataController':
        return reviseController(command, state);
    }
  },
  evolve: (state, event) => describedAnew(state, event.data),
};

function declareController(command: DeclareDataController, state: ControllerState): ControllerEvent[] {
  const description = checked(command);
  if (saysNothingNew(state, description)) return [];
  if (state.length > 0) {
    throw new Rejection('code-already-used', 'This legal person is declared: revise it', '/siren');
  }
  return [{ type: 'DataControllerDeclared', data: description }];
}

function reviseController(command: ReviseDataController, state: ControllerState): ControllerEvent[] {
  const standing = standingDescription(state);
  if (standing === undefined) {
    throw new Rejection('controller-unknown', 'No data controller with this id', '/controllerId');
  }
  const description = checked(command);
  if (standing.siren !== undefined && standing.siren !== description.siren) {
    throw new Rejection('code-already-used', 'Another SIREN is another legal person', '/siren');
  }
  return saysNothingNew(state, description) ? [] : [{ type: 'DataControllerDeclared', data: description }];
}

function checked({ data, metadata }: ControllerCommand): ControllerEvent['data'] {
  refuseFuture(data.occurredAt, metadata.now);
  refusePersonalData(data.controller);
  return { ...data.controller, occurredAt: data.occurredAt };
}
