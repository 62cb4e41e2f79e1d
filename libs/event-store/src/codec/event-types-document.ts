import type { JsonSchema } from '#kernel';
import type { EventCatalogue } from '../registry.js';
import { schemaNameOf } from './known-types.js';
import { METADATA_SCHEMA } from './metadata-schema.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/**
 * All event types of the ledger for a reader outside: one JSON Schema per type in `$defs`, keyed by the name that
 * stands in `metadata.schema`, and the schema of metadata itself. Sorted, so that it changes only when a type does.
 */
export function eventTypesDocument({ definitions }: EventCatalogue): JsonSchema {
  const named = definitions
    .map((definition) => ({ name: schemaNameOf(definition), definition }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const schemas = named.map(({ name, definition }) => [
    name,
    {
      title: definition.type,
      description: definition.meaning,
      'x-context': definition.context,
      'x-category': definition.category,
      'x-version': definition.version,
      ...definition.schema,
    },
  ]);
  return {
    $schema: DIALECT,
    title: 'Event types of the ledger',
    $defs: {
      metadata: { title: 'Metadata of every event', ...METADATA_SCHEMA },
      ...Object.fromEntries(schemas),
    },
  };
}
