import type { JsonSchema } from '#kernel';

const UUID = { type: 'string', pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' };

/** Shape of every event's metadata (JSON Schema 2020-12): pseudonymous references, times and versions, nothing else. */
export const METADATA_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['v', 'schema', 'ts', 'actor', 'sub', 'req', '$correlationId', 'src'],
  additionalProperties: false,
  properties: {
    v: { const: 1 },
    schema: { type: 'string', pattern: '^[a-z][a-z0-9-]*\\.[A-Z][A-Za-z0-9]*/[1-9][0-9]{0,5}$' },
    ts: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$' },
    actor: {
      type: 'object',
      required: ['k', 'ref'],
      additionalProperties: false,
      properties: { k: { enum: ['subject', 'operator', 'service', 'system'] }, ref: UUID },
    },
    sub: { type: 'array', items: UUID },
    req: {
      type: 'string',
      pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[0-9]{1,9}$',
    },
    $correlationId: UUID,
    $causationId: UUID,
    traceparent: { type: 'string', pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$' },
    src: { type: 'string', minLength: 1, maxLength: 100 },
  },
};
