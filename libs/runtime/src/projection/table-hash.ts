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
 * Counts and hashes all rows of all tables of a schema. Two schemas with the same tables have the same hash exactly if
 * they hold the same rows (128 bits of SHA-256 per row, summed). Reads every row: for comparisons, not for requests.
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

/** `to_jsonb` writes instants in the session's zone: all parts of one comparison must come from one session setting. */
async function hashOfTable(db: Pool | ClientBase, table: string): Promise<TableHash> {
  const half = (from: number): string =>
    `sum(('x' || encode(substr(h, ${from}, 8), 'hex'))::bit(64)::bigint::numeric)::text`;
  const { rows } = await db.query<{ rows: string; a: string | null; b: string | null }>(
    `SELECT count(*) AS rows, ${half(1)} AS a, ${half(9)} AS b
     FROM (SELECT sha256(convert_to(to_jsonb(t)::text, 'UTF8')) AS h FROM ${table} AS t) AS hashed`,
  );
  const [sum] = rows;
  return { rows: Number(sum?.rows ?? 0), hash: sha256Hex(`${sum?.a ?? '0'} ${sum?.b ?? '0'}`) };
}
