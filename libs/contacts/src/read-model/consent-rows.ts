import { gradeProof } from '#consent';
import { effectOfNo } from '#kernel';
import type { Row, RowChange } from '#runtime';
import type { ConsentEnding } from '../domain/contact-facts.js';
import { ConsentRow } from './contact-state.entity.js';
import type { ContactEventOf } from './contact-state.projection.js';

/** A consent as it was given. */
export function consentChange(event: ContactEventOf<'ConsentGiven'>): RowChange {
  const consent = event.data;
  const { grade, missing } = gradeProof(consent, event.recordedAt);
  const key = { subject_id: consent.subjectId, consent_id: consent.consentId };
  return {
    entity: ConsentRow,
    key,
    evolve: (row) => ({
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
      revision: event.revision,
      goods_nature: consent.goodsNature ?? [],
      named_recipient_ids: consent.namedRecipientIds,
      accepted_slots: consent.acceptedSlots ?? [],
      age: consent.age,
      has_parental_consent: consent.parentalConsent !== undefined,
      collector_id: consent.collectorId ?? null,
      purpose_revision: consent.purposeRevision,
      notice_id: consent.proof.notice.noticeId,
      notice_version: consent.proof.notice.version,
      endings: row?.['endings'] ?? [],
      // Behind a spread the engine adds each member of a literal the slow way: 2 µs apiece.
      ...key,
    }),
  };
}

type EndingEvent = ContactEventOf<'ConsentExpired' | 'ConsentRevoked' | 'ConsentInvalidated'>;

/** A consent ends of itself; several endings stand beside one another, in the order in which they took effect. */
export function endingChange(event: EndingEvent): RowChange {
  const { subjectId, consentId } = event.data;
  const key = { subject_id: subjectId, consent_id: consentId };
  return {
    entity: ConsentRow,
    key,
    evolve: (row) => (row === undefined ? undefined : { ...row, endings: withEnding(row, endingOf(event)) }),
  };
}

function endingOf(event: EndingEvent): ConsentEnding {
  const { id: eventId, revision, recordedAt, metadata, data } = event;
  const common = {
    ...{ eventId, revision: Number(revision), recordedAt },
    at: effectOfNo(data.occurredAt, recordedAt),
    by: { kind: metadata.actor.k, ref: metadata.actor.ref },
  };
  switch (event.type) {
    case 'ConsentExpired':
      return { ...common, at: event.data.occurredAt, state: 'expired', reasons: [] };
    case 'ConsentRevoked':
      return { ...common, state: 'revoked', reasons: [event.data.reason] };
    case 'ConsentInvalidated':
      return { ...common, state: 'invalidated', reasons: [...event.data.defects] };
  }
}

function withEnding(row: Row, ending: ConsentEnding): readonly ConsentEnding[] {
  const others = row['endings'] as readonly ConsentEnding[];
  return [...others, ending].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
}

function placeOf({ at, eventId }: ConsentEnding): string {
  return `${at} ${eventId}`;
}

/** The endings that a row holds. */
export function endingsOf(row: Row): readonly ConsentEnding[] {
  const endings = row['endings'] as readonly ConsentEnding[];
  return endings.map(({ state, at, recordedAt, eventId, revision, by: { kind, ref }, reasons }) => ({
    ...{ state, at, recordedAt, eventId, revision, by: { kind, ref }, reasons },
  }));
}
