import type { RecordedEvent, ResolvedEvent, AllStreamResolvedEvent } from '@eventstore/db-client';
import type { Json } from '#kernel';
import type { StoredEvent } from '../port.js';
import { toPosition } from './positions.js';

/** An event as the client hands it over, with its place in `$all`. */
export type Recorded = RecordedEvent;

/** The event of a resolved pair; links are never followed, so there is always one. */
export function recordedOf(resolved: ResolvedEvent | AllStreamResolvedEvent): Recorded | undefined {
  return resolved.event ?? resolved.link;
}

/** The place of an event in `$all`; servers since 22.6 say it of every event. */
export function positionOf({ position }: Recorded) {
  return toPosition(position ?? { commit: 0n, prepare: 0n });
}

/** The stored event of a record. Bytes that are no JSON (nobody writes them through the port) come as base64. */
export function toStoredEvent(event: Recorded): StoredEvent {
  return {
    id: event.id,
    type: event.type,
    data: jsonOf(event.data),
    metadata: jsonOf(event.metadata),
    stream: event.streamId,
    revision: event.revision,
    position: positionOf(event),
    recordedAt: event.created,
  };
}

/** About how many bytes the event takes in memory. */
export function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [key, part]) => sum + key.length + weightOf(part), 16);
}

function jsonOf(value: unknown): Json {
  if (value === undefined) return null;
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : (value as Json);
}
