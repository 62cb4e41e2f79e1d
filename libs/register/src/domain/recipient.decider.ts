import { Rejection, type Command, type Decider, type Instant } from '#kernel';
import type { RecipientData, RegisterEvent } from '../contract.js';
import { describedAnew, saysNothingNew, type Descriptions } from './described.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';

/** Facts of one `recipient-<uuid>` stream. */
export type RecipientEvent = Extract<
  RegisterEvent,
  { type: 'RecipientDeclared' | 'RecipientRevised' | 'RecipientRetired' }
>;
type Retired = Extract<RecipientEvent, { type: 'RecipientRetired' }>['data'];

/** A recipient as it is to stand, with what the shell looked up. */
export interface RecipientProposal {
  readonly recipient: RecipientData;
  readonly occurredAt: Instant;
  /** Those of its purposes that were ever declared. */
  readonly knownPurposeIds: readonly string[];
  /** The revision its author has seen; the shell declines a stale one. */
  readonly ifRevision?: bigint;
}

/** Names somebody to whom personal data is disclosed (Art. 4(9), 13(1)(e)). */
export type DeclareRecipient = Command<'DeclareRecipient', RecipientProposal>;
/** Describes it anew, whole. */
export type ReviseRecipient = Command<'ReviseRecipient', RecipientProposal>;
/** Says that nothing is disclosed to it any more; it goes on being told of erasures of what it has. */
export type RetireRecipient = Command<'RetireRecipient', Retired>;
export type RecipientCommand = DeclareRecipient | ReviseRecipient | RetireRecipient;

/** One recipient through time. */
export interface RecipientState {
  readonly descriptions: Descriptions<RecipientData & { readonly occurredAt: Instant }>;
  readonly ending?: Retired;
}

/**
 * Recipients of personal data. Rejects: `code-already-used`, `recipient-unknown`, `recipient-incomplete`,
 * `purpose-unknown`, `personal-data-in-text`, `occurred-in-the-future`.
 */
export const recipientDecider: Decider<RecipientCommand, RecipientEvent, RecipientState> = {
  initialState: { descriptions: [] },
  decide: (command, state) => {
    switch (command.type) {
      case 'DeclareRecipient':
        return declareRecipient(command, state);
      case 'ReviseRecipient':
        return reviseRecipient(command, state);
      case 'RetireRecipient':
        return retireRecipient(command, state);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'RecipientDeclared':
      case 'RecipientRevised':
        return { ...state, descriptions: describedAnew(state.descriptions, event.data) };
      case 'RecipientRetired':
        return state.ending === undefined ? { ...state, ending: event.data } : state;
    }
  },
};

function declareRecipient(command: DeclareRecipient, state: RecipientState): RecipientEvent[] {
  const description = checked(command);
  if (saysNothingNew(state.descriptions, description)) return [];
  if (state.descriptions.length > 0)
    throw new Rejection('code-already-used', 'This recipient is declared: revise it');
  return [{ type: 'RecipientDeclared', data: description }];
}

function reviseRecipient(command: ReviseRecipient, state: RecipientState): RecipientEvent[] {
  requireKnown(state);
  const description = checked(command);
  return saysNothingNew(state.descriptions, description)
    ? []
    : [{ type: 'RecipientRevised', data: description }];
}

/** Retiring again changes nothing: the first ending stands. */
function retireRecipient({ data, metadata }: RetireRecipient, state: RecipientState): RecipientEvent[] {
  refuseFuture(data.occurredAt, metadata.now);
  requireKnown(state);
  return state.ending === undefined ? [{ type: 'RecipientRetired', data }] : [];
}

function checked({ data, metadata }: DeclareRecipient | ReviseRecipient) {
  const { recipient, occurredAt, knownPurposeIds } = data;
  refuseFuture(occurredAt, metadata.now);
  const { kind, system } = recipient.identifiesBy;
  if ((kind === 'external-id') !== (system !== undefined)) {
    throw new Rejection(
      'recipient-incomplete',
      'An external id is that of a system, an address of none',
      '/identifiesBy/system',
    );
  }
  if (recipient.purposeIds !== 'all') {
    const unknown = recipient.purposeIds.findIndex((id) => !knownPurposeIds.includes(id));
    if (unknown !== -1)
      throw new Rejection('purpose-unknown', 'No purpose with this id', `/purposeIds/${String(unknown)}`);
  }
  refusePersonalData(recipient);
  return { ...recipient, occurredAt };
}

function requireKnown({ descriptions }: RecipientState): void {
  if (descriptions.length === 0)
    throw new Rejection('recipient-unknown', 'No recipient with this id', '/recipientId');
}
