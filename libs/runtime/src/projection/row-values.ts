import type { Row } from './projection.js';
import type { ColumnKind, ColumnShape, TableShape } from './table-shape.js';

/** A projection gave a row that its table cannot hold. Names the column, never the value. */
export class RowMismatch extends Error {
  override readonly name = 'RowMismatch';
}

/**
 * A row in the one form in which `evolve` sees rows, whether they come from the table or from earlier in the batch:
 * every column present, `null` for none. Throws {@link RowMismatch}.
 */
export function normalRow(table: TableShape, row: Row): Row {
  const normal: Record<string, unknown> = {};
  let known = 0;
  for (const column of table.columns) {
    if (column.name in row) known += 1;
    normal[column.name] = normalValue(table, column, row[column.name]);
  }
  if (known !== Object.keys(row).length) throw new RowMismatch(`A row has a member that ${table.name} lacks`);
  return normal;
}

/** The key of a row in normal form. Throws {@link RowMismatch}. */
export function normalKey(table: TableShape, key: Row): Row {
  const normal: Record<string, unknown> = {};
  for (const column of table.key) normal[column.name] = normalValue(table, column, key[column.name]);
  return normal;
}

/** A text that two keys of one table share only if they are equal. */
export function keyText(table: TableShape, key: Row): string {
  if (table.key.length === 1) return String(key[table.key[0]?.name ?? '']);
  return JSON.stringify(table.key.map(({ name }) => String(key[name])));
}

/** The values of one column of many rows, as `unnest` takes them. */
export function columnArray({ name, kind }: ColumnShape, rows: readonly Row[]): unknown[] {
  if (kind === 'json') return rows.map((row) => (row[name] === null ? null : JSON.stringify(row[name])));
  if (kind === 'bigint') return rows.map((row) => (row[name] as bigint | null)?.toString() ?? null);
  return rows.map((row) => row[name]);
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
  return Object.entries(value).every(([key, member]) => isStorable(key) && isStorableJson(member));
}

function bigintOrNone(value: unknown): unknown {
  const isText = typeof value === 'string' && /^-?\d{1,19}$/.test(value);
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value) && !isText) return undefined;
  const number = BigInt(value as bigint | number | string);
  return number >= -MAX_BIGINT && number < MAX_BIGINT ? number : undefined;
}

function instantOrNone(value: unknown): unknown {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : value;
  if (!(date instanceof Date) || Number.isNaN(date.getTime())) return undefined;
  const text = date.toISOString();
  return INSTANT.test(text) ? text : undefined;
}
