import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { EventDefinition, EventMetadata, Json, JsonSchema, Upcaster } from '#kernel';
import { Type, type TSchema } from 'typebox';
import type { StoredEvent } from '../port.js';
import { toPosition } from '../position.js';
import type { EventCatalogue } from '../registry.js';
import { createCodec } from './codec.js';
import { UndecodableEvent, UnencodableEvent, type UndecodableReason } from './errors.js';

const asSchema = (schema: TSchema) => schema as unknown as JsonSchema;
const definition = (over: Partial<EventDefinition> = {}): EventDefinition => ({
  type: 'ColourChosen',
  version: 3,
  context: 'paint',
  category: 'wall',
  schema: asSchema(
    Type.Object({ colour: Type.String(), coats: Type.Integer() }, { additionalProperties: false }),
  ),
  meaning: 'Somebody chose the colour of a wall.',
  ...over,
});
const upcasters: readonly Upcaster[] = [
  { type: 'ColourChosen', from: 1, upcast: (data) => ({ colour: data }) },
  { type: 'ColourChosen', from: 2, upcast: (data) => ({ ...(data as object), coats: 1 }) },
];
const catalogue: EventCatalogue = {
  definitions: [
    definition(),
    definition({ type: 'WallBuilt', version: 1, category: 'house', schema: asSchema(Type.Object({})) }),
  ],
  upcasters,
};
const codec = createCodec(catalogue);

const metadata = (schema: string, over: object = {}): EventMetadata => ({
  v: 1,
  schema,
  ts: '2026-11-21T18:00:00.000Z',
  actor: { k: 'service', ref: randomUUID() },
  sub: [randomUUID()],
  req: `${randomUUID()}/0`,
  $correlationId: randomUUID(),
  src: 'test/1.0.0',
  ...over,
});
const stored = (data: unknown, meta: unknown, over: Partial<StoredEvent> = {}): StoredEvent => ({
  id: randomUUID(),
  type: 'ColourChosen',
  data: data as Json,
  metadata: meta as Json,
  stream: `wall-${randomUUID()}`,
  revision: 4n,
  position: toPosition(17n),
  recordedAt: new Date(0),
  ...over,
});

describe('codec: decode', () => {
  it('gives the ledger event with the time of its metadata, not of the store', () => {
    const meta = metadata('paint.ColourChosen/3', {
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    });
    const event = stored({ colour: 'green', coats: 2 }, meta);
    const { id, type, data, stream, revision, position } = event;
    expect(codec.decode(event)).toEqual({
      ...{ id, type, data, stream, revision, position },
      recordedAt: '2026-11-21T18:00:00.000Z',
      metadata: meta,
    });
  });

  it.each([
    [1, 'green', { colour: 'green', coats: 1 }],
    [2, { colour: 'green' }, { colour: 'green', coats: 1 }],
    [3, { colour: 'green', coats: 5 }, { colour: 'green', coats: 5 }],
  ])('brings version %i up to the newest, step by step', (version, data, newest) => {
    const meta = metadata(`paint.ColourChosen/${String(version)}`);
    const decoded = codec.decode(stored(data, meta));
    expect(decoded.data).toEqual(newest);
    expect(decoded.metadata.schema).toBe(meta.schema);
  });

  const good = { colour: 'green', coats: 1 };
  const cases: readonly (readonly [UndecodableReason, string, StoredEvent])[] = [
    ['unknown-type', 'no such type', stored({}, metadata('paint.WallPainted/1'), { type: 'WallPainted' })],
    ['unknown-type', 'of another context', stored(good, metadata('tiles.ColourChosen/3'))],
    ['unknown-version', 'of the future', stored(good, metadata('paint.ColourChosen/4'))],
    ['invalid-metadata', 'version 0', stored(good, metadata('paint.ColourChosen/0'))],
    ['invalid-metadata', 'schema of another type', stored(good, metadata('paint.WallBuilt/1'))],
    ['invalid-metadata', 'no metadata', stored(good, null)],
    ['invalid-metadata', 'a stranger in it', stored(good, metadata('paint.ColourChosen/3', { ip: 'x' }))],
    ['invalid-metadata', 'no time', stored(good, metadata('paint.ColourChosen/3', { ts: 'yesterday' }))],
    ['invalid-data', 'a missing field', stored({ colour: 'green' }, metadata('paint.ColourChosen/3'))],
    ['invalid-data', 'a field too many', stored({ ...good, extra: 1 }, metadata('paint.ColourChosen/3'))],
    ['invalid-data', 'an upcast result that is wrong', stored(7, metadata('paint.ColourChosen/1'))],
  ];
  it.each(cases)('%s: %s', (reason, _, event) => {
    const error = thrownBy(() => codec.decode(event));
    expect(error).toBeInstanceOf(UndecodableEvent);
    expect(error).toMatchObject({ eventId: event.id, stream: event.stream, reason });
  });

  it('says invalid-data when an upcaster throws, and keeps the cause', () => {
    const cause = new Error('no such shape');
    const broken = createCodec({
      definitions: [definition({ version: 2 })],
      upcasters: [
        {
          type: 'ColourChosen',
          from: 1,
          upcast: () => {
            throw cause;
          },
        },
      ],
    });
    const error = thrownBy(() => broken.decode(stored({}, metadata('paint.ColourChosen/1'))));
    expect(error).toMatchObject({ reason: 'invalid-data', cause });
  });

  it('never quotes the data of an event in its error', () => {
    const secret = 'marker-of-a-value';
    const data = { colour: 7, [secret]: secret };
    const error = thrownBy(() => codec.decode(stored(data, metadata('paint.ColourChosen/3'))));
    expect(error.message).not.toContain(secret);
    expect(thrownBy(() => codec.encode({ type: 'ColourChosen', data })).message).not.toContain(secret);
  });
});

describe('codec: encode', () => {
  it('gives type, data and the name of the newest schema', () => {
    const data = { colour: 'green', coats: 1 };
    const encoded = codec.encode({ type: 'ColourChosen', data }, `wall-${randomUUID()}`);
    expect(encoded).toEqual({ type: 'ColourChosen', data, schema: 'paint.ColourChosen/3' });
  });

  it('refuses an unknown type, data that break the schema, and a stream of another category', () => {
    const data = { colour: 'green', coats: 1 };
    const wrong = [
      () => codec.encode({ type: 'WallPainted', data }),
      () => codec.encode({ type: 'ColourChosen', data: { colour: 'green' } }),
      () => codec.encode({ type: 'ColourChosen', data: { ...data, coats: 1.5 } }),
      () => codec.encode({ type: 'ColourChosen', data }, `house-${randomUUID()}`),
    ];
    for (const call of wrong) expect(call).toThrow(UnencodableEvent);
  });

  it('what it takes it gives back', () => {
    const encoded = codec.encode({ type: 'ColourChosen', data: { colour: 'blue', coats: 2 } });
    const decoded = codec.decode(stored(encoded.data, metadata(encoded.schema)));
    expect(decoded.data).toEqual(encoded.data);
  });
});

describe('codec: a catalogue that cannot work is refused at once', () => {
  it.each([
    ['a type twice', [definition({ version: 1 }), definition({ version: 1, context: 'other' })], []],
    ['a version that nothing reads', [definition()], upcasters.slice(0, 1)],
    ['two upcasters of one version', [definition()], [...upcasters, ...upcasters.slice(0, 1)]],
    ['an upcaster of the newest version', [definition({ version: 1 })], upcasters.slice(0, 1)],
    ['an upcaster of no type', [], upcasters.slice(0, 1)],
  ])('%s', (_, definitions, given) => {
    expect(() => createCodec({ definitions, upcasters: given })).toThrow(Error);
  });
});

describe('codec: the document of event types', () => {
  it('holds the schema of every type under the name that metadata carries', () => {
    const document = codec.eventTypesDocument() as { $schema: string; $defs: Record<string, object> };
    expect(document.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(Object.keys(document.$defs)).toEqual(['metadata', 'paint.ColourChosen/3', 'paint.WallBuilt/1']);
    expect(document.$defs['paint.ColourChosen/3']).toMatchObject({
      title: 'ColourChosen',
      description: 'Somebody chose the colour of a wall.',
      type: 'object',
      required: ['colour', 'coats'],
      'x-category': 'wall',
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

function thrownBy(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
