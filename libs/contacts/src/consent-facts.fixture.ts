import { randomUUID } from 'node:crypto';
import { consentStream } from '#consent/contract';
import { type Instant, type Uuid } from '#kernel';
import { CONTROLLER, day, type Fact, POINTS, PURPOSES, SHA } from './contacts.fixture.js';

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
