import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { InMemoryEventStore, migrateEventStore, type EventCodec } from '#event-store';
import {
  AuditWriter,
  createLedgerDataSource,
  LedgerFeed,
  migrateLedgerDatabase,
  openLedger,
  ProjectionRunner,
  randomIds,
  StoredCheckpoints,
  systemClock,
  type Projection,
} from '#runtime';
import { migrateKeyStore } from '#subject-keys';
import { openTestDatabase } from '#testing';
import { ReportingViews } from './application/reporting-views.js';
import { ANALYST_ROLE } from './sql/reporting-sql.js';
import { reportingMigrations } from './sql/analyst-role.migration.js';

/** A ledger whose read models are kept by an application role, with every schema there is, and an analyst beside it. */
export interface ReportingLedger {
  readonly store: InMemoryEventStore;
  /** As the application. */
  readonly app: pg.Pool;
  /** As a member of the analysts. */
  readonly analyst: pg.Pool;
  /** As the superuser of the server. */
  readonly admin: pg.Pool;
  readonly views: ReportingViews;
  /** Returns when all read models hold everything that is in the store. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a {@link ReportingLedger}; the views are made. */
export async function openReportingLedger(
  codec: EventCodec,
  projections: readonly Projection[],
): Promise<ReportingLedger> {
  const database = await openTestDatabase();
  const suffix = randomBytes(4).toString('hex');
  const [appRole, member] = [`app_${suffix}`, `analyst_${suffix}`];
  await database.pool.query(`CREATE ROLE ${appRole} LOGIN PASSWORD 'test'`);
  await migrateLedgerDatabase(database.url, { migrations: reportingMigrations, appRole });
  await migrateEventStore(database.pool, { appRole });
  await migrateKeyStore(database.pool);
  await database.pool.query(`CREATE ROLE ${member} LOGIN PASSWORD 'test' IN ROLE ${ANALYST_ROLE}`);
  const app = openPool(database.urlFor(appRole, 'test'));
  const analyst = openPool(database.urlFor(member, 'test'));
  const store = new InMemoryEventStore();
  const dataSource = await createLedgerDataSource(database.urlFor(appRole, 'test'), {
    entities: projections.flatMap(({ entities }) => entities) as (new () => object)[],
  }).initialize();
  const feed = await follow(store, codec, projections, app, dataSource);
  const views = new ReportingViews(app);
  await views.ensure();
  return {
    ...{ store, app, analyst, admin: database.pool, views },
    caughtUp: () => caughtUp(store, app, projections),
    close: async () => {
      await feed.stop();
      await dataSource.destroy();
      await Promise.all([app.end(), analyst.end()]);
      await database.pool.query(
        `DROP OWNED BY ${appRole}, ${member} CASCADE; DROP ROLE ${appRole}, ${member}`,
      );
      await database.drop();
    },
  };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 15 });
  pool.on('error', () => undefined);
  return pool;
}

async function follow(
  store: InMemoryEventStore,
  codec: EventCodec,
  projections: readonly Projection[],
  pool: pg.Pool,
  dataSource: DataSource,
): Promise<LedgerFeed> {
  const identity = await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const feed = new LedgerFeed({ store, pool, tickMs: 50 });
  new AuditWriter(feed, { identity: () => identity });
  new ProjectionRunner({ feed, codec, dataSource, projections });
  feed.start();
  return feed;
}

async function caughtUp(
  store: InMemoryEventStore,
  pool: pg.Pool,
  projections: readonly Projection[],
): Promise<void> {
  const head = await store.head();
  const checkpoints = new StoredCheckpoints(pool);
  for (const follower of ['audit', ...projections.map(({ name }) => name)]) {
    if (head !== undefined && !(await checkpoints.waitFor(follower, head, 120_000)))
      throw new Error(`${follower} does not catch up`);
  }
}
