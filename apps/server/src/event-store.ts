import type { Logger } from 'pino';
import { openEventStoreDb, PostgresEventStore, type OpenedEventStore } from '#event-store';
import type { RunnerLog } from '#runtime';
import type { StorePlaces } from './stores.js';

/** The store of events: EventStoreDB where one is named, else PostgreSQL. */
export async function openEventStore(
  { urls, eventStoreUrl, erasure }: StorePlaces,
  logger: Logger,
): Promise<OpenedEventStore> {
  if (eventStoreUrl === undefined) {
    // Only the owner can take bytes out of the files: a process that is no eraser does not come as the owner.
    const owner = erasure === undefined ? {} : { ownerConnectionString: urls.ownerDatabaseUrl };
    return new PostgresEventStore({ connectionString: urls.databaseUrl, ...owner });
  }
  return openEventStoreDb({
    connectionString: eventStoreUrl,
    ...(erasure?.eventStoreUrl === undefined ? {} : { eraserConnectionString: erasure.eventStoreUrl }),
    onTrouble: (error) =>
      logger.warn({ problem: error.name }, 'a subscription of the event store is resumed'),
  });
}

/** The server's log as those who follow the ledger write to it. */
export function runnerLog(logger: Logger): RunnerLog {
  return {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
  };
}
