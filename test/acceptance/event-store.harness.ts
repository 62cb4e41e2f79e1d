import type pg from 'pg';
import { isCaughtUp, openEventStoreDb, type EventStore, type StoredEvent } from '#event-store';
import {
  isDouble,
  refusals,
  startEventsServer,
  type EventStoreDouble,
  type EventsServer,
  type RealEventStore,
} from '#testing';

/** The event store under a story, as the story may look at it and break it. */
export interface StoryStore {
  /** What a server must be told to keep its events there. */
  readonly variables: Readonly<Record<string, string>>;
  /** How many events it holds: of one stream, or altogether. */
  count(stream?: string): Promise<number>;
  /** How many without what the eraser records of its own searches, whenever it makes them. */
  countActs(): Promise<number>;
  /** Until `heal`, no look at personal data can be recorded, or nothing in streams of another category. */
  refuseLooks(category?: string): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** Every event that a store holds now, in its order. */
export async function* everythingIn(store: EventStore): AsyncIterable<StoredEvent> {
  const end = new AbortController();
  try {
    for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
      if (isCaughtUp(item)) return;
      yield item;
    }
  } finally {
    end.abort();
  }
}

/** How many events a server of events holds that pass the test; by default all. */
export async function countIn(
  { connectionString }: Pick<EventsServer, 'connectionString'>,
  isWanted: (event: StoredEvent) => boolean = () => true,
): Promise<number> {
  const store = await openEventStoreDb({ connectionString });
  let count = 0;
  for await (const event of everythingIn(store)) if (isWanted(event)) count += 1;
  await store.shutdown();
  return count;
}

/**
 * The store that this run of the stories is about: PostgreSQL, or a server that speaks EventStoreDB's protocol. The
 * choice changes nothing that a caller sees, so every story is told on both.
 */
export async function openStoryStore(ledger: pg.Pool): Promise<StoryStore> {
  return process.env['GREFFE_TEST_STORE'] === 'eventstoredb'
    ? new ServerStore(await startEventsServer())
    : new PostgresStore(ledger);
}

/** Events in the ledger's own database. */
export class PostgresStore implements StoryStore {
  readonly variables = {};

  constructor(private readonly ledger: pg.Pool) {}

  async count(stream?: string): Promise<number> {
    const { rows } = await this.ledger.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM es.event_index WHERE $1::text IS NULL OR stream = $1',
      [stream],
    );
    return rows[0]?.count ?? 0;
  }

  async countActs(): Promise<number> {
    const { rows } = await this.ledger.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM es.event_index WHERE stream NOT LIKE 'purge-%'`,
    );
    return rows[0]?.count ?? 0;
  }

  async refuseLooks(category = 'access'): Promise<void> {
    await this.ledger.query(`
      CREATE FUNCTION refuse_looks() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'no looks today'; END $$;
      CREATE TRIGGER refuse_looks BEFORE INSERT ON es.event_index FOR EACH ROW
      WHEN (NEW.stream LIKE '${category}-%') EXECUTE FUNCTION refuse_looks()`);
  }

  async heal(): Promise<void> {
    await this.ledger.query('DROP TRIGGER refuse_looks ON es.event_index; DROP FUNCTION refuse_looks');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** The stories are about acts, not about how long a busy machine takes for an append. */
const STORE_PATIENCE_MS = 20_000;

/** Events in a server of their own: the double, or a real one. */
class ServerStore implements StoryStore {
  readonly variables: Readonly<Record<string, string>>;

  constructor(private readonly server: EventStoreDouble | RealEventStore) {
    this.variables = {
      EVENTSTORE_URL: `${server.connectionString}&defaultDeadline=${String(STORE_PATIENCE_MS)}`,
    };
  }

  count(stream?: string): Promise<number> {
    return countIn(this.server, (event) => stream === undefined || event.stream === stream);
  }

  countActs(): Promise<number> {
    return countIn(this.server, (event) => !event.stream.startsWith('purge-'));
  }

  refuseLooks(): Promise<void> {
    if (isDouble(this.server))
      this.server.faults.always('append', { kind: 'refused', refusal: refusals.invalid('no looks today') });
    else this.server.freeze();
    return Promise.resolve();
  }

  heal(): Promise<void> {
    if (isDouble(this.server)) this.server.faults.heal();
    else this.server.thaw();
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.server.stop();
  }
}
