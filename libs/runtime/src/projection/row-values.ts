import type { Row } from './projection.js';
import type { ColumnKind, ColumnShape, TableShape } from './table-shape.js';

/** A projection gave a row that its table cannot hold. Names the column, never the value. */
export class RowMismatch extends Error {
  override readonly name = 'RowMismatch';
}

const NO_ROW: Row = {};

/**
 * A row that a projection gave, in the one form in which `evolve` sees rows, also those that come from the table:
 * every column present, `null` for none. The key is what the change said. `before` is the row as it stood, in that form
 * already: what it shares with the new one was looked at then. Throws {@link RowMismatch}.
 */
export function normalRow(table: TableShape, row: Row, key: Row, before: Row = NO_ROW): Row {
  let changed: Record<string, unknown> | undefined;
  let known = 0;
  for (const column of table.columns) {
    const { name } = column;
    const given = row[name];
    if (given !== undefined || name in row) known += 1;
    const isLookedAt = given !== undefined && given === before[name];
    const normal = isLookedAt ? given : normalMember(table, column, given, key);
    if (normal !== given) (changed ??= { ...row })[name] = normal;
  }
  if (known !== Object.keys(row).length) throw new RowMismatch(`A row has a member that ${table.name} lacks`);
  return changed ?? row;
}

function normalMember(table: TableShape, column: ColumnShape, given: unknown, key: Row): unknown {
  return table.key.includes(column) ? key[column.name] : normalValue(table, column, given);
}

/** The key of a row in normal form. Throws {@link RowMismatch}. */
export function normalKey(table: TableShape, key: Row): Row {
  const normal: Record<string, unknown> = {};
  for (const column of table.key) normal[column.name] = normalValue(table, column, key[column.name]);
  return normal;
}

/** A text that two keys of one table in normal form share only if they are equal. */
export function keyText({ key: columns }: TableShape, key: Row): string {
  let text = '';
  // No text of a row in normal form holds this character.
  for (const { name } of columns) text += `${String(key[name])}\u0000`;
  return text;
}

/** The values of one column of many rows in normal form, as the text of a PostgreSQL array. */
export function columnArray({ name, kind }: ColumnShape, rows: readonly Row[]): string {
  const write = LITERAL[kind] ?? String;
  return `{${rows.map((row) => (row[name] === null ? 'NULL' : write(row[name]))).join(',')}}`;
}

/** How an element stands in an array; what is not here needs no quotes. */
const LITERAL: Readonly<Partial<Record<ColumnKind, (value: unknown) => string>>> = {
  text: (value) => arrayText(value as string),
  // JSON text holds no control character, so quoting it as JSON once more is what an array wants.
  json: (value) => (isEmptyList(value) ? '"[]"' : JSON.stringify(JSON.stringify(value))),
  bytes: (value) => `"\\\\x${(value as Buffer).toString('hex')}"`,
};

/** What most of the lists in rows are. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** A text as an element of an array. */
export function arrayText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function normalValue(table: TableShape, column: ColumnShape, value: unknown): unknown {
  if (value === undefined || value === null) {
    if (column.isNullable) return null;
    throw new RowMismatch(`${table.name}.${column.name} has no value`);
  }
  const normal = NORMAL[column.kind](value);
  if (normal === undefined)
    throw new RowMismatch(`${table.name}.${column.name} takes no ${typeof value} like this`);
  return normal;
}

/**
 * Gives the normal form of a value, or `undefined` if it does not fit. What PostgreSQL would refuse is refused here
 * already: there it would be noticed or not depending on what else the batch does to the row.
 */
const NORMAL: Readonly<Record<ColumnKind, (value: unknown) => unknown>> = {
  uuid: (value) => (typeof value === 'string' && UUID.test(value) ? value : undefined),
  text: (value) => (typeof value === 'string' && isStorable(value) ? value : undefined),
  bigint: bigintOrNone,
  integer: (value) => (isInteger(value, 2 ** 31) ? value : undefined),
  smallint: (value) => (isInteger(value, 2 ** 15) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  instant: instantOrNone,
  day: (value) =>
    typeof value === 'string' && instantOrNone(`${value}T00:00:00Z`) !== undefined ? value : undefined,
  json: (value) => (isStorableJson(value) ? value : undefined),
  bytes: (value) => (Buffer.isBuffer(value) ? value : undefined),
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_BIGINT = 2n ** 63n;
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/;

function isInteger(value: unknown, bound: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= -bound && value < bound;
}

function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function isStorableJson(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (value === null || typeof value !== 'object') return typeof value !== 'bigint';
  if (Array.isArray(value)) return value.every(isStorableJson);
  const members = value as Row;
  return Object.keys(members).every((key) => isStorable(key) && isStorableJson(members[key]));
}

function bigintOrNone(value: unknown): unknown {
  const isText = typeof value === 'string' && /^-?\d{1,19}$/.test(value);
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value) && !isText) return undefined;
  const number = BigInt(value as bigint | number | string);
  return number >= -MAX_BIGINT && number < MAX_BIGINT ? number : undefined;
}

/** Most instants are written like this already; days that not every month has are looked at by the calendar. */
const NORMAL_INSTANT = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

function instantOrNone(value: unknown): unknown {
  if (typeof value === 'string' && NORMAL_INSTANT.test(value)) return value;
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : value;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return INSTANT.test(text) ? text : undefined;
}
