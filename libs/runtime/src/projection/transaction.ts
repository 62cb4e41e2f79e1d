import type { Pool, PoolClient } from 'pg';
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

/** Runs the work in one transaction that only reads, all of it in the snapshot of its first query. */
export async function inSnapshot<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return onClient(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work);
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
