import type { Channel, Command } from '#kernel';
import type { CallLimit, ContactMade, ReleaseReason } from '../contract.js';

/** Takes a place for one contact before it is made. */
export type ReserveAttempt = Command<
  'ReserveAttempt',
  {
    readonly attemptId: string;
    readonly subjectId: string;
    readonly controllerId: string;
    readonly purposeId: string;
    readonly channel: Channel;
    /** How long the place is held. */
    readonly lifeMinutes: number;
    /** What the law allows; absent: nothing limits the number. It limits calls only. */
    readonly limit?: CallLimit;
    readonly isErased: boolean;
  }
>;

/** Records a contact that was made. */
export type RecordContact = Command<
  'RecordContact',
  { readonly contact: ContactMade; readonly isErased: boolean }
>;

/** Gives back the place of a contact that was not made. */
export type ReleaseAttempt = Command<
  'ReleaseAttempt',
  {
    readonly attemptId: string;
    readonly subjectId: string;
    readonly reason: ReleaseReason;
    readonly isErased: boolean;
  }
>;

export type SolicitationCommand = ReserveAttempt | RecordContact | ReleaseAttempt;
