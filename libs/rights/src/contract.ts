import { Type } from 'typebox';
import {
  erasureGrounds,
  erasureTechniques,
  identityMethods,
  indicators,
  restrictionGrounds,
  scopes,
  sourceKinds,
} from '#kernel';
import {
  DayShape,
  declareEvents,
  EvidenceRefShape,
  InstantShape,
  KeyFingerprintShape,
  KeyIdShape,
  OneOf,
  PersonalStreamShape,
  SlugShape,
  StreamShape,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';
import { initiators } from './contract/initiators.js';
import { notification } from './contract/notification.js';
import { valueErasure } from './contract/value-erasure.js';
import { physicalErasure } from './contract/physical-erasure.js';
import { NoChannel, NoPurpose, suppression } from './contract/suppression.js';

export { initiators } from './contract/initiators.js';
export { recipientFailures, recipientOutcomes } from './contract/notification.js';
export { MAX_ERASED_VALUES } from './contract/value-erasure.js';
export { MAX_PURGED_STREAMS } from './contract/physical-erasure.js';

const KeyRef = { kid: KeyIdShape, fp: KeyFingerprintShape };
const AtRevision = Strict({ stream: StreamShape, revision: Type.Integer({ minimum: 0 }) });

/** Rights of the person (Art. 15 to 21): restriction, objection, erasure, and the list that outlives them. */
export const rightsEvents = declareEvents('rights', {
  ObjectionRaised: {
    version: 1,
    category: 'rights',
    meaning:
      'The person objects: to marketing (Art. 21(2), absolute, on any basis) or on grounds of their situation (Art. 21(1), to be weighed).',
    data: Strict({
      objectionId: UuidShape,
      subjectId: UuidShape,
      kind: OneOf(['marketing', 'general']),
      purposeId: NoPurpose,
      channel: NoChannel,
      controllerId: Type.Optional(UuidShape),
      occurredAt: InstantShape,
      source: OneOf(sourceKinds),
      indicatedBy: OneOf(indicators),
      requestId: Type.Optional(UuidShape),
      /** The particular situation, in the person's words, sealed. */
      statement: Type.Optional(EvidenceRefShape),
    }),
  },
  ProcessingRestricted: {
    version: 1,
    category: 'rights',
    meaning:
      'Processing is limited to storage (Art. 18(1)): no use, no export, no purge, no destruction of keys until it is lifted.',
    data: Strict({
      restrictionId: UuidShape,
      subjectId: UuidShape,
      ground: OneOf(restrictionGrounds),
      purposeIds: Type.Union([Type.Literal('all'), Type.Array(UuidShape, { minItems: 1, maxItems: 100 })]),
      initiator: OneOf(initiators),
      occurredAt: InstantShape,
      source: OneOf(sourceKinds),
      requestId: Type.Optional(UuidShape),
      statement: Type.Optional(EvidenceRefShape),
    }),
  },
  RestrictionLiftNotified: {
    version: 1,
    category: 'rights',
    meaning:
      'The person was told that the restriction is about to be lifted (Art. 18(3)). Must come before the lifting.',
    data: Strict({
      restrictionId: UuidShape,
      subjectId: UuidShape,
      notifiedAt: InstantShape,
      means: OneOf(['email', 'post', 'phone', 'in-person', 'preference-centre']),
    }),
  },
  RestrictionLifted: {
    version: 1,
    category: 'rights',
    meaning: 'A restriction has ended, after notice to the person.',
    data: Strict({
      restrictionId: UuidShape,
      subjectId: UuidShape,
      reason: OneOf([
        'accuracy-verified',
        'lifted-by-subject',
        'claims-over',
        'objection-decided',
        'erasure-chosen',
      ]),
      occurredAt: InstantShape,
    }),
  },
  ErasureOrdered: {
    version: 1,
    category: 'rights',
    meaning:
      'Erasure is decided (Art. 17(1)): which scopes go, which stay (Art. 17(3)), on what ground and until when.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      ground: OneOf(erasureGrounds),
      initiator: OneOf(initiators),
      requestId: Type.Optional(UuidShape),
      requestedAt: InstantShape,
      identityCheck: Strict({ method: OneOf(identityMethods), at: InstantShape }),
      scopes: Type.Array(OneOf(scopes), { minItems: 1, uniqueItems: true }),
      retained: Type.Array(
        Strict({
          scope: OneOf(scopes),
          ruleId: Type.String({ pattern: '^[A-Z0-9-]{3,40}$' }),
          ground: OneOf(['legal-obligation', 'legal-claims', 'legal-hold', 'restriction', 'objection-list']),
          until: DayShape,
        }),
        { maxItems: 20 },
      ),
      /** Version of the retention rules that computed what is retained. */
      rulesVersion: SlugShape,
    }),
  },
  ...valueErasure,
  SuppressionPrepared: {
    version: 1,
    category: 'rights',
    meaning:
      'Every standing "no" was entered in the suppression list while the address could still be read. Counts only: an entry must not name the person.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      entries: Type.Integer({ minimum: 0 }),
    }),
  },
  ...notification,
  KeyDestructionStarted: {
    version: 1,
    category: 'rights',
    meaning:
      'The point of no return of an erasure: these keys die, covering the subject’s streams up to these revisions.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      keys: Type.Array(
        Strict({
          ...KeyRef,
          scope: OneOf(scopes),
          generation: Type.Integer({ minimum: 1 }),
          stream: PersonalStreamShape,
        }),
      ),
      /**
       * Scopes closed for ever, whether or not a key was ever made for them. A key of any other scope dies with its
       * generation only: the erasure of one value, whose survivors were sealed again in the next one.
       */
      scopes: Type.Array(OneOf(scopes), { uniqueItems: true }),
      covers: Type.Array(AtRevision),
    }),
  },
  SubjectKeyDestroyed: {
    version: 1,
    category: 'rights',
    meaning:
      'The keys of one scope are destroyed: from here nothing sealed under them opens (“rendu illisible”).',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      scope: OneOf(scopes),
      throughGeneration: Type.Integer({ minimum: 0 }),
      keys: Type.Array(Strict(KeyRef)),
      technique: OneOf(erasureTechniques),
      /** What holds the key-encryption key; a key file says so on the certificate. */
      kekProvider: SlugShape,
      destroyedAt: InstantShape,
    }),
  },
  PurgeAcknowledged: {
    version: 1,
    category: 'rights',
    meaning: 'One of the configured purgers removed what it held of the person.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      purger: SlugShape,
      technique: OneOf(erasureTechniques),
      removed: Type.Integer({ minimum: 0 }),
      acknowledgedAt: InstantShape,
    }),
  },
  ...physicalErasure,
  ...suppression,
});

export type RightsContextEvent = EventsOf<typeof rightsEvents>;
type NotOfOnePerson = 'SuppressionEntered' | 'PurgeRequested' | 'PurgeRunRecorded';
/** Facts of `rights-<uuid>`. */
export type RightsEvent = Exclude<RightsContextEvent, { type: NotOfOnePerson }>;
export type SuppressionEntered = Extract<RightsContextEvent, { type: 'SuppressionEntered' }>;
/** Facts of `purge-<uuid>`: they are about the store, not about a person. */
export type PurgeEvent = Extract<RightsContextEvent, { type: 'PurgeRequested' | 'PurgeRunRecorded' }>;

/** Stream in which restriction, hold and erasure of one data subject meet, so that one revision orders them. */
export const rightsStream = (subjectId: string): string => `rights-${subjectId}`;
/** Stream of one suppression entry. */
export const suppressionStream = (suppressionId: string): string => `suppression-${suppressionId}`;
/** Stream of one purge of the event store, or of one search for what must be gone. */
export const purgeStream = (runId: string): string => `purge-${runId}`;
