import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type pg from 'pg';
import { PastMoments } from '#http';
import { AuditCopy, PG_POOL } from '#runtime';
import { RegisterFacts } from './application/register-facts.js';
import { registerHandlers } from './application/register.commands.js';
import { CollectionFormsController } from './http/collection-forms.controller.js';
import { DataControllersController } from './http/data-controllers.controller.js';
import { NoticesController } from './http/notices.controller.js';
import { ProcessingActivitiesController } from './http/processing-activities.controller.js';
import { PurposesController } from './http/purposes.controller.js';
import { RecipientsController } from './http/recipients.controller.js';
import { RegisterController } from './http/register.controller.js';
import { RegisterLines } from './read-model/register-lines.query.js';
import { RegisterLists } from './read-model/register-lists.query.js';

/** The register: who the organisation is, why it processes, what it tells people, what its Art. 30 register holds. */
@Module({
  imports: [CqrsModule],
  controllers: [
    CollectionFormsController,
    DataControllersController,
    NoticesController,
    ProcessingActivitiesController,
    PurposesController,
    RecipientsController,
    RegisterController,
  ],
  providers: [
    RegisterFacts,
    RegisterLines,
    RegisterLists,
    PastMoments,
    { provide: AuditCopy, inject: [PG_POOL], useFactory: (pool: pg.Pool) => new AuditCopy(pool) },
    ...registerHandlers,
  ],
  exports: [RegisterLines, RegisterLists],
})
export class RegisterModule {}
