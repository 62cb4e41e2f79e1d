import {
  InMemoryEventStore,
  isCaughtUp,
  openEventStoreDb,
  type EventStore,
  type StoredEvent,
} from '#event-store';
import type { Uuid } from '#kernel';
import { startEventsServer } from '#testing';
import { append, ledgerOpened, openToyLedger } from '../projection/toy.harness.js';
import { LEDGER_STREAM } from '../ledger/open-ledger.js';

/** A store with the first event of a ledger, and whoever keeps its backups. */
export interface BackedUpStore {
  /** As it stands now; another one after each of the two. */
  store(): EventStore;
  /** Keeps a copy of all events. */
  backUp(): Promise<void>;
  /** Puts the copy in the store's place: what was appended since is gone. */
  putBack(): Promise<void>;
  close(): Promise<void>;
}

/** Whether this run keeps the events in a server that speaks EventStoreDB's protocol. */
const isElsewhere = process.env['GREFFE_TEST_STORE'] === 'eventstoredb';

/** How many random histories a run has time for: a real server starts anew three times for each. */
export const histories = isElsewhere ? 4 : 12;

/** In memory, or in a server of its own where the run wants one. */
export function openBackedUpStore(ledgerId: Uuid): Promise<BackedUpStore> {
  return isElsewhere ? inServer(ledgerId) : inMemory(ledgerId);
}

/** Everything that a store holds now, in its order. */
export async function eventsOf(store: EventStore): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  const end = new AbortController();
  for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
    if (isCaughtUp(item)) break;
    events.push(item);
  }
  end.abort();
  return events;
}

async function inMemory(ledgerId: Uuid): Promise<BackedUpStore> {
  let store = await openToyLedger(ledgerId);
  let kept: readonly StoredEvent[] = [];
  return {
    store: () => store,
    backUp: async () => {
      kept = await eventsOf(store);
    },
    putBack: async () => {
      store = new InMemoryEventStore();
      for (const { stream, id, type, data, metadata } of kept)
        await append(store, stream, { id, type, data, metadata });
    },
    close: () => Promise.resolve(),
  };
}

async function inServer(ledgerId: Uuid): Promise<BackedUpStore> {
  const server = await startEventsServer();
  const open = () => openEventStoreDb({ connectionString: server.connectionString });
  let store = await open();
  await append(store, LEDGER_STREAM, ledgerOpened(ledgerId));
  // A real one is away meanwhile, and a connection from before would meet it half awake.
  const anew = async (work: () => Promise<void>): Promise<void> => {
    await store.shutdown();
    await work();
    store = await open();
  };
  return {
    store: () => store,
    backUp: () => anew(() => server.backUp()),
    putBack: () => anew(() => server.putBack()),
    close: async () => {
      await store.shutdown();
      await server.stop();
    },
  };
}
