import type { Checkpoint, Position, StoredEvent, StreamName } from '#event-store';
import { NIL_UUID, type Uuid } from '#kernel';

/** An event that is never purged, found again by stream and revision. */
export interface Anchor {
  readonly position: Position;
  readonly eventId: Uuid;
  readonly stream: StreamName;
  readonly revision: bigint;
}

/** How far a follower has come, and what it passed on its way. */
export interface Place {
  /** Last event it has done; `undefined`: none yet. */
  readonly position: Position | undefined;
  /** Newest event at or before `position` whose stream is never purged. */
  readonly anchor: Anchor | undefined;
  /** Number of events of never-purged streams it passed: the same for every follower at one position. */
  readonly events: bigint;
  /** XOR of their ids, written as a UUID. */
  readonly idsXor: Uuid;
  /** Number of all events it passed, purged ones included. */
  readonly seen: bigint;
}

/** Before the first event. */
export const START: Place = {
  position: undefined,
  anchor: undefined,
  events: 0n,
  idsXor: NIL_UUID,
  seen: 0n,
};

/** Whether the events of a stream stay in the store for ever; those of personal streams go with their key. */
export function isLasting(stream: StreamName): boolean {
  return !stream.startsWith('personal-');
}

/** Whether `a` lies before `b` in the log; `undefined` is the start. */
export function isBefore(a: Position | undefined, b: Position | undefined): boolean {
  return b !== undefined && (a === undefined || a < b);
}

/** The place after these events, which follow it in order. */
export function afterEvents(place: Place, events: readonly StoredEvent[]): Place {
  const last = events.at(-1);
  if (last === undefined) return place;
  const xor = bytesOf(place.idsXor);
  let lasting = 0n;
  let anchor = place.anchor;
  for (const event of events) {
    if (!isLasting(event.stream)) continue;
    lasting += 1n;
    const id = bytesOf(event.id);
    for (let i = 0; i < 16; i += 1) xor[i] = (xor[i] ?? 0) ^ (id[i] ?? 0);
    anchor = { position: event.position, eventId: event.id, stream: event.stream, revision: event.revision };
  }
  return {
    position: last.position,
    anchor,
    events: place.events + lasting,
    idsXor: uuidOf(xor),
    seen: place.seen + BigInt(events.length),
  };
}

/** What the store is asked to resume from: without an anchor the log is read again from the start. */
export function checkpointOf(place: Place): Checkpoint | 'start' {
  if (place.position === undefined || place.anchor === undefined) return 'start';
  const { position, eventId } = place.anchor;
  const checkpoint: Checkpoint = { position: place.position, anchor: { position, eventId } };
  return checkpoint;
}

function bytesOf(uuid: Uuid): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function uuidOf(bytes: Buffer): Uuid {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
