export * from './audit/audit-copy.js';
export type { EntryAlarm } from './audit/audit-records.js';
export { AuditCopyHalted, AuditWriter } from './audit/audit-writer.js';
export * from './audit/entry.js';
export { auditMigrations } from './audit/migrations.js';
export * from './command/command-context.js';
export * from './command/command-log-errors.js';
export * from './command/command-log.js';
export * from './command/command-request.js';
export * from './command/decider-runner.js';
export { eventIdOf, metadataOf, requestOf, subjectsOfStream, type Step } from './command/event-metadata.js';
export * from './command/handlers-for.js';
export * from './command/ledger-reader.js';
export * from './command/outcome.js';
export type { StreamHistory } from './command/stream-history.js';
export * from './command/row-commands.js';
export * from './command/stream-ends.js';
export * from './command/stream-writer.js';
export * from './command/tokens.js';
export * from './command/write-path-probe.js';
export * from './config/index.js';
export * from './contract.js';
export { examine } from './doctor/doctor.js';
export type { Finding, FindingCode, Verdict } from './doctor/finding.js';
export type { StoreCause } from './doctor/store-cause.js';
export { languageOf, lineOf, type Language } from './doctor/texts.js';
export * from './embedded/index.js';
export { gateCategories, RecordedNotYetEffective, type Floor, type GateCategory } from './gate/floor.js';
export * from './gate/gate-floor.js';
export * from './ledger/connection-budget.js';
export * from './ledger/data-source.js';
export * from './ledger/database-unavailable.js';
export * from './ledger/ledger.js';
export * from './ledger/ledger-gate.js';
export * from './ledger/ledger-refused.js';
export * from './ledger/migrate-ledger-database.js';
export * from './ledger/open-ledger.js';
export * from './ledger/read-side.js';
export * from './ledger/opening-steps.js';
export * from './ledger/opening-trouble.js';
export * from './ledger/same-ledger.js';
export * from './ledger/store-watch.js';
export { isTooManyConnections, TOO_MANY_CONNECTIONS } from './ledger/too-many-connections.js';
export { ledgerMigrations } from './migrations/ledger-migrations.js';
export * from './nest/housekeeping.js';
export * from './nest/runtime.module.js';
export * from './nest/system.js';
export * from './nest/tokens.js';
export * from './personal/key-declaration.js';
export * from './personal/next-generation.js';
export * from './personal/personal-data.js';
export { SealedEntries, type SealedAbout, type SealedEntry } from './personal/sealed-entries.js';
export {
  backgroundRoles,
  missingRoles,
  presenceOf,
  standsStill,
  type BackgroundRole,
  type MissingRole,
} from './presence/role-presence.js';
export * from './program.js';
export { StoredCheckpoints } from './projection/checkpoint-reader.js';
export { concernedBy } from './projection/concerned.js';
export { faultPoints, type FaultHook, type FaultPoint } from './projection/fault-points.js';
export type { FollowerPhase, FollowerState } from './projection/follower.js';
export { LedgerFeed, type LedgerFeedOptions } from './projection/ledger-feed.js';
export { projectionMigrations } from './projection/migrations.js';
export { ParkedEvents, type ParkedEntry, type ParkedEvent } from './projection/parked-events.js';
export type { Place } from './projection/place.js';
export type { Comparison, TableComparison } from './projection/comparison.js';
export * from './projection/projection-control.js';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection/projection-runner.js';
export * from './projection/projection.js';
export { APP_ROLE } from './projection/read-model-tables.js';
export type { RebuildPhase, RebuildStatus } from './projection/rebuild-record.js';
export { SILENT, type RunnerLog } from './projection/runner-log.js';
export { hashOf, type SchemaHash, type TableHash } from './projection/table-hash.js';
export { RetryLater } from './reactor/outage.js';
export { ReactorRunner, type ReactorRunnerOptions } from './reactor/reactor-runner.js';
export {
  acceptRestoredStore,
  type Acceptance,
  type AcceptanceParts,
  type StoreRestored,
} from './restored/accept-restored-store.js';
export { StoreChangedMeanwhile } from './restored/reenter.js';
export { linesOf, restoredText } from './restored/restored-texts.js';
export { differenceOf, type StoreDifference } from './restored/store-difference.js';
export * from './schedule/recurring.js';
export * from './schedule/work-meter.js';
