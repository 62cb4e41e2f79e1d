import type pg from 'pg';

/**
 * One transaction whose statements have timeouts. Whatever is thrown ends the connection, which rolls back: a statement
 * that timed out may still be running, and a ROLLBACK would wait behind it.
 */
export async function inBoundedTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isBroken = true;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    isBroken = false;
    return result;
  } finally {
    // What failed inside its transaction is rolled back by closing the connection.
    client.release(isBroken);
  }
}
