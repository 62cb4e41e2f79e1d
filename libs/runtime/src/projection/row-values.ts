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

/** Gives the normal form of a value, or `undefined` if it does not fit. */
const NORMAL: Readonly<Record<ColumnKind, (value: unknown) => unknown>> = {
  uuid: textOrNone,
  text: textOrNone,
  bigint: bigintOrNone,
  integer: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  instant: instantOrNone,
  day: (value) => (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined),
  json: (value) => value,
  bytes: (value) => (Buffer.isBuffer(value) ? value : undefined),
};

function textOrNone(value: unknown): unknown {
  return typeof value === 'string' ? value : undefined;
}

function bigintOrNone(value: unknown): unknown {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  return typeof value === 'string' && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}

function instantOrNone(value: unknown): unknown {
  const date = typeof value === 'string' ? new Date(value) : value;
  return date instanceof Date && !Number.isNaN(date.getTime()) ? date.toISOString() : undefined;
}
