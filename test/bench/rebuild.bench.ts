import pg from 'pg';
import { isCaughtUp, type EventStore } from '#event-store';
import {
  createLedgerDataSource,
  LedgerFeed,
  openingSteps,
  openLedger,
  ProjectionControl,
  ProjectionRunner,
  randomIds,
  systemClock,
} from '#runtime';
import { ledgerCodec } from '../../apps/server/src/catalogue.js';
import { contactStateEntities } from '../../libs/contacts/src/read-model/contact-state.entity.js';
import { contactStateProjection } from '../../libs/contacts/src/read-model/contact-state.projection.js';
import { benchDatabases } from './bench-server.js';
import { openBenchStore, storeName } from './bench-store.js';
import { appendPeople } from './history.js';
import { interleaved, line, report, summary } from './rounds.js';

const ROUNDS = 7;
const PEOPLE = Number(process.env['GREFFE_BENCH_PEOPLE'] ?? 10_000);
const BATCH = 2000;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** c: rebuild of the contact state against the same read of the same log and `unnest` of the same rows, no logic. */
export async function benchRebuild(): Promise<void> {
  const { urls, stop } = await benchDatabases();
  const codec = ledgerCodec();
  const entities = contactStateEntities as never;
  const dataSource = createLedgerDataSource(urls.databaseUrl, { entities });
  for (const step of openingSteps({ databases: urls, dataSource })) await step.run();
  const store = await openBenchStore({ urls });
  await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  await appendPeople(store, PEOPLE);
  const pool = new pg.Pool({ connectionString: urls.databaseUrl, max: 10 });
  pool.on('error', () => undefined);
  const feed = new LedgerFeed({ store, pool, tickMs: 50 });
  new ProjectionRunner({ feed, codec, dataSource, projections: [contactStateProjection] });
  feed.start();
  const control = new ProjectionControl(pool);
  const total = await caughtUp(control);
  const tables = await rowsOf(pool);
  const results = await interleaved(ROUNDS, {
    rebuild: () => perSecond(total, () => control.rebuild('contact-state')),
    raw: () => perSecond(total, () => rawCopy(store, pool, tables)),
  });
  const [ours, theirs] = [summary(results.rebuild), summary(results.raw)];
  report(
    `c · rebuild of the contact state, ${String(total)} events in ${storeName}`,
    [line('rebuild', ours, 'events/s'), line('read + unnest', theirs, 'events/s')],
    `Ratio ${(ours.median / theirs.median).toFixed(2)} (goal ≥ 0.60); resident memory ${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB.`,
  );
  await feed.stop();
  await store.shutdown();
  await pool.end();
  await dataSource.destroy();
  await stop();
}

async function perSecond(total: number, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return total / ((performance.now() - begun) / 1000);
}

async function caughtUp(control: ProjectionControl): Promise<number> {
  for (;;) {
    const [status] = (await control.status()).filter(({ name }) => name === 'contact-state');
    if (status !== undefined && status.done >= PEOPLE * 6) return status.done;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

async function rowsOf(pool: pg.Pool): Promise<readonly Table[]> {
  const { rows: columns } = await pool.query<{ table_name: string; column_name: string; udt_name: string }>(
    `SELECT table_name, column_name, udt_name FROM information_schema.columns
      WHERE table_schema = 'rm_contact_state' ORDER BY table_name, ordinal_position`,
  );
  const byTable = new Map<string, typeof columns>();
  for (const column of columns)
    byTable.set(column.table_name, [...(byTable.get(column.table_name) ?? []), column]);
  const tables: Table[] = [];
  for (const [name, own] of byTable) {
    const list = own.map(({ column_name }) => `${column_name}::text AS ${column_name}`).join(', ');
    const { rows } = await pool.query<Record<string, unknown>>(
      `SELECT ${list} FROM rm_contact_state.${name}`,
    );
    tables.push({ name, columns: own.map((c) => ({ name: c.column_name, type: c.udt_name })), rows });
  }
  return tables;
}

async function rawCopy(store: EventStore, pool: pg.Pool, tables: readonly Table[]): Promise<void> {
  await pool.query('DROP SCHEMA IF EXISTS bench_raw CASCADE; CREATE SCHEMA bench_raw');
  for (const { name } of tables) {
    await pool.query(`CREATE TABLE bench_raw.${name} (LIKE rm_contact_state.${name} INCLUDING ALL)`);
  }
  const batches = Math.ceil((PEOPLE * 6) / BATCH);
  const ended = new AbortController();
  let [read, batch] = [0, 0];
  for await (const item of store.subscribe({ after: 'start', signal: ended.signal })) {
    if (isCaughtUp(item)) break;
    read += 1;
    if (read % BATCH !== 0) continue;
    await writeBatch(pool, tables, batch, batches);
    batch += 1;
  }
  ended.abort();
  while (batch < batches) {
    await writeBatch(pool, tables, batch, batches);
    batch += 1;
  }
}

async function writeBatch(
  pool: pg.Pool,
  tables: readonly Table[],
  batch: number,
  batches: number,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    for (const { name, columns, rows } of tables) {
      const size = Math.ceil(rows.length / batches);
      const part = rows.slice(batch * size, (batch + 1) * size);
      if (part.length === 0) continue;
      const arrays = columns.map(({ type }, i) => `$${String(i + 1)}::${type}[]`).join(', ');
      const names = columns.map((column) => column.name).join(', ');
      await client.query({
        name: `raw_${name}`,
        text: `INSERT INTO bench_raw.${name} (${names}) SELECT * FROM unnest(${arrays})`,
        values: columns.map((column) => part.map((row) => row[column.name])),
      });
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
