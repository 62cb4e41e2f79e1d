import {
  createLedgerDataSource,
  createLedgerPool,
  replicaConnections,
  type ConnectionBudget,
} from '#runtime';
import { readModelEntities } from './read-models.js';
import type { StorePlaces } from './stores.js';

/** What has connections of the ledger's database, or of its replica, beside the event store. */
export function openPools(places: StorePlaces, { ledger }: ConnectionBudget) {
  const { urls, readDatabaseUrl } = places;
  return {
    pool: createLedgerPool(urls.databaseUrl, { max: ledger.requests }),
    feedPool: createLedgerPool(urls.databaseUrl, { max: ledger.following, isBackground: true }),
    replica:
      readDatabaseUrl === undefined
        ? undefined
        : createLedgerPool(readDatabaseUrl, { max: replicaConnections(places) }),
    dataSource: createLedgerDataSource(urls.databaseUrl, {
      entities: readModelEntities,
      poolSize: ledger.readModels,
    }),
  };
}
