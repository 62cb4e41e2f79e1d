import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase } from './test-database.js';

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('a test database', () => {
  it('is empty, apart from others, and gone after use', async () => {
    const [one, other] = await Promise.all([openTestDatabase(), openTestDatabase()]);
    await one.pool.query('CREATE TABLE mark (n int)');
    const { rows } = await other.pool.query(
      "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(rows).toEqual([{ n: 0 }]);
    await Promise.all([one.drop(), other.drop()]);
    expect(await answers(one.url)).toBe(false);
  });

  it('can be reached as another role', async () => {
    const database = await openTestDatabase();
    const role = `r_${new URL(database.url).pathname.slice(1)}`;
    try {
      await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
      expect(await answers(database.urlFor(role, 'secret'))).toBe(true);
      expect(await answers(database.urlFor(`${role}_unknown`, 'secret'))).toBe(false);
    } finally {
      await database.drop();
      const admin = await openTestDatabase();
      await admin.pool.query(`DROP ROLE IF EXISTS ${role}`);
      await admin.drop();
    }
  });
});
