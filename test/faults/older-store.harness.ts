import type pg from 'pg';
import { startEmbeddedPostgres } from '#runtime';
import type { EventsServer } from '#testing';
import { countIn } from '../acceptance/event-store.harness.js';
import { openAsSuperuser } from './embedded-database.harness.js';
import { startEvents, variablesOf } from './events-elsewhere.harness.js';

/** The event store beside an embedded PostgreSQL, as whoever keeps its backups has it in their hands. */
export interface BackedUpStore {
  /** What a server must be told to keep its events there. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the events are; `undefined`: in the ledger's database. */
  readonly server: EventsServer | undefined;
  /** Keeps a copy of all events, with Greffe running. */
  backUp(): Promise<void>;
  /** Puts the copy back, with Greffe stopped: what was recorded since is gone. */
  putBack(): Promise<void>;
  /** How many events it holds, with Greffe stopped. */
  count(): Promise<number>;
  close(): Promise<void>;
}

/** In the ledger's database of this home, or in a server of its own where the run wants one. */
export async function openBackedUpStore(home: string): Promise<BackedUpStore> {
  const server = await startEvents();
  return server === undefined ? inPostgres(home) : inServer(server);
}

function inServer(server: EventsServer): BackedUpStore {
  return {
    variables: variablesOf(server),
    server,
    backUp: () => server.backUp(),
    putBack: () => server.putBack(),
    count: () => countIn(server),
    close: () => server.stop(),
  };
}

const TABLES = ['event_index', 'payload', 'personal_payload', 'closed_stream'];
const eachTable = (sql: (table: string) => string): string => TABLES.map(sql).join('');
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

function inPostgres(home: string): BackedUpStore {
  const copied = eachTable((table) => `CREATE TABLE backup.${table} AS TABLE es.${table};`);
  const returned = eachTable(
    (table) => `DELETE FROM es.${table}; INSERT INTO es.${table} TABLE backup.${table};`,
  );
  const done = (_: unknown): void => undefined;
  return {
    variables: {},
    server: undefined,
    backUp: () => asSuperuser(home, (pool) => pool.query(`CREATE SCHEMA backup; ${copied}`)).then(done),
    putBack: () =>
      whileStopped(home, (pool) => pool.query(`SET session_replication_role = replica; ${returned}`)).then(
        done,
      ),
    count: () =>
      whileStopped(home, async (pool) => {
        const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM es.event_index');
        return rows[0]?.n ?? 0;
      }),
    close: () => Promise.resolve(),
  };
}

/** Looks where nobody else may, while Greffe runs. */
export async function asSuperuser<T>(home: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = await openAsSuperuser(home, 'greffe');
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** The same with Greffe stopped. */
async function whileStopped<T>(home: string, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const postgres = await startEmbeddedPostgres({ home, log: silent });
  try {
    return await asSuperuser(home, work);
  } finally {
    await postgres.stop();
  }
}
