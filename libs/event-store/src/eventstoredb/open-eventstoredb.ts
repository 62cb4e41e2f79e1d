import type { EventStore, EventStoreErasure } from '../port.js';
import type { StoreFindings } from './check-up.js';
import type { RightsOptions, RightsStep } from './rights.js';
import type { EventStoreDbOptions } from './settings.js';

/** An event store that somebody opened and has to shut down. */
export interface OpenedEventStore extends EventStore, EventStoreErasure {
  /**
   * The nodes that have a copy of the log now, by the names that purges and probes give them: one that nobody has
   * searched may hold what was removed elsewhere. Throws `Unavailable` when no node answers.
   */
  nodes(): Promise<readonly string[]>;
  /** Ends the subscriptions, finishes the appends that are on their way and closes every connection. */
  shutdown(): Promise<void>;
}

/**
 * The event store in EventStoreDB or KurrentDB. Its client is loaded here and not before, because it takes a third of a
 * second and 25 MB of every process, and most have no use for it. Connects to nothing yet. Throws `BadConnectionString`.
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<OpenedEventStore> {
  const { EventStoreDbEventStore } = await import('./eventstoredb-event-store.js');
  return new EventStoreDbEventStore(options);
}

/** Makes the ledger's users and access lists, as an administrator of the server; see `rights-plan.ts`. Idempotent. */
export async function grantEventStoreRights(options: RightsOptions): Promise<readonly RightsStep[]> {
  const { grantRights } = await import('./rights.js');
  return grantRights(options);
}

/** How a store and its user stand, as seen from here, see `examine`; it changes nothing. Throws `BadConnectionString` only. */
export async function examineEventStore(
  connectionString: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<StoreFindings> {
  const { examine } = await import('./check-up.js');
  return examine(connectionString, options);
}
