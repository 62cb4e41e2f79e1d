import pg from 'pg';
import { PostgresEventStore } from '#event-store';
import {
  benchDatabases,
  launch,
  type BenchDatabases,
  type BenchProcess,
  type Launched,
} from './bench-server.js';
import { eventStoreUrl } from './bench-store.js';
import { causeOf, coresUsed, type CoresUsed } from './cpu.js';
import { appendPeople } from './history.js';
import { withdrawals } from './load.js';
import { interleaved, line, report, summary } from './rounds.js';

const ROUNDS = Number(process.env['GREFFE_BENCH_ROUNDS'] ?? 7);
const COMMANDS = Number(process.env['GREFFE_BENCH_COMMANDS'] ?? 3000);
const PEOPLE = Number(process.env['GREFFE_BENCH_PEOPLE'] ?? 3000);
const EVENTS_OF_A_PERSON = 6;
const IN_FLIGHT = 48;

/**
 * h: what more processes bring. Commands through one api process and through three; a read model kept by one shard, by
 * four in one process, and by four in four processes.
 */
export async function benchScale(): Promise<void> {
  await benchApis(undefined);
  if (eventStoreUrl !== undefined) await benchApis(eventStoreUrl);
  await benchShards();
}

async function benchApis(storeUrl: string | undefined): Promise<void> {
  const databases = await benchDatabases();
  const env = { EVENTSTORE_URL: storeUrl ?? '' };
  const launched = [launch('api', databases, env)];
  const first = await launched[0]!.ready;
  launched.push(launch('api', databases, env), launch('api', databases, env));
  const targets = [first, ...(await Promise.all(launched.slice(1).map(({ ready }) => ready)))];
  const used: Partial<Record<'one' | 'three', CoresUsed>> = {};
  const run = (name: 'one' | 'three', to: readonly Target[]) => async (): Promise<number> => {
    let perSecond = 0;
    const pids = launched.slice(0, to.length).map(({ pid }) => pid);
    used[name] = await coresUsed(pids, async () => (perSecond = await commandsThrough(to)));
    return perSecond;
  };
  const results = await interleaved(ROUNDS, {
    one: run('one', targets.slice(0, 1)),
    three: run('three', targets),
  });
  const [one, three] = [summary(results.one), summary(results.three)];
  report(
    `h · commands over HTTP by one and by three api processes, ${String(IN_FLIGHT)} in flight, events in ${storeUrl === undefined ? 'PostgreSQL' : 'EventStoreDB'}`,
    [line('one process', one, 'commands/s'), line('three processes', three, 'commands/s')],
    [
      `Three bring ${(three.median / one.median).toFixed(2)}× of one.`,
      ...(used.one === undefined ? [] : [`One: ${causeOf(used.one)}`]),
      ...(used.three === undefined ? [] : [`Three: ${causeOf(used.three)}`]),
    ].join(' '),
  );
  await Promise.all(launched.map((one) => one.stop()));
  await databases.stop();
}

type Target = Pick<BenchProcess, 'url' | 'token'>;

/** All in flight over all processes; the rate of all of them together. */
async function commandsThrough(targets: readonly Target[]): Promise<number> {
  const begun = performance.now();
  const each = Math.floor(COMMANDS / targets.length);
  await Promise.all(targets.map((target) => withdrawals(target, each, IN_FLIGHT / targets.length)));
  return (each * targets.length) / ((performance.now() - begun) / 1000);
}

/** A ledger of its own with the processes that follow it. */
interface Followed {
  readonly databases: BenchDatabases;
  readonly pool: pg.Pool;
  readonly store: PostgresEventStore;
  readonly launched: readonly Launched[];
}

async function benchShards(): Promise<void> {
  const one = await follow(1, 1);
  const four = await follow(4, 1);
  const spread = await follow(4, 4);
  const used: Partial<Record<string, CoresUsed>> = {};
  const run = (name: string, followed: Followed) => () => caughtUp(followed, (cores) => (used[name] = cores));
  const results = await interleaved(ROUNDS, {
    'one shard': run('one shard', one),
    'four shards in one process': run('four shards in one process', four),
    'four shards in four processes': run('four shards in four processes', spread),
  });
  const base = summary(results['one shard']).median;
  const names = Object.keys(results) as (keyof typeof results)[];
  report(
    `h · the contact state catches up with ${String(PEOPLE * EVENTS_OF_A_PERSON)} events`,
    names.map((name) => line(name, summary(results[name]), 'events/s')),
    names
      .map((name) => {
        const cores = used[name];
        const ratio = (summary(results[name]).median / base).toFixed(2);
        return `${name}: ${ratio}×${cores === undefined ? '.' : `, ${causeOf(cores)}`}`;
      })
      .concat(
        'Every shard reads and passes over the whole log; only what it does for its own rows is shared out.',
      )
      .join(' '),
  );
  for (const followed of [one, four, spread]) await end(followed);
}

async function follow(shards: number, processes: number): Promise<Followed> {
  const databases = await benchDatabases();
  // Each contestant has a ledger of its own, and a store of EventStoreDB is one ledger's: these are in PostgreSQL.
  const env = { GREFFE_BENCH_SHARDS: String(shards), EVENTSTORE_URL: '' };
  const launched: Launched[] = [];
  for (let i = 0; i < processes; i += 1) {
    const next = launch('projector', databases, env);
    launched.push(next);
    await next.ready;
  }
  const pool = new pg.Pool({ connectionString: databases.urls.databaseUrl, max: 4 });
  pool.on('error', () => undefined);
  const store = new PostgresEventStore({ connectionString: databases.urls.databaseUrl });
  const followed = { databases, pool, store, launched };
  await settled(pool, shards, processes);
  return followed;
}

/** Waits until every process has its share: as many sessions of locks hold a shard as there are processes. */
async function settled(pool: pg.Pool, shards: number, processes: number): Promise<void> {
  const names = Array.from(
    { length: shards },
    (_, i) => `greffe:contact-state${i === 0 ? '' : `/${String(i)}`}`,
  );
  for (;;) {
    const { rows } = await pool.query<{ held: number; sessions: number }>(
      `SELECT count(*)::int AS held, count(DISTINCT pid)::int AS sessions FROM pg_locks
       WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
         AND (classid::bigint << 32) | objid::bigint IN (SELECT hashtextextended(n, 0) FROM unnest($1::text[]) AS n)`,
      [names],
    );
    if (rows[0]?.held === shards && rows[0].sessions === Math.min(shards, processes)) return;
    await sleep(200);
  }
}

/** Holds the read model back while history is written, lets it go, and tells its events per second to the end. */
async function caughtUp(
  { pool, store, launched }: Followed,
  tell: (cores: CoresUsed) => void,
): Promise<number> {
  const hold = await pool.connect();
  await hold.query('BEGIN');
  await hold.query(`SELECT FROM ops.checkpoint WHERE projection = 'contact-state' FOR UPDATE`);
  await appendPeople(store, PEOPLE);
  const head = await store.head();
  await othersAt(pool, head ?? '');
  let seconds = 0;
  const pids = launched.map(({ pid }) => pid);
  tell(
    await coresUsed(pids, async () => {
      const begun = performance.now();
      await hold.query('ROLLBACK');
      hold.release();
      await allAt(pool, head ?? '', `projection = 'contact-state'`);
      seconds = (performance.now() - begun) / 1000;
    }),
  );
  return (PEOPLE * EVENTS_OF_A_PERSON) / seconds;
}

async function othersAt(pool: pg.Pool, head: string): Promise<void> {
  await allAt(pool, head, `projection <> 'contact-state'`);
}

async function allAt(pool: pg.Pool, head: string, which: string): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ done: boolean }>(
      `SELECT bool_and(position >= $1) AS done FROM ops.checkpoint WHERE build = 'live' AND ${which}`,
      [head],
    );
    if (rows[0]?.done === true) return;
    await sleep(5);
  }
}

async function end({ databases, pool, store, launched }: Followed): Promise<void> {
  await Promise.all(launched.map((one) => one.stop()));
  await store.shutdown();
  await pool.end();
  await databases.stop();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
