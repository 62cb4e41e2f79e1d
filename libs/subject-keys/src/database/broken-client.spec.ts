import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDyingPostgres, type DyingPostgres } from '#testing';
import { KeyStoreUnavailable } from '../errors.js';
import { KeyDatabase } from './key-database.js';

// Goal: a connection that breaks at the very moment at which it is lent out fails what was asked of it, and not the
// process. Method: a server that lets clients in and dies in one packet; an event that nobody hears would end this run.

const TRIES = 20;

let server: DyingPostgres;
let database: KeyDatabase;
beforeAll(async () => {
  // Whoever lets a connection be used asks first whether it leads to the primary.
  server = await startDyingPostgres({ answers: 1 });
  database = new KeyDatabase(server.url);
});
afterAll(async () => {
  await database.close();
  await server.close();
});

describe('a connection of the key store that is broken when it is lent out', () => {
  it.each([
    ['a statement', () => database.query('SELECT 1')],
    ['a transaction', () => database.transaction((tx) => tx.query('SELECT 1'))],
    ['a lock', () => database.withAdvisoryLocks([1n], () => Promise.resolve())],
  ] as const)('fails %s alone', async (_, ask) => {
    const before = server.admitted;
    for (let tries = 0; tries < TRIES; tries += 1) await expect(ask()).rejects.toThrow(KeyStoreUnavailable);
    expect(server.admitted - before).toBeGreaterThanOrEqual(TRIES);
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
