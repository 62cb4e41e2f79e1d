import { canonicalJson, isUuid, type Uuid } from '#kernel';
import { AppendTooLarge } from './errors.js';
import {
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  type Expected,
  type NewEvent,
  type StreamName,
} from './port.js';
import { isStreamName } from './stream-name.js';

/** Beyond every revision that a store can hold. */
const NEWEST = 2n ** 63n - 1n;
const EVENT_TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;

/** An event that is ready for the wire: data and metadata are canonical JSON text, fixed when `append` was called. */
export interface PreparedEvent {
  readonly id: Uuid;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  /** UTF-8 length of data and metadata together. */
  readonly bytes: number;
}

/** One checked append. */
export interface PreparedBatch {
  readonly stream: StreamName;
  /** The revision the stream must be at; −1 for an absent stream. */
  readonly expected: bigint;
  readonly events: readonly PreparedEvent[];
  readonly bytes: number;
}

/**
 * Checks what every adapter must refuse before it calls its store, and writes the events as canonical JSON.
 * Throws `NotCanonical` for a value that is no JSON, and `RangeError` for an empty batch, an id twice, an id, stream or
 * type name of the wrong shape: all of them are mistakes of the program, so they are thrown synchronously.
 */
export function prepareBatch(
  stream: StreamName,
  expected: Expected,
  events: readonly NewEvent[],
): PreparedBatch {
  if (events.length === 0) throw new RangeError('An append needs at least one event');
  if (!isStreamName(stream)) throw new RangeError('A stream is named <category>-<lower-case uuid>');
  const prepared = events.map(prepareEvent);
  if (new Set(prepared.map((event) => event.id)).size !== prepared.length) {
    throw new RangeError('Two events of one append have the same id');
  }
  const bytes = prepared.reduce((sum, event) => sum + event.bytes, 0);
  return { stream, expected: revisionOf(expected), events: prepared, bytes };
}

/** What is wrong with the size of a batch, or `undefined` when the store takes it. */
export function sizeProblem(batch: PreparedBatch): AppendTooLarge | undefined {
  if (batch.events.length > MAX_APPEND_EVENTS) {
    return new AppendTooLarge(`At most ${String(MAX_APPEND_EVENTS)} events in one append`);
  }
  if (batch.bytes > MAX_APPEND_BYTES) {
    return new AppendTooLarge(`At most ${String(MAX_APPEND_BYTES)} bytes in one append`);
  }
  return undefined;
}

/** The expected revision as a number, −1 for an absent stream. Throws `RangeError` for a revision of no stream. */
export function revisionOf(expected: Expected): bigint {
  if (expected.kind === 'noStream') return -1n;
  if (expected.revision < 0n || expected.revision > NEWEST)
    throw new RangeError('No stream can be at that revision');
  return expected.revision;
}

/** The opposite of {@link revisionOf}, as the errors of the port carry it. */
export function revisionOrNone(revision: bigint): bigint | undefined {
  return revision < 0n ? undefined : revision;
}

/** Whether a stored event is the offered one in everything its writer chose. */
export function isSameEvent(stored: NewEvent, offered: PreparedEvent): boolean {
  return (
    stored.id === offered.id &&
    stored.type === offered.type &&
    canonicalJson(stored.data) === offered.data &&
    canonicalJson(stored.metadata) === offered.metadata
  );
}

function prepareEvent(event: NewEvent): PreparedEvent {
  if (!isUuid(event.id)) throw new RangeError('An event id is a lower-case UUID');
  if (!EVENT_TYPE.test(event.type)) throw new RangeError('An event type is a past participle in PascalCase');
  const data = canonicalJson(event.data);
  const metadata = canonicalJson(event.metadata);
  const bytes = Buffer.byteLength(data) + Buffer.byteLength(metadata);
  return { id: event.id, type: event.type, data, metadata, bytes };
}
