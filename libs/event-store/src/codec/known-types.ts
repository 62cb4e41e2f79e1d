import type { EventDefinition, Upcaster } from '#kernel';
import type { EventCatalogue } from '../registry.js';
import { compileSchema } from './validator.js';

/** What the codec knows about one event type. */
export interface KnownType {
  readonly definition: EventDefinition;
  /** `<context>.<Type>/<newest version>`. */
  readonly schemaName: string;
  /** What is wrong with data of the newest version, or `undefined`. */
  problemOf(data: unknown): string | undefined;
  /** The upcasters that lead from version 1 to the newest, one from each version to the next. */
  readonly steps: readonly Upcaster[];
}

/** How data of one version of a type are brought up to the newest. */
export interface Way {
  readonly known: KnownType;
  /** None: it is the newest. */
  readonly steps: readonly Upcaster[];
}

/** The way of every version that ever was, by the name of its schema: looked up for each event that is read. */
export function waysOf(types: ReadonlyMap<string, KnownType>): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const known of types.values()) {
    const { definition, steps } = known;
    for (let version = 1; version <= definition.version; version += 1)
      ways.set(schemaNameOf(definition, version), { known, steps: steps.slice(version - 1) });
  }
  return ways;
}

/** Name of a definition's schema at one version, as `metadata.schema` carries it. */
export function schemaNameOf(definition: EventDefinition, version = definition.version): string {
  return `${definition.context}.${definition.type}/${String(version)}`;
}

/** Event types by name. Throws `Error` when the catalogue contradicts itself or leaves a version unreadable. */
export function indexCatalogue({ definitions, upcasters }: EventCatalogue): ReadonlyMap<string, KnownType> {
  const types = new Map<string, KnownType>();
  for (const definition of definitions) {
    if (types.has(definition.type)) throw new Error(`Event type ${definition.type} is defined twice`);
    types.set(definition.type, knownType(definition, upcasters));
  }
  for (const { type, from } of upcasters) {
    const newest = types.get(type)?.definition.version ?? 0;
    if (from < 1 || from >= newest)
      throw new Error(`Upcaster of ${type} from version ${String(from)} leads nowhere`);
  }
  return types;
}

function knownType(definition: EventDefinition, upcasters: readonly Upcaster[]): KnownType {
  const steps = Array.from({ length: definition.version - 1 }, (_, i) =>
    stepFrom(definition, upcasters, i + 1),
  );
  let check: ReturnType<typeof compileSchema> | undefined;
  return {
    definition,
    schemaName: schemaNameOf(definition),
    problemOf: (data) => (check ??= compileSchema(definition.schema))(data),
    steps,
  };
}

function stepFrom({ type }: EventDefinition, upcasters: readonly Upcaster[], from: number): Upcaster {
  const [step, second] = upcasters.filter((candidate) => candidate.type === type && candidate.from === from);
  if (step === undefined || second !== undefined) {
    throw new Error(`${type} needs exactly one upcaster from version ${String(from)}`);
  }
  return step;
}
