import pg from 'pg';
import {
  acceptRestoredStore,
  commonLedger,
  createLedgerDataSource,
  differenceOf,
  linesOf,
  openingSteps,
  randomIds,
  restoredText,
  startEmbeddedPostgres,
  type Acceptance,
  type DatabaseUrls,
  type GreffeConfig,
  type Language,
} from '#runtime';
import { createLogger } from '#http';
import { reportingMigrations } from '#reporting';
import { rightsMigrations } from '#rights';
import { ledgerCodec } from './catalogue.js';
import { openEventStore } from './event-store.js';

const APPLICATION = 'greffe-restored';
/** A process that has just ended leaves its connections behind for a moment. */
const GONE_WITHIN_MS = 5000;
const POLL_MS = 200;

/** What the command was told. */
export interface RestoredOptions extends Acceptance {
  /** `undefined`: only look. */
  readonly acceptLoss: number | undefined;
  readonly language: Language;
  readonly say: (line: string) => void;
}

/**
 * Accepts an event store that was put back to an older state, or only shows what that means. Answers the exit code: 0 if
 * there is nothing (more) to decide, 1 otherwise.
 */
export async function storeRestored(config: GreffeConfig, options: RestoredOptions): Promise<number> {
  const quiet = { info: () => undefined, warn: options.say, error: options.say };
  const embedded = config.embedded
    ? await startEmbeddedPostgres({ home: config.home, log: quiet })
    : undefined;
  const urls = config.embedded ? embedded : config.databases;
  if (urls === undefined) throw new Error('No database');
  try {
    return await overStores(config, urls, options);
  } finally {
    await embedded?.stop();
  }
}

async function overStores(
  config: GreffeConfig,
  urls: DatabaseUrls,
  options: RestoredOptions,
): Promise<number> {
  const { eventStoreUrl, readDatabaseUrl, kekFolder, projectionShards } = config;
  const owner = new pg.Pool({
    connectionString: urls.ownerDatabaseUrl,
    max: 2,
    application_name: APPLICATION,
  });
  owner.on('error', () => undefined);
  const places = { urls, eventStoreUrl, readDatabaseUrl, kekFolder, projectionShards };
  const logger = createLogger('silent');
  const store = await openEventStore({ ...places, roles: [], erasure: undefined }, logger);
  try {
    await migrate(urls);
    return await decide({ store, owner }, options);
  } finally {
    await store.shutdown();
    await owner.end();
  }
}

/** The same steps as at a start: an older backup may have an older schema. */
async function migrate(databases: DatabaseUrls): Promise<void> {
  const dataSource = createLedgerDataSource(databases.databaseUrl);
  const migrations = [...reportingMigrations, ...rightsMigrations];
  const steps = openingSteps({ databases, dataSource, migrations });
  for (const step of steps) if (step.name !== 'read models') await step.run();
}

type Opened = { readonly store: Awaited<ReturnType<typeof openEventStore>>; readonly owner: pg.Pool };

async function decide({ store, owner }: Opened, options: RestoredOptions): Promise<number> {
  const { acceptLoss: given, language, say } = options;
  const ledgerId = await commonLedger(store, owner);
  const difference = ledgerId && (await differenceOf(store, owner, ledgerId));
  if (difference === undefined || difference === '') {
    say(restoredText(language, 'nothing'));
    return 0;
  }
  linesOf(difference, language).forEach(say);
  const { missing, lost, begun } = difference;
  const isOpen = missing > 0 || begun !== undefined;
  if (given === undefined) {
    if (isOpen) say(restoredText(language, 'how', { lost }));
    return isOpen ? 1 : 0;
  }
  if (given !== lost) {
    say(restoredText(language, 'mismatch', { given, lost }));
    return 1;
  }
  const processes = await connectionsOfGreffe(owner);
  if (processes > 0) {
    say(restoredText(language, 'busy', { processes }));
    return 1;
  }
  const { rows } = await owner.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  const now = (rows[0]?.now ?? new Date()).toISOString();
  const parts = { store, codec: ledgerCodec(), owner, clock: { now: () => now }, ids: randomIds };
  const told = await acceptRestoredStore(parts, difference, options);
  say(restoredText(language, 'done', { reentered: told.reentered, lost, generation: told.generationAfter }));
  return 0;
}

/** Connections of processes that would write, or follow, while everything is set right under them. */
async function connectionsOfGreffe(owner: pg.Pool): Promise<number> {
  const deadline = performance.now() + GONE_WITHIN_MS;
  for (;;) {
    const { rows } = await owner.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'greffe'`,
    );
    const open = rows[0]?.n ?? 0;
    if (open === 0 || performance.now() > deadline) return open;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
