import type { Pool, PoolClient } from 'pg';
import { LEASE_MS } from '../ledger/lease.js';
import { asError, isError } from './failure.js';

/** How a transaction begins: read models may lose their last commits with their checkpoint, the audit copy may not. */
export type Durability = 'durable' | 'replayable';

const OPENING: Record<Durability, string> = {
  durable: 'BEGIN',
  // After a crash of PostgreSQL rows and checkpoint step back together and the log is followed again from there.
  replayable: 'BEGIN; SET LOCAL synchronous_commit TO off',
};

/** Runs the work in one transaction: commits its result, rolls back whatever it throws. */
export async function inTransaction<T>(
  pool: Pool,
  durability: Durability,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return onClient(pool, OPENING[durability], work);
}

/** Longest silence, in milliseconds, of a transaction that waits for work on other connections. */
const PATIENCE_MS = 4 * LEASE_MS;
/** A reader keeps nobody from writing, so it may wait for as long as a large read model takes. */
const READERS_PATIENCE_MS = 30 * 60_000;

/**
 * Runs work in one durable transaction that has more to do between its statements than the lease allows, on other
 * connections: it must call `stay` at every step of that, or the server ends it as that of a process that has gone.
 */
export async function inPatientTransaction<T>(
  pool: Pool,
  work: (client: PoolClient, stay: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return onClient(pool, `${OPENING.durable}; ${silenceOf(PATIENCE_MS)}`, (client) =>
    work(client, async () => {
      await client.query('SELECT 1');
    }),
  );
}

/** Runs the work in one transaction that only reads, all of it in the snapshot of its first query. */
export async function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const opening = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${silenceOf(READERS_PATIENCE_MS)}`;
  return onClient(pool, opening, work);
}

function silenceOf(ms: number): string {
  return `SET LOCAL idle_in_transaction_session_timeout = ${String(ms)}`;
}

/** The driver gave a statement up: the server, or the way to it, is silent. */
function isSilence(error: unknown): error is Error {
  return isError(error) && error.message === 'Query read timeout';
}

async function onClient<T>(
  pool: Pool,
  opening: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A lost connection also fails the query under way; unheard, its event would end the process.
  const onError = (error: Error): void => void (broken = error);
  client.on('error', onError);
  try {
    await client.query(opening);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // Behind a statement that nobody answers, a ROLLBACK would not be answered either.
    if (isSilence(error)) broken = error;
    else await client.query('ROLLBACK').catch((failure: unknown) => (broken = asError(failure)));
    throw error;
  } finally {
    client.release(broken);
    client.removeListener('error', onError);
  }
}
