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
  const xor = new Uint8Array(ID_BYTES);
  addId(xor, place.idsXor);
  let lasting = 0n;
  let newest: StoredEvent | undefined;
  for (const event of events) {
    if (!isLasting(event.stream)) continue;
    lasting += 1n;
    addId(xor, event.id);
    newest = event;
  }
  return {
    position: last.position,
    anchor: newest === undefined ? place.anchor : anchorAt(newest),
    events: place.events + lasting,
    idsXor: uuidOf(xor),
    seen: place.seen + BigInt(events.length),
  };
}

/** Where a reader stands that only passes events on: it counts nothing. */
export type Passage = Pick<Place, 'position' | 'anchor'>;

/** The passage after one more event. */
export function afterEvent({ anchor }: Passage, event: StoredEvent): Passage {
  return { position: event.position, anchor: isLasting(event.stream) ? anchorAt(event) : anchor };
}

function anchorAt({ position, id, stream, revision }: StoredEvent): Anchor {
  return { position, eventId: id, stream, revision };
}

/** What the store is asked to resume from: without an anchor the log is read again from the start. */
export function checkpointOf(place: Passage): Checkpoint | 'start' {
  if (place.position === undefined || place.anchor === undefined) return 'start';
  const { position, eventId } = place.anchor;
  const checkpoint: Checkpoint = { position: place.position, anchor: { position, eventId } };
  return checkpoint;
}

const ID_BYTES = 16;
const DASH = 45;

/** XORs the bytes of an id into a sum. Written out, because it is done for every event by every reader. */
function addId(sum: Uint8Array, id: Uuid): void {
  let digits = 0;
  for (let i = 0; i < id.length; i += 1) {
    const code = id.charCodeAt(i);
    if (code === DASH) continue;
    const digit = code < 58 ? code - 48 : code - 87;
    const byte = digits >> 1;
    sum[byte] = (sum[byte] ?? 0) ^ (digits % 2 === 0 ? digit << 4 : digit);
    digits += 1;
  }
}

function uuidOf(bytes: Uint8Array): Uuid {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
