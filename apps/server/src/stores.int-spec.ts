import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createLogger } from '#http';
import { connectionBudget, TOO_MANY_CONNECTIONS, type Role } from '#runtime';
import { openTestDatabase, type TestDatabase } from '#testing';
import { checksOf } from './health-checks.js';
import { openStores, type StorePlaces, type Stores } from './stores.js';

// Goal: a process takes exactly as many connections as its budget says, at its busiest, and no more; the doctor's sums
// rest on it. Method: everything that opens connections is asked for more at once than it may have, while tables are
// locked so that nothing is answered; PostgreSQL counts.

const SHARDS = 2;
/** More than any pool has. */
const CROWD = 60;
const PURGE_LOCK = '7310868736519172454';
const password = 'test';
const roles = { owner: '', app: '', keys: '' };

let ledger: TestDatabase;
let keys: TestDatabase;
let home: string;

beforeAll(async () => {
  [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  home = await mkdtemp(join(tmpdir(), 'greffe-stores-'));
  for (const part of ['owner', 'app', 'keys'] as const) {
    roles[part] = `stores_${part}_${randomBytes(4).toString('hex')}`;
    await ledger.pool.query(`CREATE ROLE ${roles[part]} LOGIN PASSWORD '${password}'`);
  }
  await ledger.pool.query(`ALTER DATABASE ${nameOf(ledger)} OWNER TO ${roles.owner}`);
});
afterAll(async () => {
  await Promise.all([ledger.drop(), keys.drop(), rm(home, { recursive: true, force: true })]);
});

const nameOf = ({ url }: TestDatabase): string => new URL(url).pathname.slice(1);

function placesOf(processRoles: readonly Role[]): StorePlaces {
  return {
    urls: {
      databaseUrl: ledger.urlFor(roles.app, password),
      ownerDatabaseUrl: ledger.urlFor(roles.owner, password),
      keystoreUrl: keys.urlFor(roles.keys, password),
      ownerKeystoreUrl: keys.url,
    },
    eventStoreUrl: undefined,
    readDatabaseUrl: undefined,
    kekFolder: join(home, 'keys'),
    projectionShards: SHARDS,
    roles: processRoles,
    erasure: processRoles.includes('eraser')
      ? { eventStoreUrl: undefined, purgeEveryHours: 1, backupDays: undefined, notificationDays: 30 }
      : undefined,
  };
}

const ignored = (asked: Promise<unknown>): void => void asked.catch(() => undefined);
const times = <T>(n: number, make: () => T): T[] => Array.from({ length: n }, make);

/** Connections of these logins, as the server counts them. */
async function connectionsOf(...logins: readonly string[]): Promise<number> {
  const { rows } = await ledger.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = ANY($1)',
    [logins],
  );
  return rows[0]?.n ?? 0;
}

/** Waits until what is asked is so, however slow the machine; the time of a test is its limit. */
async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<void> {
  while (!isWanted(await ask())) await pause(50);
}

/** Asks for more connections of every kind than there may be; nothing is answered before the signal aborts. */
async function crowd(stores: Stores, signal: AbortSignal): Promise<void> {
  const { store, pool, feedPool, dataSource, keyStore, eraser } = stores;
  const over = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const untilOver = (client: pg.PoolClient) => over.then(() => client.release());
  for (const one of [pool, feedPool])
    for (const asked of times(CROWD, () => one.connect())) ignored(asked.then(untilOver));
  for (const runner of times(CROWD, () => dataSource.createQueryRunner()))
    ignored(runner.connect().then(() => over.then(() => runner.release())));
  for (const asked of times(CROWD, () => store.ping())) ignored(asked);
  for (const asked of times(CROWD, () => keyStore.ping())) ignored(asked);
  for (const asked of times(CROWD, () => keyStore.inTurn(randomUUID(), () => over))) ignored(asked);
  if (eraser !== undefined) ignored(eraser.store.purge({ signal }));
}

/** Its own connection of appends, and the one of hints, are there from the first append and the first reader on. */
async function beginToWork({ store }: Stores, signal: AbortSignal): Promise<void> {
  const event = { id: randomUUID(), type: 'SomethingHappened', data: {}, metadata: {} };
  await store.append(`some-${randomUUID()}`, { kind: 'noStream' }, [event]);
  const follow = async (): Promise<void> => {
    for await (const _ of store.subscribe({ after: 'start', signal })) if (signal.aborted) return;
  };
  ignored(follow());
}

/** While it runs, nobody is answered by the event store or the key store, and no purge gets its turn. */
async function whileLocked(work: () => Promise<void>): Promise<void> {
  const [events, secrets] = await Promise.all([ledger.pool.connect(), keys.pool.connect()]);
  try {
    await events.query(`SELECT pg_advisory_lock(${PURGE_LOCK})`);
    await events.query('BEGIN; LOCK TABLE es.schema_version IN ACCESS EXCLUSIVE MODE');
    await secrets.query('BEGIN; LOCK TABLE ks.migration IN ACCESS EXCLUSIVE MODE');
    await work();
  } finally {
    await Promise.all([events.query('ROLLBACK'), secrets.query('ROLLBACK')]);
    events.release(true);
    secrets.release(true);
  }
}

describe.each<{ processRoles: readonly Role[] }>([
  { processRoles: ['api', 'projector', 'eraser'] },
  { processRoles: ['api'] },
  { processRoles: ['projector'] },
  { processRoles: ['eraser'] },
])('a process with the roles $processRoles', ({ processRoles }) => {
  it('takes at its busiest what its budget says, pool by pool', async () => {
    const places = placesOf(processRoles);
    const budget = connectionBudget(places);
    const stores = await openStores(places, createLogger('silent'));
    const over = new AbortController();
    try {
      await stores.gate.start();
      await beginToWork(stores, over.signal);
      await whileLocked(async () => {
        await crowd(stores, over.signal);
        const seen = async () => ({
          ledger: await connectionsOf(roles.app, roles.owner),
          keys: await connectionsOf(roles.keys),
        });
        await eventually(
          seen,
          (taken) => taken.ledger >= budget.ledger.total && taken.keys >= budget.keys.total,
        );
        // Whoever would take more has asked for it long ago.
        await pause(300);
        expect(await seen()).toEqual({ ledger: budget.ledger.total, keys: budget.keys.total });
      });
    } finally {
      over.abort();
      await stores.close();
    }
    await eventually(
      () => connectionsOf(roles.app, roles.owner, roles.keys),
      (left) => left === 0,
    );
  });
});

describe('a server that has no connection left', () => {
  const most = async (n: number): Promise<void> => {
    for (const login of [roles.app, roles.keys])
      await ledger.pool.query(`ALTER ROLE ${login} CONNECTION LIMIT ${String(n)}`);
  };

  it('is told as that by /readyz, with what to do about it', async () => {
    const stores = await openStores(placesOf(['api']), createLogger('silent'));
    try {
      await most(0);
      const states = await Promise.all(
        checksOf(stores)
          .slice(0, 3)
          .map(async ({ name, check }) => ({ name, ...(await check()) })),
      );
      expect(states).toEqual(
        ['event-store', 'database', 'key-store'].map((name) => ({
          ...{ name, ok: false, detail: TOO_MANY_CONNECTIONS },
        })),
      );
    } finally {
      await most(-1);
      await stores.close();
    }
  });
});
