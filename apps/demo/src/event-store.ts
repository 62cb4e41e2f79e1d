import { openEventStoreDb } from '#event-store';
import { ledgerInStore } from '#runtime';

/** The store that `EVENTSTORE_URL` names holds a ledger already: acts are not deleted, so the demo leaves it alone. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/** Throws {@link StoreInUse} unless the store is empty, and what keeps it from answering. */
export async function assertEmpty(connectionString: string, inUse: string): Promise<void> {
  const store = await openEventStoreDb({ connectionString });
  try {
    if ((await ledgerInStore(store)) !== undefined) throw new StoreInUse(inUse);
  } finally {
    await store.shutdown();
  }
}
