import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemoryEventStore, isCaughtUp, migrateEventStore, type EventStore } from '#event-store';
import { AuditCopy } from '../audit/audit-copy.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { LedgerFeed } from '../projection/ledger-feed.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  until,
  type ToyDatabase,
} from '../projection/toy.harness.js';
import { assertSameLedger } from './same-ledger.js';

// Goal: a server never writes to a store that is not its databases' own, nor to one that has forgotten something they
// know. Method: databases that have copied one store are held against others.

const ledgerId = randomUUID();
const person = `points-${randomUUID()}`;
let database: ToyDatabase;

beforeAll(async () => {
  database = await openToyDatabase();
  const client = await database.pool.connect();
  await migrateEventStore(client);
  client.release();
});
afterAll(() => database.drop());
afterEach(() =>
  database.pool.query(
    `ALTER TABLE audit.entry DISABLE TRIGGER USER; TRUNCATE audit.entry, audit.checkpoint;
     ALTER TABLE audit.entry ENABLE TRIGGER USER`,
  ),
);

const check = (store: EventStore) => assertSameLedger(store, database.pool);

async function storeWith(...values: number[]): Promise<InMemoryEventStore> {
  const store = await openToyLedger(ledgerId);
  for (const value of values) await append(store, person, points(person.slice(7), value));
  return store;
}

/** The databases follow the store until they know all of it. */
async function copy(store: EventStore): Promise<void> {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 10, maxBackOffMs: 20 });
  new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
  feed.start();
  const events = await sizeOf(store);
  await until(async () => (await new AuditCopy(database.pool).size()) === events, 'everything is copied');
  await feed.stop();
}

async function sizeOf(store: EventStore): Promise<bigint> {
  const end = new AbortController();
  let size = 0n;
  for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    size += 1n;
  }
  end.abort();
  return size;
}

describe('a store beside its databases', () => {
  it('is accepted when they are new, and when it has gone on since', async () => {
    const store = await storeWith(1, 2);
    await check(store);
    await copy(store);
    await check(store);
    await append(store, person, points(person.slice(7), 3));
    await check(store);
  });

  it('that is empty is refused, and stays empty', async () => {
    await copy(await storeWith(1));
    const empty = new InMemoryEventStore();
    await expect(check(empty)).rejects.toMatchObject({
      reason: 'store-is-empty',
      message: expect.stringContaining(ledgerId),
    });
    expect(await sizeOf(empty)).toBe(0n);
  });

  it('that holds another ledger is refused, and both are named', async () => {
    await copy(await storeWith(1));
    const another = randomUUID();
    await expect(check(await openToyLedger(another))).rejects.toMatchObject({
      reason: 'another-ledger',
      message: expect.stringMatching(new RegExp(`${another}.*${ledgerId}`)),
    });
  });

  it('that was put back to an older state is refused, and both ends are named', async () => {
    const store = await storeWith(1, 2, 3);
    await copy(store);
    const head = await store.head();
    const older = await storeWith(1);
    await expect(check(older)).rejects.toMatchObject({
      reason: 'another-history',
      message: expect.stringMatching(new RegExp(`${String(await older.head())}.*${String(head)}`)),
    });
  });

  it('that went another way since is refused, however long it is', async () => {
    await copy(await storeWith(1, 2, 3));
    await expect(check(await storeWith(1, 2, 4, 5, 6))).rejects.toMatchObject({ reason: 'another-history' });
  });
});
