import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ArchivePreparation } from './application/archive-preparation.js';
import { CertificateFacts } from './application/certificate-facts.js';
import { ErasureReactor } from './application/erasure.reactor.js';
import { ErasureSaga } from './application/erasure-saga.js';
import { KeyDestruction } from './application/key-destruction.js';
import { Objections } from './application/objections.js';
import { Purgers } from './application/purgers.js';
import { RecipientDirectory } from './application/recipient-directory.js';
import { RecipientNotification } from './application/recipient-notification.js';
import { RecipientPackages } from './application/recipient-packages.js';
import { RestoreGuard } from './application/restore-guard.js';
import { RightsFactsReader } from './application/rights-facts.js';
import { rightsHandlers } from './application/rights.commands.js';
import { Statements } from './application/statements.js';
import { SuppressionEntries } from './application/suppression-entries.js';
import { SuppressionPreparation } from './application/suppression-preparation.js';
import { SuppressionMatches } from './application/suppression-matches.js';
import { SuppressionListReactor } from './application/suppression-list.reactor.js';
import { ValueClaims } from './application/value-claims.js';
import { ValueErasureSaga } from './application/value-erasure-saga.js';
import { AuditFacts } from './eraser/audit-facts.js';
import { ErasureEnd } from './eraser/erasure-end.js';
import { Eraser } from './eraser/eraser.js';
import { EraserTurn } from './eraser/eraser-turn.js';
import { ErasuresUnderWay } from './eraser/erasures-under-way.js';
import { PurgeRecord } from './eraser/purge-record.js';
import { PurgeRuns } from './eraser/purge-runs.js';
import { PurgeTelling } from './eraser/purge-telling.js';
import { RetainedEnds } from './eraser/retained-ends.js';
import { StreamClosing } from './eraser/stream-closing.js';
import { ErasuresController } from './http/erasures.controller.js';
import { PurgesController } from './http/purges.controller.js';
import { RightsController } from './http/rights.controller.js';
import { SuppressionsController } from './http/suppressions.controller.js';
import { RecipientPackagesController } from './http/recipient-packages.controller.js';
import { DuePackages } from './read-model/recipient-package.query.js';
import { ValueErasuresController } from './http/value-erasures.controller.js';

/** What only the role eraser runs. */
const eraser = [
  AuditFacts,
  Eraser,
  EraserTurn,
  ErasureEnd,
  ErasuresUnderWay,
  PurgeRecord,
  PurgeRuns,
  PurgeTelling,
  RetainedEnds,
  StreamClosing,
];

/** Restriction, objection, erasure, and the list that outlives it. */
@Module({
  imports: [CqrsModule],
  controllers: [
    ErasuresController,
    PurgesController,
    RecipientPackagesController,
    RightsController,
    SuppressionsController,
    ValueErasuresController,
  ],
  providers: [
    ArchivePreparation,
    CertificateFacts,
    ErasureReactor,
    ErasureSaga,
    KeyDestruction,
    Objections,
    DuePackages,
    Purgers,
    RecipientDirectory,
    RecipientNotification,
    RecipientPackages,
    RestoreGuard,
    RightsFactsReader,
    Statements,
    SuppressionEntries,
    SuppressionListReactor,
    SuppressionMatches,
    SuppressionPreparation,
    ValueClaims,
    ValueErasureSaga,
    ...eraser,
    ...rightsHandlers,
  ],
  exports: [
    Eraser,
    ErasureReactor,
    RestoreGuard,
    SuppressionEntries,
    SuppressionListReactor,
    SuppressionMatches,
  ],
})
export class RightsModule {}
