import pg from 'pg';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import { ledgerMigrations } from '../migrations/ledger-migrations.js';

const CONNECT_TIMEOUT_MS = 5000;

/** Statements have parameters, and failures quote them: none of it is ever logged. */
const SILENT_LOGGER: Logger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** What a context brings along. */
export interface LedgerDataSourceOptions {
  /** Entity classes of all read models. */
  readonly entities?: readonly (new (...args: never[]) => object)[];
  /** Further migrations, for instance of the audit copy. */
  readonly migrations?: readonly (new () => object)[];
  /** Connections at most; 10 by default. */
  readonly poolSize?: number;
}

/** The TypeORM data source of the ledger database. It connects when it is initialised, never by itself. */
export function createLedgerDataSource(url: string, options: LedgerDataSourceOptions = {}): DataSource {
  const { entities = [], migrations = [], poolSize = 10 } = options;
  const settings: DataSourceOptions = {
    type: 'postgres',
    url,
    applicationName: 'greffe',
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    logger: SILENT_LOGGER,
    schema: 'ops',
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'all',
    entities: [...entities],
    migrations: [...ledgerMigrations, ...migrations],
  };
  return new DataSource(settings);
}

/**
 * The pool of the application role on the ledger database: opens nothing yet, never waits for a connection for ever,
 * and survives connections that break while they are idle.
 */
export function createLedgerPool(url: string, options: { readonly max?: number } = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 20,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'greffe',
  });
  pool.on('error', () => undefined);
  return pool;
}
