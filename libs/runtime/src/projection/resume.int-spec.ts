import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  InMemoryEventStore,
  isCaughtUp,
  migrateEventStore,
  openEventStoreDb,
  PostgresEventStore,
  type EventStore,
  type EventStoreErasure,
  type StoredEvent,
} from '#event-store';
import { NIL_UUID } from '#kernel';
import { openTestDatabase, startEventStoreDouble } from '#testing';
import { CheckpointRecord } from './checkpoints.js';
import { afterEvents, isLasting, START, type Place } from './place.js';
import { forget, startProcess } from './shards.harness.js';
import {
  append,
  ledgerOpened,
  openToyDatabase,
  points,
  pointsProjection,
  toyEvent,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal: a projector that is started again misses nobody, wherever it had stopped when personal data was purged. Method:
// a log in which lasting and personal events stand by turns, closed and purged; then a checkpoint at every one of its
// events, with the anchor of then, and what the projector does from there. The double of EventStoreDB skips an event, as
// the real server does, when it is asked to resume from a position that was scavenged.

interface Purgeable {
  readonly store: EventStore & EventStoreErasure;
  close(): Promise<void>;
}

const stores: Readonly<Record<string, () => Promise<Purgeable>>> = {
  'in memory': () => Promise.resolve({ store: new InMemoryEventStore(), close: () => Promise.resolve() }),
  PostgreSQL: async () => {
    const database = await openTestDatabase();
    await migrateEventStore(database.pool);
    const connection = { connectionString: database.url, ownerConnectionString: database.url };
    const store = new PostgresEventStore(connection);
    const close = async (): Promise<void> => {
      await store.shutdown();
      await database.drop();
    };
    return { store, close };
  },
  EventStoreDB: async () => {
    const double = await startEventStoreDouble();
    const store = await openEventStoreDb({ connectionString: double.connectionString });
    const close = async (): Promise<void> => {
      await store.shutdown();
      await double.stop();
    };
    return { store, close };
  },
};

let database: ToyDatabase;
beforeAll(async () => {
  database = await openToyDatabase();
});
afterAll(() => database.drop());

describe.each(Object.entries(stores))('in a store that was purged (%s)', (_, open) => {
  let purgeable: Purgeable;
  /** The log as readers met it before the purge. */
  let log: StoredEvent[];

  beforeAll(async () => {
    purgeable = await open();
    log = await purgedLog(purgeable.store);
  });
  afterAll(() => purgeable.close());

  it('a projector goes on from every position without missing anybody', async () => {
    const { store } = purgeable;
    const left = new Set((await everything(store)).map(({ id }) => id));
    const isGone = ({ stream }: StoredEvent): boolean =>
      !isLasting(stream) && stream !== log[PERSONAL_KEPT]?.stream;
    expect(log.filter(({ id }) => !left.has(id)).length).toBe(log.filter(isGone).length);
    for (let done = 1; done < log.length; done += 1) {
      const place = afterEvents(START, log.slice(0, done));
      const told = await pointsAfter(store, place);
      const expected = log.slice(done).filter(({ type }) => type === 'PointsAdded');
      expect({ done, told: told.sort() }).toEqual({ done, told: expected.map(subjectOf).sort() });
    }
  });
});

/** Number of the first event of a personal stream that nobody erases. */
const PERSONAL_KEPT = 3;

/** Writes a log in which every neighbourhood of purged and lasting events occurs, and purges it. */
async function purgedLog(store: EventStore & EventStoreErasure): Promise<StoredEvent[]> {
  await append(store, `ledger-${NIL_UUID}`, ledgerOpened(randomUUID()));
  const [gone, alsoGone, kept] = [randomUUID(), randomUUID(), randomUUID()].map((id) => `personal-${id}`);
  const lasting = async (): Promise<void> => {
    const person = randomUUID();
    await append(store, `points-${person}`, points(person, 1));
  };
  const personal = (stream = ''): Promise<void> => append(store, stream, toyEvent('BellRung', {}));
  await lasting();
  await personal(gone);
  await personal(kept);
  for (const run of [1, 2, 3]) {
    await lasting();
    for (let i = 0; i < run; i += 1) await personal(gone);
    await personal(alsoGone);
    await lasting();
  }
  await lasting();
  const log = await everything(store);
  for (const stream of [gone, alsoGone]) {
    const revision = BigInt(log.filter((event) => event.stream === stream).length - 1);
    await store.close(stream ?? '', { kind: 'revision', revision });
  }
  await store.purge();
  await lasting();
  const [last] = (await everything(store)).slice(-1);
  return last === undefined ? log : [...log, last];
}

async function everything(store: EventStore): Promise<StoredEvent[]> {
  const control = new AbortController();
  const events: StoredEvent[] = [];
  for await (const item of store.subscribe({ after: 'start', signal: control.signal })) {
    if (isCaughtUp(item)) break;
    events.push(item);
  }
  control.abort();
  return events;
}

/** Who is told of by a projector that starts at a place, with empty tables. */
async function pointsAfter(store: EventStore, place: Place): Promise<string[]> {
  await forget(database);
  const options = { shards: 1, projection: pointsProjection() };
  const idle = startProcess(database, new InMemoryEventStore(), options);
  const exists = async (): Promise<boolean> =>
    (await database.pool.query(`SELECT FROM pg_tables WHERE schemaname = 'rm_points'`)).rowCount === 2;
  await until(exists, 'there are tables');
  await idle.stop();
  const checkpoint = new CheckpointRecord('points');
  const owned = await checkpoint.takeOver(database.pool, 1);
  await checkpoint.move(database.pool, owned?.epoch ?? 0n, START, place);
  const process = startProcess(database, store, options);
  const head = await store.head();
  await until(() => process.runner.states()[0]?.place?.position === head, 'everything is done');
  await process.stop();
  const { rows } = await database.pool.query<{ subject_id: string }>(
    'SELECT subject_id FROM rm_points.addition',
  );
  return rows.map((row) => row.subject_id);
}

function subjectOf({ data }: StoredEvent): string {
  return (data as { subjectId: string }).subjectId;
}
