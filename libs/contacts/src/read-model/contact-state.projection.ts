import type { ConsentEvent, InformationEvent } from '#consent/contract';
import { categoryOf, type LedgerEvent } from '#event-store';
import { effectOfNo, endOfParisDay } from '#kernel';
import type { RightsEvent } from '#rights/contract';
import type { Projection, RowChange } from '#runtime';
import type { SolicitationEvent } from '#solicitation/contract';
import type { RelationshipEvent, SubjectEvent } from '#subjects/contract';
import type { KindOfNo } from '../domain/contact-facts.js';
import { answerChange, requestChange } from './consent-request-rows.js';
import { consentChange, endingChange } from './consent-rows.js';
import { contactStateEntities, NoRow, SubjectRow } from './contact-state.entity.js';
import { relationshipChange } from './relationship-rows.js';
import { erasureChange, erasureEnd, restrictionChange } from './rights-rows.js';
import { solicitationChange } from './solicitation-rows.js';
import {
  blankSubject,
  contactPointChanges,
  erasedContactPoints,
  informationChange,
  linkChanges,
  registration,
} from './subject-rows.js';

/** Everything that a contact's state is made of. */
export type ContactEvent = LedgerEvent &
  (SubjectEvent | RelationshipEvent | ConsentEvent | InformationEvent | RightsEvent | SolicitationEvent);

/** A contact event of one type. */
export type ContactEventOf<T extends ContactEvent['type']> = Extract<ContactEvent, { type: T }>;

/** What each type changes beside {@link seen}; a new type must say it. */
const changes: { readonly [T in ContactEvent['type']]: (event: ContactEventOf<T>) => readonly RowChange[] } =
  {
    SubjectRegistered: (event) => [registration(event)],
    ContactPointAdded: contactPointChanges,
    ContactPointRectified: contactPointChanges,
    ContactPointRemoved: contactPointChanges,
    SubjectsLinked: linkChanges,
    SubjectsUnlinked: linkChanges,
    RelationshipEventRecorded: (event) => [relationshipChange(event)],
    ChoicesCaptured: () => [],
    ConsentGiven: (event) => [consentChange(event)],
    ConsentRefused: (event) => [noChange(event)],
    ConsentWithdrawn: (event) => [noChange(event)],
    ConsentRequested: (event) => [requestChange(event)],
    ConsentRequestAnswered: (event) => [answerChange(event)],
    ConsentExpired: (event) => [endingChange(event)],
    ConsentRevoked: (event) => [endingChange(event)],
    ConsentInvalidated: (event) => [endingChange(event)],
    InformationGiven: (event) => [informationChange(event)],
    ObjectionRaised: (event) => [noChange(event)],
    SuppressionMatched: (event) => [suppressedChange(event)],
    ProcessingRestricted: (event) => [restrictionChange(event)],
    RestrictionLiftNotified: (event) => [restrictionChange(event)],
    RestrictionLifted: (event) => [restrictionChange(event)],
    ErasureOrdered: (event) => [erasureChange(event)],
    ValueErasureOrdered: erasedContactPoints,
    SuppressionPrepared: () => [],
    RecipientPackagePrepared: () => [],
    RecipientInformed: () => [],
    RecipientAcknowledged: () => [],
    RecipientFailed: () => [],
    KeyDestructionStarted: (event) => [erasureChange(event)],
    SubjectKeyDestroyed: (event) => [erasureChange(event)],
    PurgeAcknowledged: () => [],
    PersonalStreamClosed: () => [],
    PersonalStreamsPurged: (event) => [erasureEnd(event, 'erased')],
    ErasureCompleted: (event) => [erasureEnd(event, 'completed')],
    ContactAttemptReserved: (event) => [solicitationChange(event)],
    ContactReservationReleased: (event) => [solicitationChange(event)],
    ContactMade: (event) => [solicitationChange(event)],
  };

/** The current state of every contact: what was said, what is limited, what is erased. No personal value. */
export const contactStateProjection: Projection = {
  name: 'contact-state',
  version: 5,
  entities: contactStateEntities,
  sharding: 'by-subject',
  handles: Object.keys(changes),
  project: (event) => {
    const contactEvent = event as ContactEvent;
    const changesOf = changes[contactEvent.type] as (event: ContactEvent) => readonly RowChange[];
    return [seen(contactEvent), ...changesOf(contactEvent)];
  },
};

/** How far the rows tell the person's streams. */
function seen({ stream, revision, data }: ContactEvent): RowChange {
  const { subjectId } = data;
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) => ({ ...row, [`${categoryOf(stream)}_revision`]: revision }),
  };
}

type NoEvent = ContactEventOf<'ConsentRefused' | 'ConsentWithdrawn' | 'ObjectionRaised'>;

function noChange(event: NoEvent): RowChange {
  const { subjectId, purposeId, channel, controllerId, occurredAt } = event.data;
  const key = { subject_id: subjectId, event_id: event.id };
  return {
    entity: NoRow,
    key,
    evolve: () => ({
      kind: kindOfNo(event),
      purpose_id: purposeId,
      channel,
      controller_id: controllerId ?? null,
      at: effectOfNo(occurredAt, event.recordedAt),
      recorded_at: event.recordedAt,
      source_kind: event.type === 'ObjectionRaised' ? event.data.source : event.data.source.kind,
      stream: categoryOf(event.stream),
      revision: event.revision,
      ...key,
    }),
  };
}

/** A "no" of which only the day is known counts to the end of it: no consent of that day is newer. */
function suppressedChange(event: ContactEventOf<'SuppressionMatched'>): RowChange {
  const { subjectId, purposeId, channel, controllerId, enteredOn } = event.data;
  const key = { subject_id: subjectId, event_id: event.id };
  return {
    entity: NoRow,
    key,
    evolve: () => ({
      kind: 'suppressed' satisfies KindOfNo,
      purpose_id: purposeId,
      channel,
      controller_id: controllerId ?? null,
      at: endOfParisDay(enteredOn),
      recorded_at: event.recordedAt,
      source_kind: 'suppression-list',
      stream: categoryOf(event.stream),
      revision: event.revision,
      ...key,
    }),
  };
}

function kindOfNo(event: NoEvent): KindOfNo {
  if (event.type === 'ConsentRefused') return 'refused';
  if (event.type === 'ConsentWithdrawn') return 'withdrawn';
  return event.data.kind === 'marketing' ? 'objected' : 'objected-on-grounds';
}
