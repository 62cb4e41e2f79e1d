import { randomUUID } from 'node:crypto';
import { expectedAfter, type EventStore, type NewEvent, type NonEmpty } from '#event-store';
import { NIL_UUID, type Json } from '#kernel';
import { PROGRAM } from '#runtime';

const EVENTS_PER_APPEND = 250;
const SOURCE = { kind: 'web-form' };

/** An event with metadata as the write path makes it. */
export function recorded(context: string, type: string, data: Json, subjectId: string, ts: string): NewEvent {
  const commandId = randomUUID();
  const metadata = {
    v: 1,
    schema: `${context}.${type}/1`,
    ts,
    actor: { k: 'system', ref: NIL_UUID },
    sub: [subjectId],
    req: `${commandId}/0`,
    $correlationId: commandId,
    src: PROGRAM,
  };
  return { id: randomUUID(), type, data, metadata };
}

/** Where a history goes on. */
export interface GoesOn {
  /** Revision of the last event so far. */
  readonly after: bigint;
  /** Minute of this year at which the next one happens. */
  readonly minute: number;
}

/** Appends a history of so many withdrawals of one person, one a minute. */
export async function appendWithdrawals(
  store: EventStore,
  subjectId: string,
  events: number,
  goesOn?: GoesOn,
): Promise<void> {
  const stream = `consent-${subjectId}`;
  let revision = goesOn?.after;
  const minute = goesOn?.minute ?? 0;
  for (let done = 0; done < events; done += EVENTS_PER_APPEND) {
    const batch = Array.from({ length: Math.min(EVENTS_PER_APPEND, events - done) }, (_, i) =>
      withdrawal(subjectId, minute + done + i),
    );
    const appended = await store.append(stream, expectedAfter(revision), batch as [NewEvent, ...NewEvent[]]);
    revision = appended.revision;
  }
}

/** Appends the life of so many people: registered, reachable, three consents, one withdrawal (six events each). */
export async function appendPeople(store: EventStore, people: number, inFlight = 16): Promise<void> {
  let left = people;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const subjectId = randomUUID();
      const contactPointId = randomUUID();
      const subject = [
        recorded('subjects', 'SubjectRegistered', registration(subjectId), subjectId, at(0)),
        recorded('subjects', 'ContactPointAdded', contactPoint(subjectId, contactPointId), subjectId, at(0)),
      ];
      const consents = Array.from({ length: 3 }, (_, i) => consent(subjectId, contactPointId, i));
      await store.append(
        `subject-${subjectId}`,
        { kind: 'noStream' },
        subject as unknown as NonEmpty<NewEvent>,
      );
      await store.append(`consent-${subjectId}`, { kind: 'noStream' }, [
        ...consents,
        withdrawal(subjectId, 5),
      ] as unknown as NonEmpty<NewEvent>);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

function at(minute: number): string {
  return new Date(Date.UTC(new Date().getUTCFullYear(), 0, 1) + minute * 60_000).toISOString();
}

function withdrawal(subjectId: string, minute: number): NewEvent {
  const data = {
    actId: randomUUID(),
    subjectId,
    purposeId: 'all',
    channel: 'email',
    occurredAt: at(minute),
    source: SOURCE,
    indicatedBy: 'data-subject',
  };
  return recorded('consent', 'ConsentWithdrawn', data, subjectId, at(minute));
}

function registration(subjectId: string): Json {
  return { subjectId, audience: 'consumer', collection: 'direct', source: SOURCE, occurredAt: at(0) };
}

function contactPoint(subjectId: string, contactPointId: string): Json {
  const value = { kind: 'sealed', scope: 'identity', eventId: randomUUID() };
  return { subjectId, contactPointId, kind: 'email', use: 'personal', value, occurredAt: at(0) };
}

const HASH = 'ab'.repeat(32);

function consent(subjectId: string, contactPointId: string, minute: number): NewEvent {
  const data = {
    consentId: randomUUID(),
    actId: randomUUID(),
    subjectId,
    purposeId: randomUUID(),
    purposeRevision: 0,
    channel: 'email',
    controllerId: '66666666-6666-4666-8666-666666666666',
    contactPointIds: [contactPointId],
    namedRecipientIds: [],
    consentType: 'expressed',
    proof: {
      notice: { noticeId: '88888888-8888-4888-8888-888888888888', version: 1, language: 'fr', sha256: HASH },
      expression: { method: 'web-checkbox', defaultState: 'unchecked', labelSha256: HASH },
      withdrawalMethods: ['unsubscribe-link'],
    },
    indicatedBy: 'data-subject',
    age: 'not-asserted',
    source: SOURCE,
    occurredAt: at(minute),
  };
  return recorded('consent', 'ConsentGiven', data, subjectId, at(minute));
}
