import type { Logger } from 'pino';
import { examineEventStore, openEventStoreDb, PostgresEventStore, type OpenedEventStore } from '#event-store';
import { connectionBudget, StoreWatch, type RunnerLog } from '#runtime';
import type { StorePlaces } from './stores.js';

/** How long each question of an examination of EventStoreDB waits for its answer. */
const EXAMINED_WITHIN_MS = 2000;

/** The store of events: EventStoreDB where one is named, else PostgreSQL. */
export async function openEventStore(places: StorePlaces, logger: Logger): Promise<OpenedEventStore> {
  const { urls, eventStoreUrl, erasure } = places;
  if (eventStoreUrl === undefined) {
    // Only the owner can take bytes out of the files: a process that is no eraser does not come as the owner.
    const owner = erasure === undefined ? {} : { ownerConnectionString: urls.ownerDatabaseUrl };
    const poolSize = connectionBudget(places).ledger.eventReads;
    return new PostgresEventStore({ connectionString: urls.databaseUrl, poolSize, ...owner });
  }
  return openEventStoreDb({
    connectionString: eventStoreUrl,
    ...(erasure?.eventStoreUrl === undefined ? {} : { eraserConnectionString: erasure.eventStoreUrl }),
    onTrouble: (error) =>
      logger.warn({ problem: error.name }, 'a subscription of the event store is resumed'),
  });
}

/** Who finds out why EventStoreDB cannot be used; `undefined` where the events are in PostgreSQL. */
export function watchOver(
  store: OpenedEventStore,
  { eventStoreUrl }: StorePlaces,
  logger: Logger,
): StoreWatch | undefined {
  if (eventStoreUrl === undefined) return undefined;
  const examine = () => examineEventStore(eventStoreUrl, { timeoutMs: EXAMINED_WITHIN_MS });
  return new StoreWatch({ store, examine, log: runnerLog(logger) });
}

/** The server's log as those who follow the ledger write to it. */
export function runnerLog(logger: Logger): RunnerLog {
  return {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
  };
}
