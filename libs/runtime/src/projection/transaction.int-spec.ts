import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';
import { createLedgerDataSource, createLedgerPool } from '../ledger/data-source.js';
import { inPatientTransaction, inSnapshot, inTransaction } from './transaction.js';

// Goal: a transaction whose process has fallen silent gives its rows back; one that waits for work elsewhere keeps them.
// Method: real connections that open a transaction, take a row and say nothing more; a lease of our own where waiting
// for the real one would prove no more.

const SHORT_LEASE_MS = 200;

let database: TestDatabase;
let impatient: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.pool.query(`CREATE TABLE place (name text PRIMARY KEY, at integer NOT NULL DEFAULT 0)`);
  impatient = new pg.Pool({
    connectionString: database.url,
    idle_in_transaction_session_timeout: SHORT_LEASE_MS,
  });
  impatient.on('error', () => undefined);
});
afterAll(async () => {
  await impatient.end();
  await database.drop();
});

async function newRow(name: string): Promise<void> {
  await database.pool.query('INSERT INTO place (name) VALUES ($1)', [name]);
}

/** Waits for the row as whoever takes the work over does, then moves it on. */
async function moveOn(name: string): Promise<number> {
  const { rows } = await database.pool.query<{ at: number }>(
    'UPDATE place SET at = at + 10 WHERE name = $1 RETURNING at',
    [name],
  );
  return rows[0]?.at ?? -1;
}

const TAKE = 'UPDATE place SET at = at + 1 WHERE name = $1';

describe('a transaction of a process that has fallen silent', () => {
  it('gives its rows back by itself, whichever of the connections of the ledger it is on', async () => {
    const [requests, background] = [false, true].map((isBackground) =>
      createLedgerPool(database.url, { isBackground }),
    ) as [pg.Pool, pg.Pool];
    const dataSource = await createLedgerDataSource(database.url).initialize();
    const silent = dataSource.createQueryRunner();
    const takers: Record<string, (name: string) => Promise<unknown>> = {
      requests: async (name) => takeOn(await requests.connect(), name),
      background: async (name) => takeOn(await background.connect(), name),
      'read models': async (name) => {
        await silent.startTransaction();
        await silent.query(TAKE, [name]);
      },
    };
    for (const [name, take] of Object.entries(takers)) {
      await newRow(name);
      await take(name);
    }
    const moved = await Promise.all(Object.keys(takers).map((name) => moveOn(name)));
    expect(moved).toEqual([10, 10, 10]);
    await silent.release();
    await dataSource.destroy();
    await Promise.all([requests.end(), background.end()]);
  });

  it('is told so when it goes on, and has written nothing', async () => {
    await newRow('late');
    const late = inTransaction(impatient, 'replayable', async (client) => {
      await client.query(TAKE, ['late']);
      await pause(4 * SHORT_LEASE_MS);
      await client.query(TAKE, ['late']);
    });
    await expect(late).rejects.toThrow();
    expect(await moveOn('late')).toBe(10);
  });
});

describe('a transaction that waits for work on other connections', () => {
  it('keeps its rows for longer than the lease', async () => {
    await newRow('rebuild');
    await inPatientTransaction(impatient, async (client, stay) => {
      await client.query(TAKE, ['rebuild']);
      await pause(4 * SHORT_LEASE_MS);
      await stay();
    });
    expect(await moveOn('rebuild')).toBe(11);
  });

  it('keeps its snapshot, too, if it only reads', async () => {
    await newRow('compared');
    const seen = await inSnapshot(impatient, async (client) => {
      const read = () => client.query<{ at: number }>('SELECT at FROM place WHERE name = $1', ['compared']);
      await read();
      await moveOn('compared');
      await pause(4 * SHORT_LEASE_MS);
      return (await read()).rows;
    });
    expect(seen).toEqual([{ at: 0 }]);
  });
});

/** Takes the row in a transaction and says nothing more; the server ends the connection. */
async function takeOn(client: pg.PoolClient, name: string): Promise<void> {
  await client.query('BEGIN');
  await client.query(TAKE, [name]);
  client.once('end', () => {
    client.release(true);
  });
}
