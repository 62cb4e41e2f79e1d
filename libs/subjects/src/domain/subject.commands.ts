import type { Command } from '#kernel';
import type { SubjectEvent } from '../contract.js';

type EventData<T extends SubjectEvent['type']> = Extract<SubjectEvent, { type: T }>['data'];

/** A contact point whose value is sealed already. */
export type SealedContactPoint = Omit<EventData<'ContactPointAdded'>, 'subjectId' | 'occurredAt'>;

/** What the rights of the person allow today; folded from `rights-<subject>` by the shell. */
export interface Protection {
  readonly isErased: boolean;
  readonly isRestricted: boolean;
}

/** Makes a data subject known, with its contact points, in one append. */
export type RegisterSubject = Command<
  'RegisterSubject',
  {
    readonly registration: EventData<'SubjectRegistered'>;
    readonly contactPoints: readonly SealedContactPoint[];
  }
>;

/** Adds one contact point. */
export type AddContactPoint = Command<
  'AddContactPoint',
  { readonly added: EventData<'ContactPointAdded'>; readonly protection: Protection }
>;

/** Puts a new contact point in the place of an inaccurate one (Art. 16). */
export type RectifyContactPoint = Command<
  'RectifyContactPoint',
  { readonly rectified: EventData<'ContactPointRectified'>; readonly protection: Protection }
>;

/** Removes one contact point. */
export type RemoveContactPoint = Command<
  'RemoveContactPoint',
  { readonly removed: EventData<'ContactPointRemoved'>; readonly protection: Protection }
>;

/** Relates two pseudonyms; never merges them. */
export type LinkSubjects = Command<
  'LinkSubjects',
  {
    readonly link: EventData<'SubjectsLinked'>;
    readonly isOtherKnown: boolean;
    readonly protection: Protection;
  }
>;

/** Ends a relation. */
export type UnlinkSubjects = Command<'UnlinkSubjects', { readonly link: EventData<'SubjectsUnlinked'> }>;

export type SubjectCommand =
  | RegisterSubject
  | AddContactPoint
  | RectifyContactPoint
  | RemoveContactPoint
  | LinkSubjects
  | UnlinkSubjects;
