import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NIL_UUID, type EventDefinition, type Json, type JsonObject } from '#kernel';
import { toPosition } from '../position.js';
import { createCodec, type EventCodec } from './codec.js';
import { schemaNameOf } from './known-types.js';

/**
 * Checks that old events stay readable (one file `<Type>.v<N>.json` with `{data, metadata}` per type and version ever
 * written): each definition has a file for each of its versions, each file decodes and names its own version, and no
 * file is left over. Several contexts may share a folder only if the codec knows them all.
 * Throws one `Error` that lists every problem.
 */
export async function checkGolden(codec: EventCodec, folder: string): Promise<void> {
  const expected = new Map(codec.catalogue.definitions.flatMap(versionsOf));
  const found = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const problems = [
    ...[...expected.keys()].filter((name) => !found.includes(name)).map((name) => `${name} is missing`),
    ...found
      .filter((name) => !expected.has(name))
      .map((name) => `${name} belongs to no known type and version`),
  ];
  for (const name of found) {
    const golden = expected.get(name);
    if (golden !== undefined) problems.push(...(await problemsOf(codec, join(folder, name), golden)));
  }
  if (problems.length > 0) throw new Error(`Golden events in ${folder}:\n${problems.sort().join('\n')}`);
}

/** The part of a catalogue that one context owns, as a codec: what its golden folder must hold. */
export function codecOfContext({ catalogue }: EventCodec, context: string): EventCodec {
  const definitions = catalogue.definitions.filter((definition) => definition.context === context);
  const types = new Set(definitions.map(({ type }) => type));
  return createCodec({ definitions, upcasters: catalogue.upcasters.filter(({ type }) => types.has(type)) });
}

interface Golden {
  readonly definition: EventDefinition;
  readonly version: number;
}

function versionsOf(definition: EventDefinition): [string, Golden][] {
  return Array.from({ length: definition.version }, (_, i) => [
    `${definition.type}.v${String(i + 1)}.json`,
    { definition, version: i + 1 },
  ]);
}

async function problemsOf(
  codec: EventCodec,
  path: string,
  { definition, version }: Golden,
): Promise<string[]> {
  const name = `${definition.type}.v${String(version)}.json`;
  const stream = `${definition.category}-${NIL_UUID}`;
  try {
    const { data, metadata } = JSON.parse(await readFile(path, 'utf8')) as {
      data: Json;
      metadata: JsonObject;
    };
    if (metadata['schema'] !== schemaNameOf(definition, version)) return [`${name} names another schema`];
    codec.decode({
      id: NIL_UUID,
      type: definition.type,
      data,
      metadata,
      stream,
      revision: 0n,
      position: toPosition(1n),
      recordedAt: new Date(0),
    });
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
