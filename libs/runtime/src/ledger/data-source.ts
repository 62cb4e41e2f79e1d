import { DataSource, type DataSourceOptions } from 'typeorm';
import { ledgerMigrations } from '../migrations/ledger-migrations.js';

const CONNECT_TIMEOUT_MS = 5000;

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
    schema: 'ops',
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'all',
    entities: [...entities],
    migrations: [...ledgerMigrations, ...migrations],
  };
  return new DataSource(settings);
}
