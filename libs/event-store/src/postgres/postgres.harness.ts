import { randomBytes } from 'node:crypto';
import { FaultProxy, openTestDatabase, type TestDatabase } from '#testing';
import type { FaultyHarness } from '../contract-suite/harness.js';
import { migrateEventStore } from './migrate.js';
import { PostgresEventStore } from './postgres-event-store.js';
import type { PostgresEventStoreOptions } from './settings.js';

/** An empty PostgreSQL event store of one chapter, with an application role, an eraser's role and a line that fails. */
export interface PostgresHarness extends FaultyHarness {
  readonly store: PostgresEventStore;
  readonly db: TestDatabase;
  /** URLs of the two roles that are not the owner. */
  readonly urls: { readonly app: string; readonly eraser: string };
  /** Another client of the store, closed with the harness. */
  open(options?: PostgresEventStoreOptions): PostgresEventStore;
}

const APPLICATION = 'contract';

/** Opens a database of its own, with the schema and the roles. */
export async function openPostgresHarness(): Promise<PostgresHarness> {
  const db = await openTestDatabase();
  const urls = await createRoles(db);
  const { hostname, port } = new URL(db.url);
  const line = await FaultProxy.open({ host: hostname, port: Number(port) });
  const clients: PostgresEventStore[] = [];
  const open = (options: PostgresEventStoreOptions = {}): PostgresEventStore => {
    const client = new PostgresEventStore({
      connectionString: urls.app,
      applicationName: APPLICATION,
      ...options,
    });
    clients.push(client);
    return client;
  };
  return {
    store: open(),
    eraser: open({ connectionString: urls.eraser, ownerConnectionString: db.url }),
    db,
    urls,
    line,
    open,
    openAnother: () => Promise.resolve(open()),
    openThroughLine: (timeoutMs) => {
      const url = new URL(urls.app);
      url.port = String(line.port);
      return Promise.resolve(open({ connectionString: url.href, timeoutMs }));
    },
    writeSystemEvent: () => writeSystemEvent(db),
    openConnections: () => countConnections(db),
    close: async () => {
      await line.close();
      await Promise.all(clients.map((client) => client.shutdown()));
      await db.drop();
    },
  };
}

async function createRoles(db: TestDatabase): Promise<{ app: string; eraser: string }> {
  const suffix = randomBytes(6).toString('hex');
  const [appRole, eraserRole] = [`app_${suffix}`, `eraser_${suffix}`];
  for (const role of [appRole, eraserRole]) await db.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`);
  await migrateEventStore(db.pool, { appRole, eraserRole });
  return { app: db.urlFor(appRole, 'test'), eraser: db.urlFor(eraserRole, 'test') };
}

/** Two rows as no client of the port can write them: one with a system type, one in a system stream. */
async function writeSystemEvent(db: TestDatabase): Promise<void> {
  await db.pool.query(`
    WITH head AS (SELECT coalesce(max(position), 0) AS head FROM es.event_index),
    written AS (
      INSERT INTO es.event_index (position, event_id, stream, revision, type, bytes, recorded_at)
      SELECT head + n, gen_random_uuid(), CASE n WHEN 1 THEN '$settings' ELSE 'sample-system' END,
             head + n, CASE n WHEN 1 THEN 'SampleRecorded' ELSE '$metadata' END, 4, now()
        FROM head, generate_series(1, 2) n RETURNING position)
    INSERT INTO es.payload SELECT position, '{}', '{}' FROM written`);
}

async function countConnections(db: TestDatabase): Promise<number> {
  const { rows } = await db.pool.query<{ open: string }>(
    'SELECT count(*) AS open FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
    [APPLICATION],
  );
  return Number(rows[0]?.open);
}
