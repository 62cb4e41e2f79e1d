import type { EventMetadata, Json, JsonSchema, Message } from '#kernel';
import type { StoredEvent, StreamName } from '../port.js';
import type { EventCatalogue, LedgerEvent } from '../registry.js';
import { categoryOf } from '../stream-name.js';
import { UndecodableEvent, UnencodableEvent, type UndecodableReason } from './errors.js';
import { eventTypesDocument } from './event-types-document.js';
import { indexCatalogue, type KnownType } from './known-types.js';
import { METADATA_SCHEMA } from './metadata-schema.js';
import { compileSchema } from './validator.js';

/** An event's type and data as they are stored, with the name of the schema they satisfy. */
export interface EncodedEvent {
  readonly type: string;
  readonly data: Json;
  /** `<context>.<Type>/<version>`: the value of `metadata.schema`. */
  readonly schema: string;
}

/** Between what the domain says and what the store keeps: every event is checked on its way in and on its way out. */
export interface EventCodec {
  readonly catalogue: EventCatalogue;
  /**
   * Checks a new event against its newest schema, and its stream against its category when the stream is given.
   * Throws {@link UnencodableEvent}.
   */
  encode(event: Message, stream?: StreamName): EncodedEvent;
  /** Reads a stored event of any known version as the newest one. Throws {@link UndecodableEvent}. */
  decode(stored: StoredEvent): LedgerEvent;
  /** The JSON Schemas of all event types: what `GET /v1/event-types` answers. */
  eventTypesDocument(): JsonSchema;
}

const SCHEMA_NAME = /^([^./]+)\.([^./]+)\/([0-9]+)$/;
const checkMetadata = compileSchema(METADATA_SCHEMA);

/**
 * The codec of a catalogue. Throws at once for a catalogue that cannot work: a type twice, a version without an
 * upcaster to the next one, an upcaster of nothing.
 */
export function createCodec(catalogue: EventCatalogue): EventCodec {
  const types = indexCatalogue(catalogue);
  return {
    catalogue,
    encode: (event, stream) => encode(types.get(event.type), event, stream),
    decode: (stored) => decode(types.get(stored.type), stored),
    eventTypesDocument: () => eventTypesDocument(catalogue),
  };
}

function encode(known: KnownType | undefined, event: Message, stream: StreamName | undefined): EncodedEvent {
  if (known === undefined) throw new UnencodableEvent(`No event type ${event.type}`);
  if (stream !== undefined && categoryOf(stream) !== known.definition.category) {
    throw new UnencodableEvent(`${event.type} does not stand in streams of category ${categoryOf(stream)}`);
  }
  const problem = known.problemOf(event.data);
  if (problem !== undefined) throw new UnencodableEvent(`Data of ${event.type}: ${problem}`);
  return { type: event.type, data: event.data as Json, schema: known.schemaName };
}

function decode(known: KnownType | undefined, stored: StoredEvent): LedgerEvent {
  const { id, type, stream, revision, position } = stored;
  const fail = (reason: UndecodableReason, cause?: unknown): never => {
    throw new UndecodableEvent(id, stream, reason, cause === undefined ? {} : { cause });
  };
  if (checkMetadata(stored.metadata) !== undefined) fail('invalid-metadata');
  const metadata = stored.metadata as unknown as EventMetadata;
  const [, context, named, version] = SCHEMA_NAME.exec(metadata.schema) ?? fail('invalid-metadata');
  if (named !== type) fail('invalid-metadata');
  if (known === undefined || known.definition.context !== context) return fail('unknown-type');
  const steps = known.upcastersFrom(Number(version)) ?? fail('unknown-version');
  let data: unknown = stored.data;
  try {
    for (const step of steps) data = step.upcast(data);
  } catch (error) {
    fail('invalid-data', error);
  }
  if (known.problemOf(data) !== undefined) fail('invalid-data');
  return { id, type, data, stream, revision, position, recordedAt: metadata.ts, metadata };
}
