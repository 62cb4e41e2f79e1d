import pg from 'pg';
import { DataSource, type DataSourceOptions, type Logger } from 'typeorm';
import { ledgerMigrations } from '../migrations/ledger-migrations.js';
import { LEASE_MS } from './lease.js';

const CONNECT_TIMEOUT_MS = 5000;

/** A statement of a request that takes longer has failed: whoever asked is told to come again. */
const REQUEST_STATEMENT_MS = 10_000;
/**
 * One of what follows the log: a batch on a busy disk, and how long a lost route goes unnoticed. What reads whole tables
 * says so itself.
 */
const BACKGROUND_STATEMENT_MS = 20_000;
/** The server gives up first, if it still hears us; a silent one is given up a little later. */
const SILENCE_MS = 1000;
/**
 * A process that is paused in the middle of a transaction keeps its rows from everybody: the server ends the transaction
 * with the lease. What waits for something else in between says so itself.
 */
const OF_TRANSACTIONS = { idle_in_transaction_session_timeout: LEASE_MS };

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
  /** It only runs migrations, which take as long as they take. */
  readonly isMigrating?: boolean;
}

/** The TypeORM data source of the ledger database. It connects when it is initialised, never by itself. */
export function createLedgerDataSource(url: string, options: LedgerDataSourceOptions = {}): DataSource {
  const { entities = [], migrations = [], poolSize = 10, isMigrating = false } = options;
  const settings: DataSourceOptions = {
    type: 'postgres',
    url,
    applicationName: 'greffe',
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      ...(isMigrating ? {} : { ...bounded(REQUEST_STATEMENT_MS), ...OF_TRANSACTIONS }),
      onConnect: hear,
    },
    logger: SILENT_LOGGER,
    schema: 'ops',
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'all',
    entities: [...entities],
    migrations: [...ledgerMigrations, ...migrations],
  };
  return new DataSource(settings);
}

/** What a pool is for. */
export interface LedgerPoolOptions {
  /** Connections at most; 20 by default. */
  readonly max?: number;
  /** Follows the log instead of answering requests: it may wait longer for a statement. */
  readonly isBackground?: boolean;
}

/**
 * A pool of the application role on the ledger database: opens nothing yet, never waits for a connection or an answer
 * for ever, also where the server has fallen silent, and survives connections that break while they are idle. A
 * transaction in which nothing is said for the length of the lease is rolled back by the server.
 */
export function createLedgerPool(url: string, options: LedgerPoolOptions = {}): pg.Pool {
  const { max = 20, isBackground = false } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'greffe',
    ...(isBackground ? { query_timeout: BACKGROUND_STATEMENT_MS } : bounded(REQUEST_STATEMENT_MS)),
    ...OF_TRANSACTIONS,
  });
  pool.on('error', () => undefined);
  // One that breaks while it is lent out tells whoever waits for its answer; unheard, its event would end the process.
  pool.on('connect', hear);
  return pool;
}

/** A connection that breaks while nobody listens to it would end the process. */
function hear(client: pg.ClientBase): void {
  client.on('error', () => undefined);
}

/** Both ends of a connection give a statement up, so that neither does the work of a request that is over. */
function bounded(ms: number): { readonly statement_timeout: number; readonly query_timeout: number } {
  return { statement_timeout: ms, query_timeout: ms + SILENCE_MS };
}
