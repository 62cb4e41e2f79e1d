export * from './contract.js';
export { ErasureReactor } from './application/erasure.reactor.js';
export { Eraser } from './eraser/eraser.js';
export { rightsMigrations } from './eraser/eraser.migrations.js';
export { RestoreGuard } from './application/restore-guard.js';
export { SuppressionEntries, type UnwantedContact } from './application/suppression-entries.js';
export { SuppressionListReactor } from './application/suppression-list.reactor.js';
export { rightsProjections } from './read-model/recipient-package.projection.js';
export { RightsModule } from './rights.module.js';
