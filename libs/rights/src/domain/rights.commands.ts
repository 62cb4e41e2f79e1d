import type { Command, Scope } from '#kernel';
import type { RightsEvent } from '../contract.js';

type EventData<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];
export type ErasureOrdered = EventData<'ErasureOrdered'>;
export type ValueErasureOrdered = EventData<'ValueErasureOrdered'>;

/** Records an objection (Art. 21). Never declined. */
export type RaiseObjection = Command<'RaiseObjection', EventData<'ObjectionRaised'>>;

/** Says what is unwanted at addresses of the person, by the suppression list. Never declined. */
export type MatchSuppressions = Command<
  'MatchSuppressions',
  { readonly subjectId: string; readonly matches: readonly EventData<'SuppressionMatched'>[] }
>;

/** Limits processing to storage (Art. 18(1)). */
export type RestrictProcessing = Command<'RestrictProcessing', EventData<'ProcessingRestricted'>>;

/** Records that the person was told before a restriction is lifted (Art. 18(3)). */
export type NotifyRestrictionLift = Command<'NotifyRestrictionLift', EventData<'RestrictionLiftNotified'>>;

/** Ends a restriction, after notice. */
export type LiftRestriction = Command<'LiftRestriction', EventData<'RestrictionLifted'>>;

/** Orders an erasure (Art. 17). What is retained was computed by dated rules and shown in a dry run. */
export type OrderErasure = Command<
  'OrderErasure',
  {
    readonly order: ErasureOrdered;
    /** Whether any subject of that id was ever registered. */
    readonly isKnown: boolean;
    /** The person confirmed that erasure goes before the restriction they had asked for. */
    readonly confirmsOverRestriction: boolean;
  }
>;

/** Orders the erasure of single values (Art. 17); everything else of the person stays. */
export type OrderValueErasure = Command<
  'OrderValueErasure',
  {
    readonly order: Omit<ValueErasureOrdered, 'despiteRestrictionIds'>;
    /** Whether any subject of that id was ever registered. */
    readonly isKnown: boolean;
    /** The person confirmed that erasure goes before the restriction they had asked for. */
    readonly confirmsOverRestriction: boolean;
  }
>;

/** Says that every standing "no" is in the suppression list. */
export type PrepareSuppression = Command<'PrepareSuppression', EventData<'SuppressionPrepared'>>;

/** Passes the point of no return. */
export type StartKeyDestruction = Command<'StartKeyDestruction', EventData<'KeyDestructionStarted'>>;

/** Records that the keys of one scope are gone. */
export type RecordKeyDestruction = Command<'RecordKeyDestruction', EventData<'SubjectKeyDestroyed'>>;

/** Records that one purger removed what it held. */
export type AcknowledgePurge = Command<'AcknowledgePurge', EventData<'PurgeAcknowledged'>>;

/** Records that a personal stream ends where it does, before the store closes it. */
export type ClosePersonalStream = Command<'ClosePersonalStream', EventData<'PersonalStreamClosed'>>;

/** Records that a purge was proven for these streams. */
export type RecordStreamsPurged = Command<'RecordStreamsPurged', EventData<'PersonalStreamsPurged'>>;

/** Records that an erasure has come to its end. */
export type CompleteErasure = Command<
  'CompleteErasure',
  {
    readonly completed: EventData<'ErasureCompleted'>;
    /** Purgers without whose acknowledgement it may not end. */
    readonly purgers: readonly string[];
  }
>;

/** Says what was sealed for the recipients of an erasure, and until when they must answer (Art. 19). */
export type PrepareRecipients = Command<
  'PrepareRecipients',
  {
    readonly erasureId: string;
    readonly subjectId: string;
    readonly packages: readonly EventData<'RecipientPackagePrepared'>[];
  }
>;

/** Records that a recipient was handed its package. */
export type InformRecipient = Command<'InformRecipient', EventData<'RecipientInformed'>>;

/** Records what a recipient did. */
export type AcknowledgeRecipient = Command<'AcknowledgeRecipient', EventData<'RecipientAcknowledged'>>;

/** Records that a recipient could not be told, or did not answer in time. */
export type FailRecipient = Command<'FailRecipient', EventData<'RecipientFailed'>>;

/** Ends what was kept to tell recipients. */
export type EndNotification = Command<'EndNotification', EventData<'KeyDestructionStarted'>>;

export type RightsCommand =
  | RaiseObjection
  | MatchSuppressions
  | RestrictProcessing
  | NotifyRestrictionLift
  | LiftRestriction
  | OrderErasure
  | OrderValueErasure
  | PrepareSuppression
  | StartKeyDestruction
  | RecordKeyDestruction
  | AcknowledgePurge
  | ClosePersonalStream
  | RecordStreamsPurged
  | CompleteErasure
  | PrepareRecipients
  | InformRecipient
  | AcknowledgeRecipient
  | FailRecipient
  | EndNotification;

/** Scopes that an erasure of "everything" names; suppression entries stand under ids of their own. */
export const erasableScopes: readonly Scope[] = ['identity', 'evidence', 'marketing', 'contract'];
