import type { LedgerEvent } from '#event-store';
import type { Projection, Row, RowChange } from '#runtime';
import type { AccessEvent } from '#subjects/contract';
import { LookedAtRow, LookRow } from './access-log.entity.js';

/** A look as it stands in the ledger. */
type LookEvent = LedgerEvent & AccessEvent;

/** A new kind of look must be told here before it compiles. */
const lookOf: {
  readonly [T in AccessEvent['type']]: (data: Extract<AccessEvent, { type: T }>['data']) => Row;
} = {
  SubjectsLookedUp: ({ kinds, items, archive, reason }) => ({
    ...{ kind: archive === true ? 'archive-look-up' : 'look-up', fields: kinds, items },
    ...{ reason: reason ?? null, request_id: null },
  }),
  PersonalDataRevealed: ({ fields, reason, requestId }) => ({
    ...{ kind: 'reveal', fields, items: 1 },
    ...{ reason, request_id: requestId ?? null },
  }),
};

/** Every look at personal data, by person, by who looked and by time. */
export const accessLogProjection: Projection = {
  name: 'access-log',
  version: 1,
  entities: [LookRow, LookedAtRow],
  // A look at several people is one row that they share.
  sharding: 'unsharded',
  handles: Object.keys(lookOf),
  project: (event) => [lookChange(event as LookEvent), ...event.metadata.sub.map((id) => seen(event, id))],
};

function lookChange(event: LookEvent): RowChange {
  const { position, id, stream, recordedAt, metadata } = event;
  const rowOf = lookOf[event.type] as (data: AccessEvent['data']) => Row;
  return {
    entity: LookRow,
    key: { position },
    evolve: () => ({
      ...rowOf(event.data),
      position,
      event_id: id,
      stream,
      recorded_at: recordedAt,
      actor_kind: metadata.actor.k,
      actor_ref: metadata.actor.ref,
    }),
  };
}

function seen({ position, recordedAt }: LedgerEvent, subjectId: string): RowChange {
  const key = { subject_id: subjectId, position };
  return { entity: LookedAtRow, key, evolve: () => ({ ...key, recorded_at: recordedAt }) };
}
