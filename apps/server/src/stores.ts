import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { EventCodec, OpenedEventStore } from '#event-store';
import type { Clock } from '#kernel';
import { activatePolicy } from '#permission';
import { reportingMigrations } from '#reporting';
import { rightsMigrations } from '#rights';
import {
  assertSameLedger,
  connectionBudget,
  LedgerGate,
  openingSteps,
  openingTrouble,
  openLedger,
  randomIds,
  ReadSide,
  type DatabaseUrls,
  type EraserParts,
  type ErasureConfig,
  type Role,
  type StoreWatch,
} from '#runtime';
import { FileKekProvider, openKeyStore, type KeyStore } from '#subject-keys';
import type { Logger } from 'pino';
import { ledgerCodec } from './catalogue.js';
import { openEventStore, runnerLog, watchOver } from './event-store.js';
import { openPools } from './pools.js';

/** Everything that holds connections. */
export interface Stores {
  readonly codec: EventCodec;
  readonly store: OpenedEventStore;
  /** Knows why EventStoreDB cannot be used; `undefined` where the events are in PostgreSQL. */
  readonly storeWatch: StoreWatch | undefined;
  readonly keyStore: KeyStore;
  readonly pool: pg.Pool;
  /** The same database for what follows the log, so that neither waits for the other's connections. */
  readonly feedPool: pg.Pool;
  readonly dataSource: DataSource;
  readonly gate: LedgerGate;
  /** Where lists, timelines and reports are read: a replica, or the primary. */
  readonly readSide: ReadSide;
  /** In how many shards this process builds read models that are keyed by person. */
  readonly projectionShards: number;
  /** What only the role eraser has; `undefined` in a process without it. */
  readonly eraser: EraserParts | undefined;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Where the stores are. */
export interface StorePlaces {
  readonly urls: DatabaseUrls;
  /** EventStoreDB or KurrentDB for the events; `undefined`: they are in PostgreSQL with the rest. */
  readonly eventStoreUrl: string | undefined;
  /** A replica of the ledger's database; `undefined`: there is none. */
  readonly readDatabaseUrl: string | undefined;
  readonly kekFolder: string;
  readonly projectionShards: number;
  /** One that answers questions puts on record by which policy; each decides how many connections there may be. */
  readonly roles: readonly Role[];
  /** How erased data disappears; `undefined` in a process that is no eraser. */
  readonly erasure: ErasureConfig | undefined;
}

/** Opens the stores. Nothing connects here, so a server starts while its databases are away. */
export async function openStores(places: StorePlaces, logger: Logger): Promise<Stores> {
  const { urls, kekFolder, projectionShards, erasure, roles } = places;
  const budget = connectionBudget(places);
  const codec = ledgerCodec();
  const store = await openEventStore(places, logger);
  const storeWatch = watchOver(store, places, logger);
  const keyStore = openKeyStore({
    connectionString: urls.keystoreUrl,
    kek: new FileKekProvider(kekFolder),
    maxConnections: budget.keys.statements,
    maxLockConnections: budget.keys.locks,
    onAlarm: (alarm) => logger.error({ alarm: alarm.kind }, 'key store alarm'),
  });
  const { pool, feedPool, replica, dataSource } = openPools(places, budget);
  const readSide = new ReadSide(pool, replica, { log: runnerLog(logger) });
  const gate = new LedgerGate({
    steps: openingSteps({
      ...{ databases: urls, dataSource, mayClose: erasure !== undefined },
      migrations: [...reportingMigrations, ...rightsMigrations],
    }),
    identify: async () => {
      await storeWatch?.assertUsable();
      await assertSameLedger(store, feedPool);
      const opening = { store, codec, clock: await clockOf(feedPool), ids: randomIds };
      const identity = await openLedger(opening);
      if (roles.includes('api')) await activatePolicy(opening);
      return identity;
    },
    onFailure: openingTrouble(runnerLog(logger)),
  });
  const close = async (): Promise<void> => {
    await gate.stop();
    await storeWatch?.settled();
    await store.shutdown();
    await Promise.all([
      keyStore.shutdown(),
      pool.end(),
      feedPool.end(),
      replica?.end(),
      dataSource.isInitialized ? dataSource.destroy() : undefined,
    ]);
  };
  const eraser = erasure && {
    store,
    nodes: () => store.nodes(),
    purgeEveryHours: erasure.purgeEveryHours,
    backupDays: erasure.backupDays,
    notificationDays: erasure.notificationDays,
  };
  return {
    codec,
    store,
    storeWatch,
    keyStore,
    pool,
    feedPool,
    dataSource,
    gate,
    readSide,
    projectionShards,
    eraser,
    close,
  };
}

/** What PostgreSQL's primary says now: the first event has its time from there, as every other one. */
async function clockOf(pool: pg.Pool): Promise<Clock> {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const now = rows[0]?.now.toISOString();
  if (now === undefined) throw new Error('The primary did not say what time it is');
  return { now: () => now };
}
