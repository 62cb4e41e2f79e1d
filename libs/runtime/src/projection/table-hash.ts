import type { ClientBase, Pool } from 'pg';
import { sha256Hex } from '#kernel';
import { quoted } from './table-ddl.js';

/** What a table holds, whatever the order of its rows and columns. */
export interface TableHash {
  readonly rows: number;
  /** Equal for equal sets of rows. */
  readonly hash: string;
}

/** What a schema holds. */
export interface SchemaHash {
  readonly tables: ReadonlyMap<string, TableHash>;
  /** One text for all tables, counts included. */
  readonly hash: string;
}

/**
 * Counts and hashes all rows of all tables of a schema. Two schemas of the same tables have the same hash if they hold
 * the same rows, and hardly otherwise: two 64-bit hashes per row, summed, against mistakes and not against malice.
 * Reads every row: for comparisons, not for requests.
 */
export async function hashOf(db: Pool | ClientBase, schema: string): Promise<SchemaHash> {
  const { rows: named } = await db.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1',
    [schema],
  );
  const tables = new Map<string, TableHash>();
  for (const { name } of named) tables.set(name, await hashOfTable(db, `${quoted(schema)}.${quoted(name)}`));
  const all = [...tables].map(([name, { rows, hash }]) => `${name} ${rows} ${hash}\n`).join('');
  return { tables, hash: sha256Hex(all) };
}

/** A large read model takes minutes; pools give statements up much earlier. */
const WHOLE_TABLE_MS = 30 * 60_000;

/** Rows as text depend on the session's settings: both sides of a comparison must come from one kind of session. */
async function hashOfTable(db: Pool | ClientBase, table: string): Promise<TableHash> {
  const statement = {
    // OFFSET 0 keeps the text from being made twice.
    text: `SELECT count(*) AS rows, sum(hashtextextended(r, 0))::text AS a, sum(hashtextextended(r, 1))::text AS b
           FROM (SELECT t::text AS r FROM ${table} AS t OFFSET 0) AS row`,
    query_timeout: WHOLE_TABLE_MS,
  };
  const { rows } = await db.query<{ rows: string; a: string | null; b: string | null }>(statement);
  const [sum] = rows;
  return { rows: Number(sum?.rows ?? 0), hash: sha256Hex(`${sum?.a ?? '0'} ${sum?.b ?? '0'}`) };
}
