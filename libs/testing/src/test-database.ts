import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** A fresh, empty PostgreSQL database of one test suite. */
export interface TestDatabase {
  /** Connection URL as superuser. */
  readonly url: string;
  readonly pool: pg.Pool;
  /** URL of the same database for another role. */
  urlFor(role: string, password: string): string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** Creates a database on the server that the test run started (`test/tooling/postgres.setup.mjs`). */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env['GREFFE_TEST_POSTGRES'];
  if (server === undefined)
    throw new Error('No test PostgreSQL: run the tests through jest, whose global set-up starts it.');
  const name = `t_${randomBytes(8).toString('hex')}`;
  const admin = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await admin(`CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 20 });
  pool.on('error', () => undefined);
  return {
    url: url.href,
    pool,
    urlFor: (role, password) => {
      const other = new URL(url.href);
      other.username = role;
      other.password = password;
      return other.href;
    },
    drop: async () => {
      await pool.end();
      await admin(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
