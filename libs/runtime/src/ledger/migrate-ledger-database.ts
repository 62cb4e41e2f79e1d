import pg from 'pg';
import { createLedgerDataSource, type LedgerDataSourceOptions } from './data-source.js';

/** A constant of our own: of two processes that start at once, one migrates after the other. */
const MIGRATION_LOCK = '5518470261993370465';
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 60_000;

/** What is migrated, and who may use it afterwards. */
export interface LedgerMigrationOptions extends LedgerDataSourceOptions {
  /** Role of the running application; it must exist. Absent: the owner itself runs the application. */
  readonly appRole?: string;
}

/**
 * Brings the ledger database's own tables up to date, as its owner. Idempotent, in one transaction, safe when several
 * processes start at once. The application role gets rows, not tables, and may create the schemas of read models.
 * Throws the database's error.
 */
export async function migrateLedgerDatabase(
  ownerUrl: string,
  { appRole, ...options }: LedgerMigrationOptions = {},
): Promise<void> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'greffe-migration',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // A session's lock: it goes with this connection, whatever happens to the process.
    await client.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
    await client.query('CREATE SCHEMA IF NOT EXISTS ops');
    const dataSource = createLedgerDataSource(ownerUrl, { ...options, poolSize: 1, isMigrating: true });
    await dataSource.initialize();
    try {
      await dataSource.runMigrations();
    } finally {
      await dataSource.destroy();
    }
    if (appRole !== undefined) await grant(client, appRole);
  } finally {
    await client.end();
  }
}

async function grant(client: pg.Client, appRole: string): Promise<void> {
  const role = pg.escapeIdentifier(appRole);
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = pg.escapeIdentifier(rows[0]?.name ?? '');
  await client.query(`
    GRANT CREATE ON DATABASE ${database} TO ${role};
    GRANT USAGE ON SCHEMA ops TO ${role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ops TO ${role};
    REVOKE INSERT, UPDATE, DELETE ON ops.schema_migration FROM ${role};
    GRANT USAGE ON SCHEMA audit TO ${role};
    GRANT SELECT, INSERT ON audit.entry TO ${role};
    GRANT SELECT ON audit.restoration, audit.lost_entry TO ${role};
    GRANT SELECT, INSERT, UPDATE ON audit.checkpoint TO ${role};`);
}
