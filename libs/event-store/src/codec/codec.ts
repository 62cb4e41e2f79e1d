import type { EventMetadata, Json, JsonSchema, Message, Upcaster } from '#kernel';
import type { StoredEvent, StreamName } from '../port.js';
import type { EventCatalogue, LedgerEvent } from '../registry.js';
import { categoryOf } from '../stream-name.js';
import { UndecodableEvent, UnencodableEvent, type UndecodableReason } from './errors.js';
import { eventTypesDocument } from './event-types-document.js';
import { indexCatalogue, waysOf, type KnownType, type Way } from './known-types.js';
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

const SCHEMA_NAME = /^([^./]+)\.([^./]+)\/[0-9]+$/;
const checkMetadata = compileSchema(METADATA_SCHEMA);

/**
 * The codec of a catalogue. Throws at once for a catalogue that cannot work: a type twice, a version without an
 * upcaster to the next one, an upcaster of nothing.
 */
export function createCodec(catalogue: EventCatalogue): EventCodec {
  const types = indexCatalogue(catalogue);
  const ways = waysOf(types);
  return {
    catalogue,
    encode: (event, stream) => encode(types.get(event.type), event, stream),
    decode: (stored) => {
      if (checkMetadata(stored.metadata) !== undefined) throw undecodable(stored, 'invalid-metadata');
      const metadata = stored.metadata as unknown as EventMetadata;
      const way = ways.get(metadata.schema);
      if (way?.known.definition.type !== stored.type)
        throw undecodable(stored, reasonOf(types, stored.type, metadata.schema));
      return decode(way, stored, metadata);
    },
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

function decode({ known, steps }: Way, stored: StoredEvent, metadata: EventMetadata): LedgerEvent {
  const { id, type, stream, revision, position } = stored;
  const data = steps.length === 0 ? stored.data : upcast(steps, stored);
  if (known.problemOf(data) !== undefined) throw undecodable(stored, 'invalid-data');
  return { id, type, data, stream, revision, position, recordedAt: metadata.ts, metadata };
}

function upcast(steps: readonly Upcaster[], stored: StoredEvent): unknown {
  try {
    return steps.reduce<unknown>((data, step) => step.upcast(data), stored.data);
  } catch (error) {
    throw undecodable(stored, 'invalid-data', error);
  }
}

/** Why no way leads from a schema to the newest version of a type. */
function reasonOf(types: ReadonlyMap<string, KnownType>, type: string, schema: string): UndecodableReason {
  const [, context, named] = SCHEMA_NAME.exec(schema) ?? [];
  if (named !== type) return 'invalid-metadata';
  return types.get(type)?.definition.context === context ? 'unknown-version' : 'unknown-type';
}

function undecodable(
  { id, stream }: StoredEvent,
  reason: UndecodableReason,
  cause?: unknown,
): UndecodableEvent {
  return new UndecodableEvent(id, stream, reason, cause === undefined ? {} : { cause });
}
