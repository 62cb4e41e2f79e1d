export { createCodec, type EncodedEvent, type EventCodec } from './codec/codec.js';
export { UndecodableEvent, UnencodableEvent, type UndecodableReason } from './codec/errors.js';
export { checkGolden, codecOfContext } from './codec/golden.js';
export { METADATA_SCHEMA } from './codec/metadata-schema.js';
export * from './errors.js';
export {
  BadConnectionString,
  describeAddress,
  parseConnectionString,
  type StoreAddress,
} from './eventstoredb/connection-string.js';
export type { EndpointFault } from './eventstoredb/endpoint-fault.js';
export type { NodeFinding, StoreFindings, UserFinding } from './eventstoredb/check-up.js';
export {
  examineEventStore,
  grantEventStoreRights,
  openEventStoreDb,
  type OpenedEventStore,
} from './eventstoredb/open-eventstoredb.js';
export { storeUsers, userPlan, type StoreUser } from './eventstoredb/rights-plan.js';
export type { RightsOptions, RightsStep } from './eventstoredb/rights.js';
export type { EventStoreDbOptions } from './eventstoredb/settings.js';
export { InMemoryEventStore } from './memory/in-memory-event-store.js';
export * from './port.js';
export { migrateEventStore, type EventStoreRoles } from './postgres/migrate.js';
export { PostgresEventStore } from './postgres/postgres-event-store.js';
export { streamEndsSql } from './postgres/stream-ends.js';
export { CONNECTIONS_BESIDE_READS, type PostgresEventStoreOptions } from './postgres/settings.js';
export * from './registry.js';
export { categoryOf, isPersonalStream, isStreamName, isSystemEvent } from './stream-name.js';
