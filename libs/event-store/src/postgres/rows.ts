import type { Json, Uuid } from '#kernel';
import type { Position, StoredEvent, StreamName } from '../port.js';
import { toPosition } from '../position.js';

/** A row of `es.event_index` with its payload, as `pg` gives it: bigints as text. */
export interface EventRow {
  readonly position: string;
  readonly event_id: string;
  readonly stream: StreamName;
  readonly revision: string;
  readonly type: string;
  readonly recorded_at: Date;
  readonly data: string;
  readonly metadata: string;
}

/** The stored event of a row. */
export function toStoredEvent(row: EventRow): StoredEvent {
  return {
    id: row.event_id,
    type: row.type,
    data: JSON.parse(row.data) as Json,
    metadata: JSON.parse(row.metadata) as Json,
    stream: row.stream,
    revision: BigInt(row.revision),
    position: toPosition(row.position),
    recordedAt: row.recorded_at,
  };
}

/** Where a subscription stands; the event there is not known yet when the place comes from a checkpoint. */
export interface Place {
  readonly position: Position;
  readonly eventId?: Uuid;
}
