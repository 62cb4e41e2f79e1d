import pg from 'pg';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { openTestDatabase, type TestDatabase } from '#testing';
import { migrateLedgerDatabase } from '../ledger/migrate-ledger-database.js';

/** Two fresh databases, as the ledger and its keys have them. */
export interface TestLedger {
  readonly ledger: TestDatabase;
  readonly keys: TestDatabase;
  readonly keyStore: KeyStore;
  readonly kek: MemoryKekProvider;
  close(): Promise<void>;
}

/** Opens both with their migrations done; the restore guard of the key store has passed. */
export async function openTestLedger(): Promise<TestLedger> {
  const [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(ledger.url), migrateKeyStore(keys.url)]);
  const kek = new MemoryKekProvider();
  const keyStore = openKeyStore({ connectionString: keys.url, kek });
  keyStore.reconciled();
  return {
    ledger,
    keys,
    keyStore,
    kek,
    close: async () => {
      await keyStore.shutdown();
      await Promise.all([ledger.drop(), keys.drop()]);
    },
  };
}

/** A pool on a server that is not there. */
export function unreachablePool(): pg.Pool {
  return new pg.Pool({
    connectionString: 'postgres://nobody@127.0.0.1:9/none',
    connectionTimeoutMillis: 500,
  });
}
