import { join } from 'node:path';
import type { EventDefinition, Upcaster } from '#kernel';
import { ROOT, filesBelow } from './source-tree.js';

/** The event types that one lib owns. */
export interface OwnedEvents {
  readonly lib: string;
  readonly context: string;
  readonly definitions: readonly EventDefinition[];
  readonly upcasters: readonly Upcaster[];
}

/**
 * The event types of every lib, found in its `contract.ts`: each export called `…Events` with definitions, and the
 * upcasters of each export called `…Upcasters`. Nobody has to list a new context here.
 */
export async function ownedEvents(): Promise<OwnedEvents[]> {
  const owned: OwnedEvents[] = [];
  for (const path of filesBelow('libs').filter((file) => /^libs\/[^/]+\/src\/contract\.ts$/.test(file))) {
    // One after the other: jest links a module that two imports wait for only once, and not in time for both.
    owned.push(...eventsIn(path.split('/')[1] ?? '', await load(path)));
  }
  return owned;
}

function eventsIn(lib: string, contract: object): OwnedEvents[] {
  const upcasters = entriesOf(contract, 'Upcasters').flatMap((value) => value as readonly Upcaster[]);
  return entriesOf(contract, 'Events')
    .filter((value): value is OwnedEvents => isObject(value) && 'definitions' in value)
    .map(({ context, definitions }) => ({ lib, context, definitions, upcasters }));
}

async function load(path: string): Promise<object> {
  return (await import(join(ROOT, path))) as object;
}

function entriesOf(exported: object, suffix: string): unknown[] {
  return Object.entries(exported)
    .filter(([name]) => name.endsWith(suffix))
    .map(([, value]) => value as unknown);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A JSON Schema with the place where it stands in its event. */
export interface PlacedSchema {
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A schema and all schemas in it: members, items, alternatives. */
export function everySchema(schema: unknown, path = ''): PlacedSchema[] {
  if (!isObject(schema)) return [];
  const { properties = {}, items, anyOf = [], allOf = [], oneOf = [] } = schema as Record<string, object>;
  const members = Object.entries(properties).flatMap(([name, member]) =>
    everySchema(member, `${path}/${name}`),
  );
  const alternatives = [anyOf, allOf, oneOf].flatMap((list) => list as unknown[]);
  return [
    { path, schema: schema as PlacedSchema['schema'] },
    ...members,
    ...everySchema(items, `${path}[]`),
    ...alternatives.flatMap((alternative) => everySchema(alternative, path)),
  ];
}
