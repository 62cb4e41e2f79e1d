import pg from 'pg';

const TIMEOUT_MS = 5000;

/** Asks a database on a connection of its own. Throws the database's error, also where it does not answer in time. */
export async function onDatabase<T>(
  connectionString: string,
  ask: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.end().catch(() => undefined);
  }
}
