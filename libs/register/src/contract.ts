import { Type } from 'typebox';
import { languages } from '#kernel';
import {
  DayShape,
  declareEvents,
  InstantShape,
  OneOf,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';
import { activityEndings, ProcessingActivityShape } from './contract/activity-shapes.js';
import { CollectionFormVersionShape, noticeChanges, NoticeTextShape } from './contract/publication-shapes.js';
import { RecipientShape, recipientEndings } from './contract/recipient-shapes.js';
import { ControllerShape, LocalisedShape, purposeEndings, PurposeShape } from './contract/purpose-shapes.js';

export * from './contract/activity-shapes.js';
export * from './contract/publication-shapes.js';
export * from './contract/purpose-shapes.js';
export * from './contract/recipient-shapes.js';

/** What the organisation declares: who it is, why it processes, what it tells people, what it keeps a register of. */
export const registerEvents = declareEvents('register', {
  DataControllerDeclared: {
    version: 1,
    category: 'controller',
    meaning:
      'A legal person that decides on purposes and means is known to the ledger, or its particulars changed.',
    data: Strict({ ...ControllerShape.properties, occurredAt: InstantShape }),
  },
  PurposeDeclared: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose exists, with one lawful basis per variant (Art. 5(1)(b), 6, 13(1)(c)).',
    data: Strict({ ...PurposeShape.properties, occurredAt: InstantShape }),
  },
  PurposeRevised: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose is described anew, whole; acts before it rest on the revision that stood then.',
    data: Strict({ ...PurposeShape.properties, occurredAt: InstantShape }),
  },
  PurposeRetired: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose has ended: nothing new may rest on it.',
    data: Strict({
      purposeId: UuidShape,
      reason: OneOf(purposeEndings),
      occurredAt: InstantShape,
    }),
  },
  NoticeTextRecorded: {
    version: 1,
    category: 'notice',
    meaning:
      'One part of the text of a notice version in one language; the parts in order are the text, to the byte.',
    data: Strict({
      noticeId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      language: OneOf(languages),
      part: Type.Integer({ minimum: 1 }),
      text: Type.String({ minLength: 1 }),
    }),
  },
  NoticePublished: {
    version: 1,
    category: 'notice',
    meaning:
      'A version of the information given to people (Art. 13, 14) is published; its text never changes.',
    data: Strict({
      noticeId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      title: LocalisedShape(200),
      texts: Type.Array(NoticeTextShape, { minItems: 1, maxItems: 7 }),
      effectiveFrom: InstantShape,
      /** Whether the change is considerable: consents then need renewing (EDPB 05/2020). */
      change: OneOf(noticeChanges),
      occurredAt: InstantShape,
    }),
  },
  CollectionFormPublished: {
    version: 1,
    category: 'form',
    meaning:
      'A version of a collection form as people see it from a date on: what a consent given through it rests on.',
    data: Strict({ ...CollectionFormVersionShape.properties, occurredAt: InstantShape }),
  },
  CollectionFormRetired: {
    version: 1,
    category: 'form',
    meaning: 'A collection form is no longer shown.',
    data: Strict({
      formId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      validUntil: InstantShape,
      occurredAt: InstantShape,
    }),
  },
  ProcessingActivityRecorded: {
    version: 1,
    category: 'activity',
    meaning: 'A processing activity is entered in the register (Art. 30).',
    data: Strict({ ...ProcessingActivityShape.properties, occurredAt: InstantShape }),
  },
  ProcessingActivityRevised: {
    version: 1,
    category: 'activity',
    meaning: 'A register line is described anew, whole; the former one stays readable for its time.',
    data: Strict({ ...ProcessingActivityShape.properties, occurredAt: InstantShape }),
  },
  ProcessingActivityRetired: {
    version: 1,
    category: 'activity',
    meaning: 'A processing activity has ended; its line is marked, never deleted.',
    data: Strict({
      activityId: UuidShape,
      reason: OneOf(activityEndings),
      endedOn: DayShape,
      occurredAt: InstantShape,
    }),
  },
  RecipientDeclared: {
    version: 1,
    category: 'recipient',
    meaning:
      'Personal data is disclosed to somebody (Art. 4(9), 13(1)(e)): for which purposes, and how they are told of an erasure (Art. 19).',
    data: Strict({ ...RecipientShape.properties, occurredAt: InstantShape }),
  },
  RecipientRevised: {
    version: 1,
    category: 'recipient',
    meaning: 'A recipient is described anew, whole.',
    data: Strict({ ...RecipientShape.properties, occurredAt: InstantShape }),
  },
  RecipientRetired: {
    version: 1,
    category: 'recipient',
    meaning:
      'Nothing is disclosed to a recipient any more. It is told of erasures as before: what it received it may still have.',
    data: Strict({
      recipientId: UuidShape,
      reason: OneOf(recipientEndings),
      occurredAt: InstantShape,
    }),
  },
});

export type RegisterEvent = EventsOf<typeof registerEvents>;

/** Streams of the register's things. */
export const controllerStream = (id: string): string => `controller-${id}`;
export const purposeStream = (id: string): string => `purpose-${id}`;
export const noticeStream = (id: string): string => `notice-${id}`;
export const formStream = (id: string): string => `form-${id}`;
export const recipientStream = (id: string): string => `recipient-${id}`;
export const activityStream = (id: string): string => `activity-${id}`;
