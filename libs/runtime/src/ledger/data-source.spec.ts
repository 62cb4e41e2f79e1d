import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDyingPostgres, type DyingPostgres } from '#testing';
import { createLedgerDataSource, createLedgerPool } from './data-source.js';

// Goal: a connection that breaks at the very moment at which it is lent out fails what was asked of it, and not the
// process. Method: a server that lets clients in and dies in one packet; an event that nobody hears would end this run.

const TRIES = 20;

let server: DyingPostgres;
beforeAll(async () => {
  server = await startDyingPostgres();
});
afterAll(() => server.close());

/** What became of each of many attempts, a moment after the last one. */
async function outcomesOf(ask: () => Promise<unknown>): Promise<string[]> {
  const outcomes: string[] = [];
  const before = server.admitted;
  for (let tries = 0; tries < TRIES; tries += 1)
    outcomes.push(
      await ask().then(
        () => 'answered',
        () => 'failed',
      ),
    );
  expect(server.admitted - before).toBeGreaterThanOrEqual(TRIES);
  await new Promise((resolve) => setTimeout(resolve, 50));
  return outcomes;
}

const allFailed = Array.from({ length: TRIES }, () => 'failed');

describe('a connection that is broken when it is lent out', () => {
  it.each([false, true])('fails the statement alone (pool of the background: %s)', async (isBackground) => {
    const pool = createLedgerPool(server.url, { isBackground });
    expect(await outcomesOf(() => pool.query('SELECT 1'))).toEqual(allFailed);
    const borrow = async () => {
      const client = await pool.connect();
      // Whoever borrows it may have something else to do first.
      await new Promise((resolve) => setTimeout(resolve, 5));
      await client.query('SELECT 1').finally(() => {
        client.release(true);
      });
    };
    expect(await outcomesOf(borrow)).toEqual(allFailed);
    await pool.end();
  });

  it.each([false, true])('fails the start of the read models alone (migrating: %s)', async (isMigrating) => {
    const open = () => createLedgerDataSource(server.url, { isMigrating }).initialize();
    expect(await outcomesOf(open)).toEqual(allFailed);
  });
});
