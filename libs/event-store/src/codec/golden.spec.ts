import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { NIL_UUID, type EventDefinition, type JsonSchema } from '#kernel';
import { Type } from 'typebox';
import { createCodec } from './codec.js';
import { checkGolden, codecOfContext } from './golden.js';

// Goal: a shape that was ever written stays readable. Method: a folder of files, broken in one way at a time.

const shape = (type: string, context: string, version: number): EventDefinition => ({
  ...{ type, context, version, category: 'wall', meaning: 'Something happened to a wall.' },
  schema: Type.Object({ colour: Type.String() }, { additionalProperties: false }) as unknown as JsonSchema,
});
const codec = createCodec({
  definitions: [shape('ColourChosen', 'paint', 2), shape('TileLaid', 'tiles', 1)],
  upcasters: [{ type: 'ColourChosen', from: 1, upcast: (data) => ({ colour: data }) }],
});
const paint = codecOfContext(codec, 'paint');

const golden = (data: unknown, schema: string): string => {
  const ids = {
    actor: { k: 'system', ref: NIL_UUID },
    sub: [],
    req: `${NIL_UUID}/0`,
    $correlationId: NIL_UUID,
  };
  return JSON.stringify({
    data,
    metadata: { v: 1, schema, ts: '2026-11-21T18:00:00.000Z', src: 't/1', ...ids },
  });
};

let folder: string;
const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'golden-'));
  await put('ColourChosen.v1.json', golden('green', 'paint.ColourChosen/1'));
  await put('ColourChosen.v2.json', golden({ colour: 'green' }, 'paint.ColourChosen/2'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it('accepts a file for every version of every type of the context', async () => {
  await expect(checkGolden(paint, folder)).resolves.toBeUndefined();
});

it('misses the types of other contexts only when the codec knows them', async () => {
  await expect(checkGolden(codec, folder)).rejects.toThrow('TileLaid.v1.json is missing');
});

it.each([
  ['a version without a file', 'ColourChosen.v1.json', undefined, 'ColourChosen.v1.json is missing'],
  ['a file of no known version', 'ColourChosen.v3.json', '{}', 'ColourChosen.v3.json belongs to no known'],
  ['a file of no known type', 'Colour.v1.json', '{}', 'Colour.v1.json belongs to no known'],
  ['a file that is no JSON', 'ColourChosen.v2.json', '{', 'ColourChosen.v2.json: '],
  ['data of another shape', 'ColourChosen.v2.json', golden({}, 'paint.ColourChosen/2'), 'invalid-data'],
  [
    'a file that names another version',
    'ColourChosen.v1.json',
    golden('g', 'paint.ColourChosen/2'),
    'another schema',
  ],
  [
    'metadata that are none',
    'ColourChosen.v2.json',
    '{"data":{},"metadata":{"schema":"paint.ColourChosen/2"}}',
    'invalid-m',
  ],
])('refuses %s', async (_, name, text, problem) => {
  if (text === undefined) await rm(join(folder, name));
  else await put(name, text);
  await expect(checkGolden(paint, folder)).rejects.toThrow(problem);
});

it('lists every problem at once', async () => {
  await rm(join(folder, 'ColourChosen.v1.json'));
  await put('Other.v1.json', '{}');
  const error = await checkGolden(paint, folder).catch((thrown: unknown) => thrown as Error);
  expect(String(error).split('\n')).toHaveLength(3);
});
