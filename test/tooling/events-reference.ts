import type { EventDefinition } from '#kernel';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

/** The reference part of `apps/docs/events.md`: every event type with its stream, meaning and fields. */
export function eventsReference(definitions: readonly EventDefinition[]): string {
  const contexts = [...new Set(definitions.map(({ context }) => context))];
  return contexts
    .flatMap((context) => [
      `## Context \`${context}\``,
      ...definitions.filter((definition) => definition.context === context).map(eventSection),
    ])
    .join('\n\n');
}

function eventSection({ type, version, category, meaning, schema }: EventDefinition): string {
  const rows = fieldRows(schema, '');
  return [
    `### ${type}`,
    '',
    meaning,
    '',
    `Stream \`${category}-<uuid>\`, version ${String(version)}.`,
    '',
    '| field | shape | |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function fieldRows(schema: Schema, prefix: string): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isOptional = !(schema.required ?? []).includes(name);
    const nested = field.type === 'array' ? field.items : field;
    const path = `${prefix}${name}${field.type === 'array' ? '[]' : ''}`;
    const row = `| \`${path}\` | ${shapeOf(field)} | ${isOptional ? 'optional' : ''} |`;
    return nested?.properties === undefined ? [row] : [row, ...fieldRows(nested, `${path}.`)];
  });
}

function shapeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((code) => `\`${code}\``).join(' · ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.anyOf !== undefined) return schema.anyOf.map(shapeOf).join(' or ');
  if (schema.type === 'array') {
    const limit = schema.maxItems === undefined ? '' : `, at most ${String(schema.maxItems)}`;
    return `list of ${schema.items === undefined ? 'values' : shapeOf(schema.items)}${limit}`;
  }
  if (schema.type === 'string') return textShape(schema);
  if (schema.type === 'integer') return integerShape(schema);
  return schema.type ?? 'value';
}

function textShape({ pattern, maxLength }: Schema): string {
  const known =
    pattern === undefined ? undefined : PATTERNS.find(([start]) => pattern.startsWith(start))?.[1];
  if (known !== undefined) return known;
  return maxLength === undefined ? 'text' : `text, at most ${String(maxLength)} characters`;
}

function integerShape({ minimum, maximum }: Schema): string {
  const low = minimum === undefined ? '' : ` ≥ ${String(minimum)}`;
  const high = maximum === undefined ? '' : ` ≤ ${String(maximum)}`;
  return `integer${low}${high}`;
}

const PATTERNS: readonly (readonly [string, string])[] = [
  ['^[0-9a-f]{8}-', 'UUID'],
  ['^\\d{4}-\\d\\d-\\d\\dT', 'instant (UTC, ms)'],
  ['^\\d{4}-\\d\\d-\\d\\d$', 'day (Europe/Paris)'],
  ['^[a-z0-9]+(-', 'slug'],
  ['^[0-9a-f]{64}$', 'SHA-256 (hex)'],
  ['^[A-Za-z0-9_-]+$', 'base64url'],
  ['^k_', 'key id'],
  ['^personal-', 'personal stream'],
  ['^[0-9]{9}$', 'SIREN'],
  ['^[A-Z]{2}$', 'ISO 3166 country'],
  ['^https://', 'https URL'],
  ['^[A-Z0-9-]', 'rule id'],
  ['^[A-Za-z]+(/', 'IANA time zone'],
];
