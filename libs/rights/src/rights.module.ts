import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ErasureReactor } from './application/erasure.reactor.js';
import { ErasureSaga } from './application/erasure-saga.js';
import { Objections } from './application/objections.js';
import { Purgers } from './application/purgers.js';
import { RestoreGuard } from './application/restore-guard.js';
import { RightsFactsReader } from './application/rights-facts.js';
import { rightsHandlers } from './application/rights.commands.js';
import { Statements } from './application/statements.js';
import { SuppressionEntries } from './application/suppression-entries.js';
import { SuppressionPreparation } from './application/suppression-preparation.js';
import { SuppressionListReactor } from './application/suppression-list.reactor.js';
import { ValueClaims } from './application/value-claims.js';
import { ValueErasureSaga } from './application/value-erasure-saga.js';
import { ErasuresController } from './http/erasures.controller.js';
import { RightsController } from './http/rights.controller.js';
import { SuppressionsController } from './http/suppressions.controller.js';

/** Restriction, objection, erasure, and the list that outlives it. */
@Module({
  imports: [CqrsModule],
  controllers: [ErasuresController, RightsController, SuppressionsController],
  providers: [
    ErasureReactor,
    ErasureSaga,
    Objections,
    Purgers,
    RestoreGuard,
    RightsFactsReader,
    Statements,
    SuppressionEntries,
    SuppressionListReactor,
    SuppressionPreparation,
    ValueClaims,
    ValueErasureSaga,
    ...rightsHandlers,
  ],
  exports: [ErasureReactor, RestoreGuard, SuppressionEntries, SuppressionListReactor],
})
export class RightsModule {}
