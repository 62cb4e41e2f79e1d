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
  const told = { event_id: event.id, revision: event.revision, recorded_at: event.recordedAt };
  return { entity: SolicitationRow, key, evolve: (row) => evolve(row, event, { ...key, ...told }) };
}

/** What was made stays made, as where callers are judged (`solicitation.decider.ts`). */
function evolve(row: Row | undefined, event: SolicitationEvent, told: Row): Row | undefined {
  switch (event.type) {
    case 'ContactAttemptReserved': {
      if (row?.['state'] === 'made') return row;
      const { expiresAt } = event.data;
      return { ...told, ...contactOf(event.data), state: 'reserved', outcome: null, expires_at: expiresAt };
    }
    case 'ContactReservationReleased':
      return row?.['state'] === 'reserved' ? { ...row, ...told, state: 'released' } : row;
    case 'ContactMade':
      return {
        ...told,
        ...contactOf(event.data),
        state: 'made',
        outcome: event.data.outcome,
        expires_at: null,
      };
  }
}

function contactOf({
  controllerId,
  purposeId,
  channel,
  occurredAt,
}: ContactEventOf<'ContactAttemptReserved' | 'ContactMade'>['data']): Row {
  return { controller_id: controllerId, purpose_id: purposeId, channel, at: occurredAt };
}
