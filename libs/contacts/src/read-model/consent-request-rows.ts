import type { Row, RowChange } from '#runtime';
import type { AskedConsent } from '../domain/contact-facts.js';
import { instant, instantOrNull, text, textOrNull } from './column-values.js';
import { ConsentRequestRow } from './consent-request.entity.js';
import type { ContactEventOf } from './contact-state.projection.js';

/** A person is asked. */
export function requestChange({ id, data }: ContactEventOf<'ConsentRequested'>): RowChange {
  const { subjectId, requestId, controllerId, asks, contactPointId, form, reason, ...rest } = data;
  const { supersedes = [], occurredAt, expiresAt } = rest;
  const key = { subject_id: subjectId, request_id: requestId };
  return {
    entity: ConsentRequestRow,
    key,
    evolve: () => ({
      ...{ ...key, controller_id: controllerId, asks, contact_point_id: contactPointId, reason },
      ...{
        form_id: form.formId,
        form_version: form.version,
        requested_at: occurredAt,
        expires_at: expiresAt,
      },
      ...{ answered_at: null, supersedes, event_id: id },
    }),
  };
}

/** The person answered. */
export function answerChange({ data }: ContactEventOf<'ConsentRequestAnswered'>): RowChange {
  return {
    entity: ConsentRequestRow,
    key: { subject_id: data.subjectId, request_id: data.requestId },
    evolve: (row) => (row === undefined ? undefined : { ...row, answered_at: data.occurredAt }),
  };
}

/** The request that a row holds. */
export function requestOf(row: Row): AskedConsent {
  return {
    requestId: text(row['request_id']),
    controllerId: text(row['controller_id']),
    asks: (row['asks'] as AskedConsent['asks']).map(({ purposeId, channel }) => ({ purposeId, channel })),
    contactPointId: text(row['contact_point_id']),
    formVersion: formVersionOf(row),
    reason: text(row['reason']),
    requestedAt: instant(row['requested_at']),
    expiresAt: instant(row['expires_at']),
    answeredAt: instantOrNull(row['answered_at']),
    supersedes: (row['supersedes'] ?? []) as readonly string[],
    eventId: text(row['event_id']),
  };
}

function formVersionOf(row: Row): AskedConsent['formVersion'] {
  const formId = textOrNull(row['form_id']);
  return formId === null ? null : { formId, version: Number(row['form_version']) };
}
