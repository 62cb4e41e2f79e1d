import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateEventStore, PostgresEventStore, type NewEvent } from '#event-store';
import { NIL_UUID } from '#kernel';
import { openTestDatabase, type TestDatabase } from '#testing';
import { AuditCopy } from '../audit/audit-copy.js';
import { AuditWriter } from '../audit/audit-writer.js';
import { LedgerFeed } from './ledger-feed.js';
import { afterEvents, START } from './place.js';
import { ProjectionControl } from './projection-control.js';
import { ProjectionRunner } from './projection-runner.js';
import {
  append,
  ledgerOpened,
  openToyDatabase,
  points,
  pointsProjection,
  toyCodec,
  toyEvent,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal (R5): no reader misses an event or meets one twice. Method: twelve writers at full speed on the real store,
// personal streams among theirs, while readers start late, are cut off, catch up and rebuild; then the count and the
// XOR of the ids of all lasting events, known to the writers, against every checkpoint.

const WRITERS = 12;
const APPENDS = 40;
const ledgerId = randomUUID();
let database: ToyDatabase;
let storeDatabase: TestDatabase;
let store: PostgresEventStore;

beforeAll(async () => {
  database = await openToyDatabase();
  storeDatabase = await openTestDatabase();
  await migrateEventStore(storeDatabase.pool);
  store = new PostgresEventStore({ connectionString: storeDatabase.url });
  await append(store, `ledger-${NIL_UUID}`, ledgerOpened(ledgerId));
});
afterAll(async () => {
  await store.shutdown();
  await storeDatabase.drop();
  await database.drop();
});

/** Writes one person's events, and a bell and a personal event now and then; answers the lasting ones. */
async function write(): Promise<NewEvent[]> {
  const person = randomUUID();
  const lasting: NewEvent[] = [];
  for (let i = 0; i < APPENDS; i += 1) {
    const batch: [NewEvent, ...NewEvent[]] = [points(person, 1), points(person, 2)];
    await append(store, `points-${person}`, ...batch);
    lasting.push(...batch);
    if (i % 5 !== 0) continue;
    const bell = toyEvent('BellRung', {});
    await append(store, `bell-${randomUUID()}`, bell);
    lasting.push(bell);
    await append(store, `personal-${randomUUID()}`, toyEvent('BellRung', {}, [person]));
  }
  return lasting;
}

describe('every reader', () => {
  it('has met exactly the lasting events, whatever way it came', async () => {
    const writing = Promise.all(Array.from({ length: WRITERS }, write));
    // Small buffers: followers are cut off from the feed and have to find their way back.
    const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20, bufferSize: 8 });
    const { dataSource } = database;
    const slow = pointsProjection(1, {
      enrich: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return new Map();
      },
    });
    new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections: [slow], batchSize: 20 });
    new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
    feed.start();
    const lasting = [ledgerOpened(ledgerId), ...(await writing).flat()];
    const head = await store.head();
    await until(
      () => feed.states().every(({ place }) => place?.position === head),
      'all readers are at the head',
    );

    const expected = afterEvents(
      START,
      lasting.map((event) => ({
        ...event,
        ...{ stream: 'points-x', revision: 0n, position: head!, recordedAt: new Date() },
      })),
    );
    for (const { name, place } of feed.states()) {
      expect({ name, events: place?.events, xor: place?.idsXor }).toEqual({
        name,
        events: BigInt(lasting.length),
        xor: expected.idsXor,
      });
    }
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM rm_points.addition');
    expect(rows).toEqual([{ n: WRITERS * APPENDS * 2 }]);
    expect(await new AuditCopy(database.pool).size()).toBe(BigInt(lasting.length + (WRITERS * APPENDS) / 5));

    const comparison = await new ProjectionControl(database.pool).rebuild('points');
    expect(comparison).toMatchObject({ kind: 'compared', sameEvents: true, isEqual: true });
    await feed.stop();
  });

  it('does nothing twice when another one, far behind, begins with it', async () => {
    await database.pool.query(
      `ALTER TABLE audit.entry DISABLE TRIGGER USER; TRUNCATE audit.entry, audit.checkpoint;
       ALTER TABLE audit.entry ENABLE TRIGGER USER`,
    );
    const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20 });
    const { dataSource } = database;
    const projections = [pointsProjection()];
    const runner = new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections });
    new AuditWriter(feed, { identity: () => ({ ledgerId, generation: ledgerId }) });
    feed.start();
    const head = await store.head();
    await until(() => feed.states().every(({ place }) => place?.position === head), 'both are at the head');
    expect(runner.states()[0]?.phase).not.toBe('backing-off');
    const comparison = await new ProjectionControl(database.pool).rebuild('points');
    expect(comparison).toMatchObject({ kind: 'compared', sameEvents: true, isEqual: true });
    await feed.stop();
  });
});
