import { Type } from 'typebox';
import { audiences, contactPointKinds, sourceKinds } from '#kernel';
import {
  declareEvents,
  EvidenceRefShape,
  InstantShape,
  OneOf,
  SlugShape,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';
import { relationship } from './contract/relationship.js';

export { MAX_NAMED, relationshipKinds, type RelationshipKind } from './contract/relationship.js';

/** Why somebody looks at personal values: a closed list, kept with each look. */
export const lookReasons = [
  'service-operation',
  'customer-request',
  'data-subject-request',
  'complaint',
  'quality-check',
  'fraud-investigation',
  'audit',
  'legal-claim',
  'authority-request',
] as const;
export type LookReason = (typeof lookReasons)[number];

/** Fields of a person that can be revealed. */
export const revealableFields = ['name', 'email', 'phone', 'postal-address', 'external-id'] as const;
export type RevealableField = (typeof revealableFields)[number];

/** Whose line or address it is; `published-professional` is one the person published for their trade. */
export const contactPointUses = ['unknown', 'personal', 'professional', 'published-professional'] as const;

const ContactPoint = {
  contactPointId: UuidShape,
  kind: OneOf(contactPointKinds),
  /** System of an external id. */
  system: Type.Optional(SlugShape),
  use: OneOf(contactPointUses),
  /** IANA zone in which the person may be called; absent means unknown. */
  timeZone: Type.Optional(Type.String({ pattern: '^[A-Za-z]+(/[A-Za-z0-9_+-]+)*$', maxLength: 64 })),
  /** The value, sealed. */
  value: EvidenceRefShape,
};

/** Data subjects (Art. 4(1)), how they can be reached, and who looked at them. */
export const subjectEvents = declareEvents('subjects', {
  SubjectRegistered: {
    version: 1,
    category: 'subject',
    meaning:
      'A data subject is known under a pseudonym. Says whether the data came from the person (Art. 13) or from elsewhere (Art. 14).',
    data: Strict({
      subjectId: UuidShape,
      audience: OneOf(audiences),
      collection: OneOf(['direct', 'indirect']),
      source: Strict({
        kind: OneOf(sourceKinds),
        campaignId: Type.Optional(SlugShape),
        importId: Type.Optional(UuidShape),
      }),
      occurredAt: InstantShape,
    }),
  },
  ContactPointAdded: {
    version: 1,
    category: 'subject',
    meaning:
      'The person can be reached or recognised by one more address, number or external id; the value is sealed.',
    data: Strict({ subjectId: UuidShape, ...ContactPoint, occurredAt: InstantShape }),
  },
  ContactPointRectified: {
    version: 1,
    category: 'subject',
    meaning:
      'A contact point was inaccurate or changed (Art. 16): a new one takes its place. The new one inherits no consent.',
    data: Strict({
      subjectId: UuidShape,
      replaces: UuidShape,
      reason: OneOf(['inaccurate', 'outdated', 'incomplete']),
      ...ContactPoint,
      requestId: Type.Optional(UuidShape),
      occurredAt: InstantShape,
    }),
  },
  ContactPointRemoved: {
    version: 1,
    category: 'subject',
    meaning: 'A contact point no longer belongs to the person; nothing may be sent to it on their account.',
    data: Strict({
      subjectId: UuidShape,
      contactPointId: UuidShape,
      reason: OneOf(['no-longer-used', 'never-belonged', 'unreachable', 'asked-by-subject']),
      occurredAt: InstantShape,
    }),
  },
  SubjectsLinked: {
    version: 1,
    category: 'subject',
    meaning:
      'Two pseudonyms are related: a shared address or household, or by decision of a person the same human. Never a merge.',
    data: Strict({
      subjectId: UuidShape,
      otherSubjectId: UuidShape,
      relation: OneOf(['shares-contact-point', 'same-person', 'household', 'representative-of']),
      occurredAt: InstantShape,
    }),
  },
  SubjectsUnlinked: {
    version: 1,
    category: 'subject',
    meaning: 'A relation between two pseudonyms was wrong or has ended.',
    data: Strict({
      subjectId: UuidShape,
      otherSubjectId: UuidShape,
      relation: OneOf(['shares-contact-point', 'same-person', 'household', 'representative-of']),
      occurredAt: InstantShape,
    }),
  },
  ...relationship,
  SubjectsLookedUp: {
    version: 1,
    category: 'access',
    meaning:
      'Somebody asked who stands behind addresses or numbers. Written before the answer leaves (accountability, Art. 5(2)).',
    data: Strict({
      accessId: UuidShape,
      kinds: Type.Array(OneOf(contactPointKinds), { minItems: 1, uniqueItems: true }),
      items: Type.Integer({ minimum: 1 }),
      /** The subjects that were found; also the event's `sub`. */
      subjectIds: Type.Array(UuidShape, { maxItems: 500 }),
      /** 1 of n, when a look at very many persons is told in parts. */
      part: Strict({ number: Type.Integer({ minimum: 1 }), of: Type.Integer({ minimum: 1 }) }),
      /** Present: those were sought of whom only retained proof is left, not those who can be found otherwise. */
      archive: Type.Optional(Type.Literal(true)),
      /** Stated where the archive was asked. */
      reason: Type.Optional(OneOf(lookReasons)),
    }),
  },
  PersonalDataRevealed: {
    version: 1,
    category: 'access',
    meaning:
      'Somebody read personal values of a person, for a stated reason. Written before the answer leaves.',
    data: Strict({
      accessId: UuidShape,
      subjectId: UuidShape,
      fields: Type.Array(OneOf(revealableFields), { minItems: 1, uniqueItems: true }),
      reason: OneOf(lookReasons),
      requestId: Type.Optional(UuidShape),
    }),
  },
  ActorEnrolled: {
    version: 1,
    category: 'actor',
    meaning:
      'A member of staff or a service acts in the ledger for the first time; name and role are sealed.',
    data: Strict({
      actorId: UuidShape,
      kind: OneOf(['operator', 'service']),
      identity: Type.Optional(EvidenceRefShape),
    }),
  },
});

export type SubjectsEvent = EventsOf<typeof subjectEvents>;
/** Facts of `relationship-<uuid>`. */
export type RelationshipEvent = Extract<SubjectsEvent, { type: 'RelationshipEventRecorded' }>;
/** Facts of `subject-<uuid>`. */
export type SubjectEvent = Exclude<
  SubjectsEvent,
  RelationshipEvent | { type: 'SubjectsLookedUp' | 'PersonalDataRevealed' | 'ActorEnrolled' }
>;
/** Facts of `access-<uuid>`, one stream per look. */
export type AccessEvent = Extract<SubjectsEvent, { type: 'SubjectsLookedUp' | 'PersonalDataRevealed' }>;

/** Stream of a data subject. */
export const subjectStream = (subjectId: string): string => `subject-${subjectId}`;
/** Stream of what happens between a data subject and data controllers. */
export const relationshipStream = (subjectId: string): string => `relationship-${subjectId}`;
/** Stream of one look. */
export const accessStream = (accessId: string): string => `access-${accessId}`;
/** Stream of a member of staff or a service. */
export const actorStream = (actorId: string): string => `actor-${actorId}`;
