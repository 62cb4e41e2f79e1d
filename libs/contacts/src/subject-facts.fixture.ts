import { randomUUID } from 'node:crypto';
import { informationStream } from '#consent/contract';
import { type Instant, type Uuid } from '#kernel';
import { solicitationStream } from '#solicitation/contract';
import { relationshipStream, subjectStream } from '#subjects/contract';
import { CONTROLLER, day, type Fact, POINTS, PURPOSES, SHA } from './contacts.fixture.js';

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
