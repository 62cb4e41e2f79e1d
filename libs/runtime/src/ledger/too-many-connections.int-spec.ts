import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { PostgresEventStore } from '#event-store';
import { MemoryKekProvider, openKeyStore } from '#subject-keys';
import { openTestDatabase, type TestDatabase } from '#testing';
import { describeFailure } from '../projection/failure.js';
import { Recurring } from '../schedule/recurring.js';
import { createLedgerDataSource, createLedgerPool } from './data-source.js';
import { LedgerDatabaseUnavailable } from './database-unavailable.js';
import { openingTrouble } from './opening-trouble.js';
import { isTooManyConnections, TOO_MANY_CONNECTIONS } from './too-many-connections.js';

// Goal: a server that gives no more connections is named as that, with what to do, wherever it is met first. Method: a
// role that may have none, asked by everything that opens connections.

const role = `crowded_${randomBytes(6).toString('hex')}`;
let database: TestDatabase;
let url: string;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test' CONNECTION LIMIT 0`);
  url = database.urlFor(role, 'test');
});
afterAll(() => database.drop());

const thrownBy = (ask: () => Promise<unknown>): Promise<unknown> =>
  ask().then(
    () => undefined,
    (e: unknown) => e,
  );

describe('what every kind of connection throws', () => {
  it('is known as too many connections: pool, read models, event store, key store', async () => {
    const pool = createLedgerPool(url);
    const dataSource = createLedgerDataSource(url);
    const store = new PostgresEventStore({ connectionString: url });
    const keyStore = openKeyStore({ connectionString: url, kek: new MemoryKekProvider() });
    const asks: (() => Promise<unknown>)[] = [
      () => pool.query('SELECT 1'),
      () => dataSource.initialize(),
      () => store.ping(),
      () => keyStore.ping(),
    ];
    for (const ask of asks) {
      const error = await thrownBy(ask);
      expect(error).toBeInstanceOf(Error);
      expect(isTooManyConnections(error)).toBe(true);
      expect(describeFailure(error)).toBe(TOO_MANY_CONNECTIONS);
    }
    await Promise.all([pool.end(), store.shutdown(), keyStore.shutdown()]);
  });

  it('is seen through what wraps it, and nothing else is taken for it', async () => {
    const pool: pg.Pool = createLedgerPool(url);
    const error = await thrownBy(() => pool.query('SELECT 1'));
    await pool.end();
    expect(isTooManyConnections(new LedgerDatabaseUnavailable(error))).toBe(true);
    expect(isTooManyConnections(new AggregateError([new Error('x'), error]))).toBe(true);
    for (const other of [undefined, null, '53300', new Error('53300'), { code: '53200' }])
      expect(isTooManyConnections(other)).toBe(false);
    const endless = new Error('x');
    endless.cause = endless;
    expect(isTooManyConnections(endless)).toBe(false);
  });
});

describe('what the log says', () => {
  const problems: unknown[] = [];
  const note = (fields: object): void => void problems.push((fields as { problem?: unknown }).problem);
  const log = { info: note, warn: note, error: note };

  it('while the ledger is opened, once', async () => {
    problems.length = 0;
    const tell = openingTrouble(log);
    const pool = createLedgerPool(url);
    for (let i = 0; i < 2; i += 1) tell('ledger', await thrownBy(() => pool.query('SELECT 1')));
    await pool.end();
    expect(problems).toEqual([TOO_MANY_CONNECTIONS]);
  });

  it('of work that is due again and again', async () => {
    problems.length = 0;
    const pool = createLedgerPool(url);
    const work = { name: 'some work', everyMs: 1, run: () => pool.query('SELECT 1').then(() => 1) };
    let tried = (): void => undefined;
    const isTried = new Promise<void>((resolve) => (tried = resolve));
    const wait = (_: number, signal: AbortSignal): Promise<void> => {
      tried();
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const recurring = new Recurring(work, { log, wait });
    recurring.start();
    await isTried;
    await recurring.stop();
    await pool.end();
    expect(problems).toEqual([TOO_MANY_CONNECTIONS]);
  });
});
