import type { Row, RowChange } from '#runtime';
import type { ContactEventOf } from './contact-state.projection.js';
import { SolicitationRow } from './solicitation.entity.js';

type SolicitationEvent = ContactEventOf<
  'ContactAttemptReserved' | 'ContactReservationReleased' | 'ContactMade'
>;

/** A contact is reserved, given back or made: one row per attempt, which the newest word on it tells. */
export function solicitationChange(event: SolicitationEvent): RowChange {
  const { subjectId, attemptId } = event.data;
  const key = { subject_id: subjectId, attempt_id: attemptId };
  return { entity: SolicitationRow, key, evolve: (row) => evolve(row, event) };
}

/** What was made stays made, as where callers are judged (`solicitation.decider.ts`). */
function evolve(row: Row | undefined, event: SolicitationEvent): Row | undefined {
  switch (event.type) {
    case 'ContactAttemptReserved': {
      if (row?.['state'] === 'made') return row;
      return rowOf(event, 'reserved', null, event.data.expiresAt);
    }
    case 'ContactReservationReleased': {
      const { id: event_id, revision, recordedAt: recorded_at } = event;
      return row?.['state'] === 'reserved'
        ? { ...row, event_id, revision, recorded_at, state: 'released' }
        : row;
    }
    case 'ContactMade':
      return rowOf(event, 'made', event.data.outcome, null);
  }
}

function rowOf(
  { id, revision, recordedAt, data }: ContactEventOf<'ContactAttemptReserved' | 'ContactMade'>,
  state: 'reserved' | 'made',
  outcome: string | null,
  expiresAt: string | null,
): Row {
  return {
    subject_id: data.subjectId,
    attempt_id: data.attemptId,
    event_id: id,
    revision,
    recorded_at: recordedAt,
    controller_id: data.controllerId,
    purpose_id: data.purposeId,
    channel: data.channel,
    at: data.occurredAt,
    state,
    outcome,
    expires_at: expiresAt,
  };
}
