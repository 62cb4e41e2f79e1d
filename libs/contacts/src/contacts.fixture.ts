import { randomUUID } from 'node:crypto';
import { consentEvents, consentStream, informationStream, consentUpcasters } from '#consent/contract';
import {
  createCodec,
  expectedAfter,
  type EventCodec,
  type EventStore,
  type LedgerEvent,
  type NewEvent,
  type NonEmpty,
} from '#event-store';
import { NIL_UUID, parisDay, type Day, type Instant, type Uuid } from '#kernel';
import {
  controllerStream,
  formStream,
  noticeStream,
  purposeStream,
  registerEvents,
} from '#register/contract';
import { rightsEvents, rightsStream } from '#rights/contract';
import { ledgerEvents } from '#runtime/contract';
import { decisionEvents, solicitationEvents, solicitationStream } from '#solicitation/contract';
import { relationshipStream, subjectEvents, subjectStream } from '#subjects/contract';

/** The codec of the contexts that contacts join. */
export const fixtureCodec: EventCodec = createCodec({
  definitions: [
    ledgerEvents,
    subjectEvents,
    consentEvents,
    rightsEvents,
    registerEvents,
    solicitationEvents,
    decisionEvents,
  ].flatMap(({ definitions }) => definitions),
  upcasters: consentUpcasters,
});

const SERVICE: Uuid = '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001';
export const PURPOSES: readonly Uuid[] = [
  '0a6f3c1e-2b4d-4c8e-9f10-000000000001',
  '0a6f3c1e-2b4d-4c8e-9f10-000000000002',
];
export const CONTROLLER: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-00000000000c';
export const POINTS: readonly Uuid[] = [1, 2, 3].map(
  (n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000a${String(n)}`,
);
export const RESTRICTIONS: readonly Uuid[] = [1, 2].map(
  (n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000b${String(n)}`,
);
export const ERASURES: readonly Uuid[] = [1, 2].map((n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000e${String(n)}`);
const SHA = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** A fact before it stands in a stream. */
export interface Fact {
  readonly type: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly recordedAt: Instant;
  readonly subjects?: readonly Uuid[];
  readonly id?: Uuid;
}

/** The nth day of 2025 at noon; two facts may share an instant. */
export const day = (n: number): Instant => new Date(Date.UTC(2025, 0, 1 + n, 12)).toISOString();

/** Facts as the store hands them over, at dense positions, for specs that need no store. */
export function asLedgerEvents(facts: readonly Fact[]): LedgerEvent[] {
  const revisions = new Map<string, bigint>();
  return facts.map((fact, index) => {
    const revision = revisions.get(fact.stream) ?? 0n;
    revisions.set(fact.stream, revision + 1n);
    const { id, type, data, metadata } = newEventOf(fact);
    const stored = { id, type, data, metadata, stream: fact.stream, revision, recordedAt: new Date() };
    return fixtureCodec.decode({ ...stored, position: String(index).padStart(20, '0') as never });
  });
}

/** A fact as it is handed to a store. */
export function newEventOf({ id, type, stream, data, recordedAt, subjects }: Fact): NewEvent {
  const encoded = fixtureCodec.encode({ type, data }, stream);
  const metadata = {
    v: 1,
    schema: encoded.schema,
    ts: recordedAt,
    actor: { k: 'service', ref: SERVICE },
    sub: [...(subjects ?? [stream.slice(stream.indexOf('-') + 1)])],
    req: `${NIL_UUID}/0`,
    $correlationId: NIL_UUID,
    src: 'spec/1',
  };
  return { id: id ?? randomUUID(), type, data: encoded.data, metadata: metadata };
}

/** Appends facts in their order, each at the end of its stream. */
export async function appendFacts(store: EventStore, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) {
    let revision: bigint | undefined;
    for await (const event of store.read(fact.stream, { backwards: true, limit: 1 }))
      revision = event.revision;
    await store.append(fact.stream, expectedAfter(revision), [newEventOf(fact)] as NonEmpty<NewEvent>);
  }
}

/** What a consent is about, as far as a spec cares. */
export interface ConsentWish {
  readonly purposeId?: Uuid;
  readonly channel?: string;
  readonly at?: Instant;
  readonly recordedAt?: Instant;
  readonly contactPointIds?: readonly Uuid[];
  readonly validUntil?: Instant;
  readonly consentId?: Uuid;
  /** Further members of the event's data. */
  readonly more?: object;
}

/** `ConsentGiven` of a person. */
export function consentGiven(subjectId: Uuid, wish: ConsentWish = {}): Fact {
  const { purposeId = PURPOSES[0], channel = 'email', at = day(10), contactPointIds = [POINTS[0]] } = wish;
  const { recordedAt = at, validUntil, consentId = randomUUID() } = wish;
  return {
    type: 'ConsentGiven',
    stream: consentStream(subjectId),
    recordedAt,
    data: {
      consentId,
      actId: randomUUID(),
      subjectId,
      purposeId,
      purposeRevision: 0,
      channel,
      controllerId: CONTROLLER,
      contactPointIds,
      namedRecipientIds: [],
      consentType: 'expressed',
      proof: {
        notice: { noticeId: PURPOSES[1], version: 1, language: 'fr', sha256: SHA },
        expression: { method: 'web-checkbox', defaultState: 'unchecked', labelSha256: SHA },
        withdrawalMethods: ['unsubscribe-link'],
      },
      indicatedBy: 'data-subject',
      age: 'not-asserted',
      source: { kind: 'web-form' },
      occurredAt: at,
      ...(validUntil === undefined ? {} : { validUntil }),
      ...wish.more,
    },
  };
}

/** How a consent ends, as far as a spec cares. */
export interface EndingWish {
  readonly type?: 'ConsentExpired' | 'ConsentRevoked' | 'ConsentInvalidated';
  readonly at?: Instant;
  readonly recordedAt?: Instant;
}

/** `ConsentRevoked` (or another ending) of the consent that a fact gave. */
export function consentEnded({ data, stream }: Fact, wish: EndingWish = {}): Fact {
  const { type = 'ConsentRevoked', at = day(20) } = wish;
  const { recordedAt = at } = wish;
  const { consentId, subjectId, purposeId, channel, controllerId } = data as Record<string, unknown>;
  const act = type === 'ConsentExpired' ? {} : { actId: randomUUID() };
  const why = {
    ConsentExpired: {},
    ConsentRevoked: { reason: 'collector-ended' },
    ConsentInvalidated: { defects: ['not-free', 'not-informed'] },
  };
  const ended = { consentId, subjectId, purposeId, channel, controllerId, occurredAt: at };
  return { type, stream, data: { ...act, ...ended, ...why[type] }, recordedAt };
}

/** `ConsentRequested` of a person: asked about one purpose by e-mail unless told otherwise. */
export function consentRequested(
  subjectId: Uuid,
  wish: {
    readonly requestId?: Uuid;
    readonly purposeId?: Uuid;
    readonly channel?: string;
    readonly at?: Instant;
    readonly recordedAt?: Instant;
    readonly expiresAt?: Instant;
    readonly supersedes?: readonly Uuid[];
  } = {},
): Fact {
  const { requestId = randomUUID(), purposeId = PURPOSES[0], channel = 'email', at = day(10) } = wish;
  const { recordedAt = at, expiresAt = day(40), supersedes } = wish;
  const data = {
    ...{ requestId, subjectId, controllerId: CONTROLLER, asks: [{ purposeId, channel }] },
    ...(supersedes && { supersedes: [...supersedes] }),
    ...{ contactPointId: POINTS[0], form: { formId: PURPOSES[1], version: 1 }, reason: 'new-contact' },
    ...{ occurredAt: at, expiresAt },
  };
  return { type: 'ConsentRequested', stream: consentStream(subjectId), data, recordedAt };
}

/** `ConsentRequestAnswered` to the request that a fact made. */
export function requestAnswered({ data, stream }: Fact, at: Instant = day(20), recordedAt = at): Fact {
  const { requestId, subjectId, asks } = data as { requestId: Uuid; subjectId: Uuid; asks: object[] };
  const answers = asks.map((ask) => ({ ...ask, choice: 'refused' }));
  const answered = { requestId, subjectId, actId: randomUUID(), answers, occurredAt: at };
  return { type: 'ConsentRequestAnswered', stream, data: answered, recordedAt };
}

/** What a "no" is about, as far as a spec cares. */
export interface NoWish {
  readonly type?: 'ConsentRefused' | 'ConsentWithdrawn';
  readonly purposeId?: string;
  readonly channel?: string;
  readonly controllerId?: Uuid;
  readonly at?: Instant;
  readonly recordedAt?: Instant;
}

/** `ConsentWithdrawn` (or `ConsentRefused`) of a person. */
export function saidNo(subjectId: Uuid, wish: NoWish = {}): Fact {
  const { type = 'ConsentWithdrawn', purposeId = PURPOSES[0], channel = 'email', at = day(20) } = wish;
  const { recordedAt = at, controllerId } = wish;
  const data = {
    actId: randomUUID(),
    subjectId,
    purposeId,
    channel,
    occurredAt: at,
    source: { kind: 'preference-centre' },
    indicatedBy: 'data-subject',
    ...(controllerId === undefined ? {} : { controllerId }),
  };
  return { type, stream: consentStream(subjectId), data, recordedAt };
}

/** `ObjectionRaised` of a person. */
export function objectionRaised(subjectId: Uuid, wish: Omit<NoWish, 'type'> = {}, kind = 'marketing'): Fact {
  const { purposeId = 'all', channel = 'all', at = day(20), recordedAt = at, controllerId } = wish;
  const data = {
    objectionId: randomUUID(),
    subjectId,
    kind,
    purposeId,
    channel,
    occurredAt: at,
    source: 'staff',
    indicatedBy: 'data-subject',
    ...(controllerId === undefined ? {} : { controllerId }),
  };
  return { type: 'ObjectionRaised', stream: rightsStream(subjectId), data, recordedAt };
}

/** `SuppressionMatched` of a person: an address of theirs was entered on a day; by default everything is unwanted. */
export function suppressed(
  subjectId: Uuid,
  wish: {
    readonly purposeId?: string;
    channel?: string;
    controllerId?: Uuid;
    enteredOn?: Day;
    at?: Instant;
  } = {},
): Fact {
  const {
    purposeId = 'all',
    channel = 'all',
    controllerId,
    at = day(30),
    enteredOn = parisDay(day(20)),
  } = wish;
  const data = {
    ...{ contactPointId: POINTS[0], purposeId, channel, enteredOn, occurredAt: at },
    ...(controllerId === undefined ? {} : { controllerId }),
  };
  return rightsFact(subjectId, 'SuppressionMatched', data, at);
}

/** `SubjectRegistered` of a person. */
export function registered(subjectId: Uuid, at: Instant = day(1)): Fact {
  const data = {
    subjectId,
    audience: 'consumer',
    collection: 'direct',
    source: { kind: 'shop' },
    occurredAt: at,
  };
  return { type: 'SubjectRegistered', stream: subjectStream(subjectId), data, recordedAt: at };
}

/** `ContactPointAdded` of a person. */
export function pointAdded(subjectId: Uuid, contactPointId = POINTS[0], at: Instant = day(1)): Fact {
  const value = { kind: 'sealed', scope: 'identity', eventId: randomUUID() };
  const data = { subjectId, contactPointId, kind: 'email', use: 'personal', value, occurredAt: at };
  return { type: 'ContactPointAdded', stream: subjectStream(subjectId), data, recordedAt: at };
}

/** What happened between a person and a data controller, as far as a spec cares. */
export interface RelationshipWish {
  readonly kind?: string;
  readonly controllerId?: Uuid;
  readonly categories?: readonly string[];
  readonly at?: Instant;
  readonly recordedAt?: Instant;
  readonly contactCollection?: object;
  readonly id?: Uuid;
}

/** `RelationshipEventRecorded` of a person; by default a sale. */
export function relationshipEvent(subjectId: Uuid, wish: RelationshipWish = {}): Fact {
  const { kind = 'sale', controllerId = CONTROLLER, categories = ['furniture'], at = day(20) } = wish;
  const { recordedAt = at, contactCollection, id = randomUUID() } = wish;
  const data = {
    ...{ relationshipEventId: randomUUID(), subjectId, controllerId, kind, productCategories: categories },
    ...{ source: 'shop', occurredAt: at },
    ...(kind.startsWith('contract') ? { contractId: PURPOSES[0] } : {}),
    ...(contactCollection === undefined ? {} : { contactCollection }),
  };
  return { type: 'RelationshipEventRecorded', stream: relationshipStream(subjectId), data, recordedAt, id };
}

/** `InformationGiven` of a person, by e-mail. */
export function informationGiven(subjectId: Uuid, at: Instant, article = 'art-14', id = randomUUID()): Fact {
  const data = {
    ...{ informationId: randomUUID(), subjectId, controllerId: CONTROLLER, article, means: 'email' },
    notice: { noticeId: PURPOSES[0], version: 1, language: 'fr', sha256: SHA },
    occurredAt: at,
  };
  return { type: 'InformationGiven', stream: informationStream(subjectId), data, recordedAt: at, id };
}

/** A fact of `rights-<subject>` with its own data. */
export function rightsFact(subjectId: Uuid, type: string, data: object, recordedAt: Instant): Fact {
  return { type, stream: rightsStream(subjectId), data: { subjectId, ...data }, recordedAt };
}

/** `ProcessingRestricted` of a person. */
export function restricted(
  subjectId: Uuid,
  at: Instant = day(15),
  purposeIds: 'all' | readonly Uuid[] = 'all',
  restrictionId = RESTRICTIONS[0],
): Fact {
  const more = { ground: 'accuracy', purposeIds, initiator: 'data-subject', source: 'staff' };
  return rightsFact(subjectId, 'ProcessingRestricted', { restrictionId, ...more, occurredAt: at }, at);
}

/** The facts of an erasure of these scopes, the last of which makes them unreadable. */
export function erasure(
  subjectId: Uuid,
  at: Instant = day(30),
  scopes: readonly string[] = ['identity'],
  erasureId = ERASURES[0],
): readonly Fact[] {
  const identityCheck = { method: 'known-details', at };
  const order = { ground: 'consent-withdrawn', initiator: 'data-subject', requestedAt: at, identityCheck };
  return [
    rightsFact(
      subjectId,
      'ErasureOrdered',
      { erasureId, ...order, scopes, retained: [], rulesVersion: 'rules-1' },
      at,
    ),
    rightsFact(subjectId, 'SuppressionPrepared', { erasureId, entries: 0 }, at),
    rightsFact(subjectId, 'KeyDestructionStarted', { erasureId, keys: [], scopes, covers: [] }, at),
    ...scopes.map((scope) => {
      const gone = { technique: 'crypto-shred', kekProvider: 'file', destroyedAt: at };
      const data = { erasureId, scope, throughGeneration: 1, keys: [], ...gone };
      return rightsFact(subjectId, 'SubjectKeyDestroyed', data, at);
    }),
  ];
}

/** `DataControllerDeclared`, by default of the one data controller of the specs. */
export function controllerDeclared(controllerId: Uuid = CONTROLLER, at: Instant = day(0)): Fact {
  const data = { controllerId, legalName: 'Boutique d’essai SAS', country: 'FR', occurredAt: at };
  const stream = controllerStream(controllerId);
  return { type: 'DataControllerDeclared', stream, data, recordedAt: at, subjects: [] };
}

export const ATTEMPTS: readonly Uuid[] = [1, 2].map((n) => `0a6f3c1e-2b4d-4c8e-9f10-0000000000d${String(n)}`);

/** A fact of `solicitation-<subject>` about a call for the first purpose. */
export function solicitation(
  subjectId: Uuid,
  type: 'ContactAttemptReserved' | 'ContactReservationReleased' | 'ContactMade',
  more: Readonly<Record<string, unknown>> = {},
  at: Instant = day(20),
): Fact {
  const attempt = { attemptId: ATTEMPTS[0], subjectId, occurredAt: at };
  const contact = { controllerId: CONTROLLER, purposeId: PURPOSES[0], channel: 'phone-human' };
  const own = {
    ContactAttemptReserved: { ...contact, expiresAt: at },
    ContactReservationReleased: { reason: 'not-made' },
    ContactMade: { ...contact, direction: 'outbound', outcome: 'answered' },
  };
  const data = { ...attempt, ...own[type], ...more };
  return { type, stream: solicitationStream(subjectId), data, recordedAt: at };
}

/** What a purpose is, as far as a spec cares. */
export interface PurposeWish {
  readonly type?: 'PurposeDeclared' | 'PurposeRevised';
  readonly purposeId?: Uuid;
  readonly code?: string;
  readonly name?: string;
  readonly lawfulBasis?: string;
  readonly at?: Instant;
}

/** A purpose is declared or revised; it rests on consent unless the wish says otherwise. */
export function purposeFact(wish: PurposeWish = {}): Fact {
  const { type = 'PurposeDeclared', purposeId = PURPOSES[0] ?? '', name = 'Lettre', at = day(0) } = wish;
  const { lawfulBasis = 'consent', code = 'newsletter' } = wish;
  const common = { variantId: 'all', relations: ['none'], basisSource: 'Art. 6(1)' };
  const data = {
    ...{ purposeId, code, controllerId: CONTROLLER, name: { fr: name } },
    ...{ description: { fr: 'Envoi de la lettre.' }, kind: 'prospecting', sector: 'normal' },
    channels: ['email', 'sms-mms', 'post'],
    variants: [{ ...common, audiences: ['consumer'], lawfulBasis }],
    ...{ dataNeeded: ['email'], productCategories: [], namedRecipients: [], occurredAt: at },
  };
  return { type, stream: purposeStream(purposeId), data, recordedAt: at, subjects: [] };
}

export const FORM: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-0000000000f1';
const NOTICE: Uuid = '0a6f3c1e-2b4d-4c8e-9f10-0000000000f2';

/** A notice, and a form that offers every purpose on e-mail and SMS. */
export function formFacts(at: Instant = day(0)): readonly Fact[] {
  const notice = { noticeId: NOTICE, version: 1 };
  const texts = [{ language: 'fr', sha256: SHA, bytes: 10, parts: 1 }];
  const published = { ...notice, title: { fr: 'Vos données' }, texts, effectiveFrom: at, change: 'first' };
  const form = {
    ...{ formId: FORM, version: 1, name: 'Inscription', language: 'fr', validFrom: at },
    ...{ method: 'web-checkbox', defaultState: 'unchecked', notice: { ...notice, sha256: SHA } },
    offers: PURPOSES.map((purposeId) => ({ purposeId, channels: ['email', 'sms-mms'], label: 'Oui.' })),
    withdrawalMethods: ['unsubscribe-link'],
    shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
  };
  const fact = (type: string, stream: string, data: object): Fact => ({
    ...{ type, stream, data: { ...data, occurredAt: at } },
    ...{ recordedAt: at, subjects: [] },
  });
  return [
    fact('NoticePublished', noticeStream(NOTICE), published),
    fact('CollectionFormPublished', formStream(FORM), form),
  ];
}
