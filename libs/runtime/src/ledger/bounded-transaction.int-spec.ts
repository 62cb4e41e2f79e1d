import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';
import { inBoundedTransaction } from './bounded-transaction.js';
import { createLedgerPool } from './data-source.js';

// Goal: a database that dies in the middle of a transaction fails that transaction, and not the process. Method: the
// server ends the very connection that is at work; an event that nobody hears would end this run.

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await openTestDatabase();
  pool = createLedgerPool(database.url, { max: 2 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a transaction whose connection dies', () => {
  it.each(['while it asks', 'while it waits'])('%s fails alone; the next one works', async (when) => {
    const dying = inBoundedTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const asked = when === 'while it asks' ? client.query('SELECT pg_sleep(30)') : undefined;
      const failed = asked?.catch((error: unknown) => error);
      await database.pool.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await failed;
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.query('SELECT 1');
    });
    await expect(dying).rejects.toThrow();
    expect(await inBoundedTransaction(pool, async () => 'works')).toBe('works');
  });
});
