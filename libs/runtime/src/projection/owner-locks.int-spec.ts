import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FaultProxy, openTestDatabase, type TestDatabase } from '#testing';
import { OwnerLocks } from './owner-locks.js';

// Goal: a session of locks that has fallen silent keeps nobody waiting. Method: a line to PostgreSQL that is lost.

let database: TestDatabase;
let line: FaultProxy;
let pool: pg.Pool;

beforeAll(async () => {
  database = await openTestDatabase();
  const { hostname: host, port } = new URL(database.url);
  line = await FaultProxy.open({ host, port: Number(port) });
  const connectionString = Object.assign(new URL(database.url), { port: line.port }).href;
  pool = new pg.Pool({ connectionString, query_timeout: 2_000 });
  pool.on('error', () => undefined);
});
afterAll(async () => {
  await pool.end();
  await line.close();
  await database.drop();
});

describe('a lock session that does not answer', () => {
  it('ends: what it held is lost, and the next try has a new one', async () => {
    const locks = new OwnerLocks(pool);
    const held = await locks.tryAcquire('one');
    expect(held?.lost.aborted).toBe(false);
    line.abandon();
    await expect(locks.tryAcquire('two')).rejects.toThrow();
    expect(held?.lost.aborted).toBe(true);
    const next = await locks.tryAcquire('two');
    expect(next?.lost.aborted).toBe(false);
    await locks.close();
  });
});

describe('a process that falls silent', () => {
  it('loses its locks at the end of its lease, though its connection is never closed', async () => {
    const silent = new OwnerLocks(pool, { leaseMs: 1_000 });
    expect(await silent.tryAcquire('three')).toBeDefined();
    const others = new pg.Pool({ connectionString: database.url });
    const other = new OwnerLocks(others);
    expect(await other.tryAcquire('three')).toBeUndefined();
    line.abandon();
    let taken;
    for (let tries = 0; tries < 12_000 && taken === undefined; tries += 1) {
      taken = await other.tryAcquire('three');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(taken?.lost.aborted).toBe(false);
    await silent.close();
    await other.close();
    await others.end();
  });

  it('keeps them for as long as it shows that it lives', async () => {
    const locks = new OwnerLocks(pool, { leaseMs: 5_000 });
    const held = await locks.tryAcquire('four');
    await new Promise((resolve) => setTimeout(resolve, 8_000));
    expect(held?.lost.aborted).toBe(false);
    await locks.close();
  });
});
