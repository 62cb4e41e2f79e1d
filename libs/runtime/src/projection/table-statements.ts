import pg, { type ClientBase, type CustomTypesConfig } from 'pg';
import { sha256Hex } from '#kernel';
import type { Row } from './projection.js';
import { columnArray, normalRow } from './row-values.js';
import { quoted, tableName } from './table-ddl.js';
import type { ColumnShape, TableShape } from './table-shape.js';

interface Statement {
  /** Made from the text: one name never stands for two statements on a connection. */
  readonly name: string;
  readonly text: string;
}

/** Days stay text: as a `Date` they would move with the time zone of the machine. */
const DATE_OID = 1082;
const TYPES: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === DATE_OID ? (text: string) => text : defaultParser(oid, format ?? 'text'),
};
const defaultParser = pg.types.getTypeParser as (oid: number, format: string) => (text: string) => unknown;

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
    return rows.map((row) => normalRow(this.table, row));
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
