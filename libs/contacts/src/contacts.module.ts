import { Module } from '@nestjs/common';
import type pg from 'pg';
import { AuditCopy, PG_POOL, type Projection } from '#runtime';
import { ContactStates } from './application/contact-states.js';
import { PastMoments } from './application/past-moments.js';
import { SubjectHistory } from './application/subject-history.js';
import { ContactStateController } from './http/contact-state.controller.js';
import { contactStateProjection } from './read-model/contact-state.projection.js';
import { ContactStateQuery } from './read-model/contact-state.query.js';

/** Read models of this lib, for the runner of the composition root. */
export const contactsProjections: readonly Projection[] = [contactStateProjection];

/** What joins the contexts about one person (ADR 0011). */
@Module({
  controllers: [ContactStateController],
  providers: [
    { provide: AuditCopy, useFactory: (pool: pg.Pool) => new AuditCopy(pool), inject: [PG_POOL] },
    ContactStateQuery,
    ContactStates,
    PastMoments,
    SubjectHistory,
  ],
})
export class ContactsModule {}
