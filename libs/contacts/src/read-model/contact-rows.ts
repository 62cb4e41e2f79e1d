import type { EntityClass, Row } from '#runtime';
import type {
  ContactFacts,
  GivenConsent,
  KindOfNo,
  KnownLink,
  SaidNo,
  SolicitationFact,
  SubjectFacts,
} from '../domain/contact-facts.js';
import {
  ConsentRow,
  ContactPointRow,
  LinkRow,
  NoRow,
  RestrictionRow,
  SubjectRow,
} from './contact-state.entity.js';
import { endingsOf } from './consent-rows.js';
import { requestOf } from './consent-request-rows.js';
import { ConsentRequestRow } from './consent-request.entity.js';
import { instant, instantOrNull, revisionOrNull, text, textOrNull } from './column-values.js';
import { relationshipOf } from './relationship-rows.js';
import { RelationshipRow } from './relationship.entity.js';
import { SolicitationRow } from './solicitation.entity.js';

/** The rows of one person in one table, by column name. */
export type RowsOf = (entity: EntityClass) => readonly Row[];

/** The facts that rows hold, whether they come from PostgreSQL or from a replay. */
export function contactFactsOf(rowsOf: RowsOf): ContactFacts {
  const [subject] = rowsOf(SubjectRow);
  return {
    subject: subject && subjectOf(subject),
    contactPoints: rowsOf(ContactPointRow).map((row) => ({
      contactPointId: text(row['contact_point_id']),
      kind: text(row['kind']),
      system: textOrNull(row['system']),
      use: text(row['use']),
      timeZone: textOrNull(row['time_zone']),
      state: text(row['state']) as 'active' | 'replaced' | 'removed',
      since: instant(row['since']),
      until: instantOrNull(row['until']),
    })),
    consents: rowsOf(ConsentRow).map((row) => ({
      consentId: text(row['consent_id']),
      purposeId: text(row['purpose_id']),
      channel: text(row['channel']),
      controllerId: text(row['controller_id']),
      contactPointIds: row['contact_point_ids'] as readonly string[],
      givenAt: instant(row['given_at']),
      recordedAt: instant(row['recorded_at']),
      validUntil: instantOrNull(row['valid_until']),
      grade: text(row['grade']),
      missing: row['missing'] as readonly string[],
      sourceKind: text(row['source_kind']),
      indicatedBy: text(row['indicated_by']),
      eventId: text(row['event_id']),
      revision: Number(row['revision']),
      goodsNature: row['goods_nature'] as readonly string[],
      namedRecipientIds: row['named_recipient_ids'] as readonly string[],
      acceptedSlots: row['accepted_slots'] as GivenConsent['acceptedSlots'],
      age: text(row['age']),
      hasParentalConsent: row['has_parental_consent'] === true,
      collectorId: textOrNull(row['collector_id']),
      purposeRevision: Number(row['purpose_revision']),
      ...textsOf(row['proof'] as ConsentProof),
      endings: endingsOf(row),
    })),
    nos: rowsOf(NoRow).map((row) => ({
      eventId: text(row['event_id']),
      kind: text(row['kind']) as KindOfNo,
      purposeId: text(row['purpose_id']),
      channel: text(row['channel']),
      controllerId: textOrNull(row['controller_id']),
      at: instant(row['at']),
      recordedAt: instant(row['recorded_at']),
      sourceKind: text(row['source_kind']),
      stream: text(row['stream']) as SaidNo['stream'],
      revision: Number(row['revision']),
    })),
    restrictions: rowsOf(RestrictionRow).map((row) => ({
      restrictionId: text(row['restriction_id']),
      ground: textOrNull(row['ground']),
      purposeIds: row['purpose_ids'] as 'all' | readonly string[],
      state: text(row['state']) as 'standing' | 'lift-notified' | 'lifted',
      since: instantOrNull(row['since']),
      until: instantOrNull(row['until']),
      eventId: text(row['event_id']),
      revision: Number(row['revision']),
    })),
    links: rowsOf(LinkRow).map(linkOf),
    relationships: rowsOf(RelationshipRow).map(relationshipOf),
    solicitations: rowsOf(SolicitationRow).map(solicitationOf),
    informed: informedOf(subject),
    requests: rowsOf(ConsentRequestRow).map(requestOf),
  };
}

function solicitationOf(row: Row): SolicitationFact {
  return {
    attemptId: text(row['attempt_id']),
    controllerId: text(row['controller_id']),
    purposeId: text(row['purpose_id']),
    channel: text(row['channel']),
    state: text(row['state']) as SolicitationFact['state'],
    outcome: textOrNull(row['outcome']),
    at: instant(row['at']),
    expiresAt: instantOrNull(row['expires_at']),
    recordedAt: instant(row['recorded_at']),
    eventId: text(row['event_id']),
    revision: Number(row['revision']),
  };
}

/** PostgreSQL keeps members in an order of its own. */
function informedOf(subject: Row | undefined): ContactFacts['informed'] {
  const told = (subject?.['informed'] ?? []) as ContactFacts['informed'];
  return told.map(({ controllerId, article, at, eventId, revision }) => ({
    ...{ controllerId, article, at, eventId, revision },
  }));
}

function subjectOf(row: Row): SubjectFacts {
  return {
    audience: textOrNull(row['audience']),
    collection: textOrNull(row['collection']),
    sourceKind: textOrNull(row['source_kind']),
    registeredAt: instantOrNull(row['registered_at']),
    erasureId: textOrNull(row['erasure_id']),
    erasureState: text(row['erasure_state']) as SubjectFacts['erasureState'],
    erasureScopes: row['erasure_scopes'] as readonly string[],
    retained: row['retained'] as SubjectFacts['retained'],
    isErased: row['is_erased'] === true,
    revisions: {
      subject: revisionOrNull(row['subject_revision']),
      consent: revisionOrNull(row['consent_revision']),
      rights: revisionOrNull(row['rights_revision']),
      relationship: revisionOrNull(row['relationship_revision']),
      solicitation: revisionOrNull(row['solicitation_revision']),
      information: revisionOrNull(row['information_revision']),
    },
  };
}

function linkOf(row: Row): KnownLink {
  return {
    otherSubjectId: text(row['other_subject_id']),
    relation: text(row['relation']),
    direction: text(row['direction']) as 'to' | 'from',
    since: instantOrNull(row['since']),
    until: instantOrNull(row['until']),
  };
}

/** The part of a proof that says by which texts the person was informed. */
interface ConsentProof {
  readonly form?: { readonly formId: string; readonly version: number };
  readonly notice: { readonly noticeId: string; readonly version: number };
}

function textsOf({ form, notice }: ConsentProof): Pick<GivenConsent, 'formVersion' | 'notice'> {
  return {
    formVersion: form === undefined ? null : { formId: form.formId, version: form.version },
    notice: { noticeId: notice.noticeId, version: notice.version },
  };
}
