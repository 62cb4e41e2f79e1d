import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { InMemoryEventStore, type Position } from '#event-store';
import { FaultProxy, openTestDatabase, type TestDatabase } from '#testing';
import { NotYetConsistent, Tokens } from '../command/tokens.js';
import { ReadSide } from './read-side.js';

// Goal: a replica gives nobody less than their token names, and its absence is no failure. Method: a second database
// that has what the primary had when the test last copied it, behind a line that can be cut.

let primary: TestDatabase;
let replica: TestDatabase;
let line: FaultProxy;
let replicaPool: pg.Pool;
let side: ReadSide;
let tokens: Tokens;
const said: string[] = [];
const generation = randomUUID();

const SCHEMA = `
  CREATE SCHEMA ops; CREATE SCHEMA audit; CREATE TABLE note (n integer);
  CREATE TABLE ops.checkpoint (projection text, build text, shard integer, position text COLLATE "C");
  CREATE TABLE audit.checkpoint (projection text, build text, position text COLLATE "C");`;

beforeAll(async () => {
  [primary, replica] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  for (const { pool } of [primary, replica]) await pool.query(SCHEMA);
  const { hostname: host, port } = new URL(replica.url);
  line = await FaultProxy.open({ host, port: Number(port) });
});
afterAll(async () => {
  await line.close();
  await Promise.all([primary.drop(), replica.drop()]);
});
beforeEach(async () => {
  said.length = 0;
  const connectionString = Object.assign(new URL(replica.url), { port: line.port }).href;
  replicaPool = new pg.Pool({ connectionString });
  replicaPool.on('error', () => undefined);
  const log = {
    info: (_: object, text: string) => void said.push(text),
    warn: (_: object, text: string) => void said.push(text),
    error: (_: object, text: string) => void said.push(text),
  };
  side = new ReadSide(primary.pool, replicaPool, { log, restMs: 0 });
  const identity = { ledgerId: generation, generation };
  tokens = new Tokens({ identity: () => identity }, new InMemoryEventStore(), side);
  for (const database of [primary, replica]) await write(database, 1);
});
afterEach(async () => {
  await line.accept();
  await replicaPool.end();
});

const at = (n: number): Position => String(n).padStart(20, '0') as Position;

/** Rows and checkpoint arrive together, as replication brings them; both shards are there. */
async function write({ pool }: TestDatabase, n: number): Promise<void> {
  await pool.query(`
    BEGIN; TRUNCATE note, ops.checkpoint; INSERT INTO note VALUES (${String(n)});
    INSERT INTO ops.checkpoint VALUES ('notes', 'live', 0, '${at(n)}'), ('notes', 'live', 1, '${at(n)}'); COMMIT`);
}

const read = async (): Promise<number | undefined> =>
  (await side.query<{ n: number }>({ text: 'SELECT n FROM note' })).rows[0]?.n;

const waitFor = (n: number, ms: number): Promise<void> =>
  tokens.waitFor(`${generation}~${at(n)}`, 'notes', ms, side);

describe('a replica that lags', () => {
  it('answers reads without a token, and makes those with one wait for its own checkpoint', async () => {
    await write(primary, 2);
    expect(await read()).toBe(1);
    await expect(waitFor(2, 50)).rejects.toBeInstanceOf(NotYetConsistent);
    const waiting = waitFor(2, 120_000);
    await write(replica, 2);
    await waiting;
    expect(await read()).toBe(2);
    expect(said).toEqual([]);
  });
});

describe('a replica that is away', () => {
  it('is replaced by the primary, which is said once', async () => {
    await write(primary, 2);
    await line.refuse();
    expect(await read()).toBe(2);
    await waitFor(2, 120_000);
    expect(await read()).toBe(2);
    expect(said).toEqual(['the replica does not answer; the primary is read instead']);
  });

  it('comes back only when it holds what the primary has answered for meanwhile', async () => {
    await write(primary, 2);
    await line.refuse();
    await waitFor(2, 120_000);
    await line.accept();
    for (let i = 0; i < 20; i += 1) {
      expect(await read()).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await write(replica, 3);
    for (let tries = 0; tries < 12_000 && said.length < 2; tries += 1) {
      await read();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(said[1]).toBe('the replica answers again and holds what was read meanwhile');
    expect(await read()).toBe(3);
  });

  it('hides no mistake: a statement that is wrong fails', async () => {
    await expect(side.query({ text: 'SELECT FROM nothing' })).rejects.toThrow('nothing');
    expect(said).toEqual([]);
  });
});

describe('without a replica', () => {
  it('the primary is read', async () => {
    const alone = new ReadSide(primary.pool);
    expect((await alone.query({ text: 'SELECT n FROM note' })).rows).toEqual([{ n: 1 }]);
    expect(await alone.position('notes')).toBe(at(1));
  });
});
