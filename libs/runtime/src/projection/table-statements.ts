import pg, { type ClientBase, type CustomTypesConfig } from 'pg';
import { sha256Hex } from '#kernel';
import type { Row } from './projection.js';
import { columnArray } from './row-values.js';
import { quoted, tableName } from './table-ddl.js';
import type { ColumnShape, TableShape } from './table-shape.js';

interface Statement {
  /** Made from the text: one name never stands for two statements on a connection. */
  readonly name: string;
  readonly text: string;
}

const [BIGINT, DATE, INSTANT] = [20, 1082, 1184];
const UTC_INSTANT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/;

/** Values as rows in normal form have them. Days stay text: a `Date` would move with the zone of the machine. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [BIGINT, BigInt],
  [DATE, (text) => text],
  [INSTANT, instantOf],
]);
const TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    PARSERS.get(oid) ?? defaultParser(oid, format ?? 'text'),
};
const defaultParser = pg.types.getTypeParser as (oid: number, format: string) => (text: string) => unknown;

function instantOf(text: string): string {
  if (!UTC_INSTANT.test(text)) return (defaultParser(INSTANT, 'text')(text) as Date).toISOString();
  const fraction = text.slice(20, -3).padEnd(3, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction}Z`;
}

/** Loads and writes many rows of one table at once, by named prepared statements whose parameters are arrays. */
export class TableStatements {
  private readonly load: Statement;
  private readonly upsert: Statement;
  private readonly remove: Statement;

  constructor(
    readonly table: TableShape,
    schema: string,
  ) {
    const name = tableName(schema, table);
    const columns = names(table.columns);
    const keys = names(table.key);
    const isKey = table.key
      .map((column) => `t.${quoted(column.name)} = k.${quoted(column.name)}`)
      .join(' AND ');
    const others = table.columns.filter((column) => !table.key.includes(column));
    const update = others
      .map((column) => `${quoted(column.name)} = EXCLUDED.${quoted(column.name)}`)
      .join(', ');
    this.load = statement(
      `SELECT ${table.columns.map((column) => `t.${quoted(column.name)}`).join(', ')}
       FROM unnest(${parameters(table.key)}) AS k(${keys}) JOIN ${name} AS t ON ${isKey}`,
    );
    this.upsert = statement(
      `INSERT INTO ${name} (${columns}) SELECT * FROM unnest(${parameters(table.columns)})
       ON CONFLICT (${keys}) DO ${update === '' ? 'NOTHING' : `UPDATE SET ${update}`}`,
    );
    this.remove = statement(
      `DELETE FROM ${name} AS t USING unnest(${parameters(table.key)}) AS k(${keys}) WHERE ${isKey}`,
    );
  }

  /** The rows that stand under these keys, in normal form. */
  async loadRows(client: ClientBase, keys: readonly Row[]): Promise<Row[]> {
    const values = this.table.key.map((column) => columnArray(column, keys));
    const { rows } = await client.query<Record<string, unknown>>({ ...this.load, values, types: TYPES });
    return rows;
  }

  /** Writes whole rows, new ones and others. */
  async upsertRows(client: ClientBase, rows: readonly Row[]): Promise<void> {
    const values = this.table.columns.map((column) => columnArray(column, rows));
    await client.query({ ...this.upsert, values });
  }

  /** Removes the rows that stand under these keys. */
  async removeRows(client: ClientBase, keys: readonly Row[]): Promise<void> {
    await client.query({ ...this.remove, values: this.table.key.map((column) => columnArray(column, keys)) });
  }
}

function statement(text: string): Statement {
  return { name: `rm-${sha256Hex(text).slice(0, 32)}`, text };
}

function names(columns: readonly ColumnShape[]): string {
  return columns.map((column) => quoted(column.name)).join(', ');
}

function parameters(columns: readonly ColumnShape[]): string {
  return columns.map((column, i) => `$${i + 1}::${column.sqlType}[]`).join(', ');
}
