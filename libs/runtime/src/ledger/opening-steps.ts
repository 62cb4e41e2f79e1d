import pg from 'pg';
import type { DataSource } from 'typeorm';
import { migrateEventStore } from '#event-store';
import { migrateKeyStore } from '#subject-keys';
import type { DatabaseUrls } from '../config/index.js';
import type { LedgerDataSourceOptions } from './data-source.js';
import type { OpeningStep } from './ledger-gate.js';
import { migrateLedgerDatabase } from './migrate-ledger-database.js';

const CONNECT_TIMEOUT_MS = 5000;

/** What a process that plays every part prepares before its ledger is open. */
export interface OpeningOptions {
  readonly databases: DatabaseUrls;
  readonly dataSource: DataSource;
  /** Migrations beside the runtime's own. */
  readonly migrations?: LedgerDataSourceOptions['migrations'];
  /** Whether the application's role may also close streams for an erasure. */
  readonly mayClose?: boolean;
}

/**
 * Brings the schemas of all three stores up to date, each as its owner, gives the application's roles what they need,
 * and connects the read models. Each step may be repeated.
 */
export function openingSteps(options: OpeningOptions): OpeningStep[] {
  const { databases, dataSource, migrations = [], mayClose = false } = options;
  const { ownerDatabaseUrl, ownerKeystoreUrl } = databases;
  const appRole = roleBeside(ownerDatabaseUrl, databases.databaseUrl);
  const keysRole = roleBeside(ownerKeystoreUrl, databases.keystoreUrl);
  return [
    {
      name: 'event store',
      run: () =>
        asOwner(ownerDatabaseUrl, (client) => migrateEventStore(client, storeRoles(appRole, mayClose))),
    },
    {
      name: 'ledger database',
      run: () => migrateLedgerDatabase(ownerDatabaseUrl, { migrations, ...(appRole && { appRole }) }),
    },
    {
      name: 'key store',
      run: () => migrateKeyStore(ownerKeystoreUrl, keysRole === undefined ? {} : { appRole: keysRole }),
    },
    {
      name: 'read models',
      run: async () => {
        if (!dataSource.isInitialized) await dataSource.initialize();
      },
    },
  ];
}

/** The application's role where it is another one than the owner. */
function roleBeside(ownerUrl: string, url: string): string | undefined {
  const [owner, role] = [ownerUrl, url].map((one) => decodeURIComponent(new URL(one).username));
  return role === owner || role === '' ? undefined : role;
}

function storeRoles(
  appRole: string | undefined,
  mayClose: boolean,
): { appRole?: string; eraserRole?: string } {
  if (appRole === undefined) return {};
  return mayClose ? { appRole, eraserRole: appRole } : { appRole };
}

async function asOwner(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end();
  }
}
