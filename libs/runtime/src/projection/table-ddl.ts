import type { ColumnShape, IndexShape, TableShape } from './table-shape.js';

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table in a schema, as SQL takes it. */
export function tableName(schema: string, table: TableShape): string {
  return `${quoted(schema)}.${quoted(table.name)}`;
}

/** SQL that creates the schema with its tables, keys, indexes and the documentation of every column. */
export function createTables(schema: string, tables: readonly TableShape[]): string {
  return [
    `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`,
    ...tables.flatMap((table) => createTable(schema, table)),
  ]
    .map((statement) => `${statement};\n`)
    .join('');
}

/** SQL that removes the schema with everything in it. */
export function dropTables(schema: string): string {
  return `DROP SCHEMA IF EXISTS ${quoted(schema)} CASCADE`;
}

/** SQL that lets a role use the tables; the application writes rows too, where a decision must be visible at once. */
export function grantTables(schema: string, role: string): string {
  const to = `SCHEMA ${quoted(schema)} TO ${quoted(role)}`;
  return `GRANT USAGE ON ${to}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN ${to}`;
}

function createTable(schema: string, table: TableShape): string[] {
  const name = tableName(schema, table);
  const key = `PRIMARY KEY (${table.key.map((column) => quoted(column.name)).join(', ')})`;
  return [
    `CREATE TABLE ${name} (\n  ${[...table.columns.map(columnDdl), key].join(',\n  ')}\n)`,
    ...table.indexes.map((index) => createIndex(name, index)),
    ...commentOn(`TABLE ${name}`, table.comment),
    ...table.columns.flatMap((column) => commentOn(`COLUMN ${name}.${quoted(column.name)}`, column.comment)),
  ];
}

function columnDdl({ name, sqlType, isNullable }: ColumnShape): string {
  return `${quoted(name)} ${sqlType}${isNullable ? '' : ' NOT NULL'}`;
}

function createIndex(table: string, { name, columns, isUnique, where }: IndexShape): string {
  const kind = isUnique ? 'UNIQUE INDEX' : 'INDEX';
  const condition = where === undefined ? '' : ` WHERE ${where}`;
  return `CREATE ${kind} ${quoted(name)} ON ${table} (${columns.map(quoted).join(', ')})${condition}`;
}

function commentOn(object: string, comment: string | undefined): string[] {
  if (comment === undefined) return [];
  return [`COMMENT ON ${object} IS '${comment.replaceAll("'", "''")}'`];
}
