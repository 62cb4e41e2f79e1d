import pg from 'pg';
import { keyStoreMigrations } from './schema.js';

/** An arbitrary constant: two processes that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_301_883_442_017;
const MIGRATION_TIMEOUT_MS = 60_000;

/**
 * Brings the key store's schema `ks` up to date. Idempotent, and safe when several processes start at once.
 * Runs as the owner of the schema; `appRole`, which must exist, gets what a running server needs and no more: it can
 * neither delete a key row nor lower a fence. Throws the database's error.
 */
export async function migrateKeyStore(
  target: string | pg.Pool,
  options: { readonly appRole?: string } = {},
): Promise<void> {
  if (typeof target !== 'string') return migrate(await target.connect(), options.appRole);
  const pool = new pg.Pool({ connectionString: target, max: 1, connectionTimeoutMillis: 5000 });
  pool.on('error', () => undefined);
  try {
    await migrate(await pool.connect(), options.appRole);
  } finally {
    await pool.end();
  }
}

async function migrate(client: pg.PoolClient, appRole: string | undefined): Promise<void> {
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    await client.query(`SET LOCAL statement_timeout = ${String(MIGRATION_TIMEOUT_MS)}`);
    await client.query(`SET LOCAL lock_timeout = ${String(MIGRATION_TIMEOUT_MS)}`);
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await applyMissing(client);
    if (appRole !== undefined) await grant(client, pg.escapeIdentifier(appRole));
    await client.query('COMMIT');
  } catch (error) {
    failure = error instanceof Error ? error : new Error('migration failed');
    throw error;
  } finally {
    // A connection whose migration failed may still be inside its transaction: it is closed, which rolls back.
    client.release(failure);
  }
}

async function applyMissing(client: pg.PoolClient): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS ks');
  await client.query(
    'CREATE TABLE IF NOT EXISTS ks.migration (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())',
  );
  const { rows } = await client.query<{ version: number }>('SELECT version FROM ks.migration');
  const applied = new Set(rows.map(({ version }) => version));
  for (const [index, sql] of keyStoreMigrations.entries()) {
    if (applied.has(index + 1)) continue;
    await client.query(sql);
    await client.query('INSERT INTO ks.migration (version) VALUES ($1)', [index + 1]);
  }
}

async function grant(client: pg.PoolClient, role: string): Promise<void> {
  await client.query(`GRANT USAGE ON SCHEMA ks TO ${role}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ks TO ${role}`);
  await client.query(`REVOKE INSERT, UPDATE ON ks.migration FROM ${role}`);
  await client.query(`REVOKE UPDATE ON ks.fenced_fp FROM ${role}`);
  await client.query(
    `GRANT DELETE ON ks.named_key, ks.contact_claim, ks.suppression_entry, ks.archive_entry TO ${role}`,
  );
}
