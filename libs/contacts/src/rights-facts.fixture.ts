import { randomUUID } from 'node:crypto';
import { type Day, type Instant, parisDay, type Uuid } from '#kernel';
import { rightsStream } from '#rights/contract';
import { type NoWish } from './consent-facts.fixture.js';
import { day, ERASURES, type Fact, POINTS, RESTRICTIONS } from './contacts.fixture.js';

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
