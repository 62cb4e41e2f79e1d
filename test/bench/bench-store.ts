import { openEventStoreDb, PostgresEventStore, type OpenedEventStore } from '#event-store';
import type { BenchDatabases } from './bench-server.js';

/** The EventStoreDB that this run is about; `undefined`: events are in PostgreSQL. It should be empty. */
export const eventStoreUrl = process.env['EVENTSTORE_URL'] === '' ? undefined : process.env['EVENTSTORE_URL'];

/** Which store the figures are of. */
export const storeName = eventStoreUrl === undefined ? 'PostgreSQL' : 'EventStoreDB';

/** Opens the store that this run is about. */
export async function openBenchStore({ urls }: Pick<BenchDatabases, 'urls'>): Promise<OpenedEventStore> {
  return eventStoreUrl === undefined
    ? new PostgresEventStore({ connectionString: urls.databaseUrl })
    : openEventStoreDb({ connectionString: eventStoreUrl });
}
