import { openEventStoreDb, PostgresEventStore, type OpenedEventStore } from '#event-store';
import { startEventsServer, type EventsServer } from '#testing';

/** Whether this run keeps the events in a server that speaks EventStoreDB's protocol instead of PostgreSQL. */
export const inEventStoreDb = process.env['GREFFE_TEST_STORE'] === 'eventstoredb';

/** Such a server where the run wants one, else `undefined`. */
export function startEvents(): Promise<EventsServer | undefined> {
  return inEventStoreDb ? startEventsServer() : Promise.resolve(undefined);
}

/** The variable that sends a server there. */
export function variablesOf(double: EventsServer | undefined): Record<string, string> {
  return double === undefined ? {} : { EVENTSTORE_URL: double.connectionString };
}

/** The events as a test looks at them: in that server, or in the ledger's database. */
export async function openEvents(
  double: EventsServer | undefined,
  databaseUrl: string,
): Promise<OpenedEventStore> {
  return double === undefined
    ? new PostgresEventStore({ connectionString: databaseUrl })
    : openEventStoreDb({ connectionString: double.connectionString });
}
