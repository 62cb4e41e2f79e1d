import { gradeProof } from '#consent';
import type { ConsentEvent } from '#consent/contract';
import type { LedgerEvent } from '#event-store';
import { effectOfNo } from '#kernel';
import type { RightsEvent } from '#rights/contract';
import type { Projection, Row, RowChange } from '#runtime';
import type { SubjectEvent } from '#subjects/contract';
import {
  ConsentRow,
  contactStateEntities,
  ContactPointRow,
  LinkRow,
  NoRow,
  RestrictionRow,
  SubjectRow,
} from './contact-state.entity.js';

type ContactEvent = LedgerEvent & (SubjectEvent | ConsentEvent | RightsEvent);

const handled = [
  'SubjectRegistered',
  'ContactPointAdded',
  'ContactPointRectified',
  'ContactPointRemoved',
  'SubjectsLinked',
  'SubjectsUnlinked',
  'ConsentGiven',
  'ConsentRefused',
  'ConsentWithdrawn',
  'ObjectionRaised',
  'ProcessingRestricted',
  'RestrictionLiftNotified',
  'RestrictionLifted',
  'ErasureOrdered',
  'KeyDestructionStarted',
  'SubjectKeyDestroyed',
] as const satisfies readonly ContactEvent['type'][];

type HandledEvent = Extract<ContactEvent, { type: (typeof handled)[number] }>;

/** The current state of every contact: what was said, what is limited, what is erased. No personal value. */
export const contactStateProjection: Projection = {
  name: 'contact-state',
  version: 1,
  entities: contactStateEntities,
  handles: handled,
  project: (event) => changesOf(event as HandledEvent),
};

function changesOf(event: HandledEvent): readonly RowChange[] {
  switch (event.type) {
    case 'SubjectRegistered':
    case 'SubjectsLinked':
    case 'SubjectsUnlinked':
      return [subjectChange(event)];
    case 'ContactPointAdded':
    case 'ContactPointRectified':
    case 'ContactPointRemoved':
      return contactPointChanges(event);
    case 'ConsentGiven':
      return [consentChange(event)];
    case 'ConsentRefused':
    case 'ConsentWithdrawn':
    case 'ObjectionRaised':
      return [noChange(event)];
    case 'ProcessingRestricted':
    case 'RestrictionLiftNotified':
    case 'RestrictionLifted':
      return [restrictionChange(event)];
    case 'ErasureOrdered':
    case 'KeyDestructionStarted':
    case 'SubjectKeyDestroyed':
      return [erasureChange(event)];
  }
}

type EventOf<T extends HandledEvent['type']> = Extract<HandledEvent, { type: T }>;

function subjectChange(
  event: EventOf<'SubjectRegistered' | 'SubjectsLinked' | 'SubjectsUnlinked'>,
): RowChange {
  if (event.type === 'SubjectRegistered') {
    const { subjectId, audience, collection, source, occurredAt } = event.data;
    return {
      entity: SubjectRow,
      key: { subject_id: subjectId },
      evolve: (row) => ({
        ...(row ?? blankSubject(subjectId)),
        audience,
        collection,
        source_kind: source.kind,
        registered_at: occurredAt,
      }),
    };
  }
  const { subjectId, otherSubjectId, relation, occurredAt } = event.data;
  const key = { subject_id: subjectId, other_subject_id: otherSubjectId, relation };
  const isLinked = event.type === 'SubjectsLinked';
  return { entity: LinkRow, key, evolve: () => (isLinked ? { ...key, since: occurredAt } : undefined) };
}

function contactPointChanges(
  event: EventOf<'ContactPointAdded' | 'ContactPointRectified' | 'ContactPointRemoved'>,
): readonly RowChange[] {
  const { subjectId, contactPointId, occurredAt } = event.data;
  if (event.type === 'ContactPointRemoved') return [ended(subjectId, contactPointId, 'removed', occurredAt)];
  const { kind, system, use, timeZone } = event.data;
  const key = { subject_id: subjectId, contact_point_id: contactPointId };
  const added: RowChange = {
    entity: ContactPointRow,
    key,
    evolve: () => ({
      ...key,
      kind,
      system: system ?? null,
      use,
      time_zone: timeZone ?? null,
      state: 'active',
      since: occurredAt,
      until: null,
    }),
  };
  if (event.type === 'ContactPointAdded') return [added];
  return [ended(subjectId, event.data.replaces, 'replaced', occurredAt), added];
}

function ended(subjectId: string, contactPointId: string, state: string, until: string): RowChange {
  return {
    entity: ContactPointRow,
    key: { subject_id: subjectId, contact_point_id: contactPointId },
    evolve: (row) => (row === undefined ? undefined : { ...row, state, until }),
  };
}

function consentChange(event: EventOf<'ConsentGiven'>): RowChange {
  const consent = event.data;
  const { grade, missing } = gradeProof(consent, event.recordedAt);
  const key = { subject_id: consent.subjectId, consent_id: consent.consentId };
  return {
    entity: ConsentRow,
    key,
    evolve: () => ({
      ...key,
      purpose_id: consent.purposeId,
      channel: consent.channel,
      controller_id: consent.controllerId,
      contact_point_ids: consent.contactPointIds,
      given_at: consent.occurredAt,
      recorded_at: event.recordedAt,
      valid_until: consent.validUntil ?? null,
      grade,
      missing,
      proof: consent.proof,
      source_kind: consent.source.kind,
      indicated_by: consent.indicatedBy,
      event_id: event.id,
      revision: event.revision.toString(),
    }),
  };
}

function noChange(event: EventOf<'ConsentRefused' | 'ConsentWithdrawn' | 'ObjectionRaised'>): RowChange {
  const { subjectId, purposeId, channel, controllerId, occurredAt } = event.data;
  const key = { subject_id: subjectId, event_id: event.id };
  return {
    entity: NoRow,
    key,
    evolve: () => ({
      ...key,
      kind: kindOfNo(event),
      purpose_id: purposeId,
      channel,
      controller_id: controllerId ?? null,
      at: effectOfNo(occurredAt, event.recordedAt),
      recorded_at: event.recordedAt,
      source_kind: event.type === 'ObjectionRaised' ? event.data.source : event.data.source.kind,
    }),
  };
}

function kindOfNo(event: EventOf<'ConsentRefused' | 'ConsentWithdrawn' | 'ObjectionRaised'>): string {
  if (event.type === 'ConsentRefused') return 'refused';
  if (event.type === 'ConsentWithdrawn') return 'withdrawn';
  return event.data.kind === 'marketing' ? 'objected' : 'objected-on-grounds';
}

function restrictionChange(
  event: EventOf<'ProcessingRestricted' | 'RestrictionLiftNotified' | 'RestrictionLifted'>,
): RowChange {
  const { subjectId, restrictionId } = event.data;
  const key = { subject_id: subjectId, restriction_id: restrictionId };
  const blank: Row = {
    ...key,
    ground: null,
    purpose_ids: 'all',
    state: 'standing',
    since: null,
    until: null,
  };
  return {
    entity: RestrictionRow,
    key,
    evolve: (row = blank) => {
      if (event.type === 'RestrictionLiftNotified') return { ...row, state: 'lift-notified' };
      if (event.type === 'RestrictionLifted')
        return { ...row, state: 'lifted', until: event.data.occurredAt };
      const { ground, purposeIds, occurredAt } = event.data;
      return { ...row, ground, purpose_ids: purposeIds, state: 'standing', since: occurredAt };
    },
  };
}

function erasureChange(
  event: EventOf<'ErasureOrdered' | 'KeyDestructionStarted' | 'SubjectKeyDestroyed'>,
): RowChange {
  const { subjectId, erasureId } = event.data;
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) => {
      const changed = { ...row, erasure_id: erasureId };
      if (event.type === 'ErasureOrdered') {
        return { ...changed, erasure_state: 'ordered', retained: event.data.retained };
      }
      const isIdentity =
        event.type === 'KeyDestructionStarted'
          ? event.data.scopes.includes('identity')
          : event.data.scope === 'identity';
      const erasureState = event.type === 'SubjectKeyDestroyed' ? 'unreadable' : row['erasure_state'];
      return { ...changed, erasure_state: erasureState, is_erased: row['is_erased'] === true || isIdentity };
    },
  };
}

function blankSubject(subjectId: string): Row {
  return {
    subject_id: subjectId,
    audience: null,
    collection: null,
    source_kind: null,
    registered_at: null,
    erasure_id: null,
    erasure_state: 'none',
    is_erased: false,
    retained: [],
  };
}
