import { Module } from '@nestjs/common';
import type pg from 'pg';
import { ConsentModule } from '#consent';
import { ContactsModule } from '#contacts';
import { PastMoments } from '#http';
import { AuditCopy, PG_POOL } from '#runtime';
import { SolicitationModule } from '#solicitation';
import { AgentLinks } from './application/agent-links.js';
import { AgentTasks } from './application/agent-tasks.js';
import { Addressees } from './application/addressees.js';
import { ContactsMade } from './application/contacts-made.js';
import { ContactsMadeBatch } from './application/contacts-made-batch.js';
import { Gate } from './application/gate.js';
import { GateNotices } from './application/gate-notices.js';
import { GatePurposes } from './application/gate-purposes.js';
import { PolicyActivations } from './application/policy-activations.js';
import { RecordedDecisions } from './application/recorded-decisions.js';
import { ToldPreferences } from './application/told-preferences.js';
import { Scrubs } from './application/scrub/scrubs.js';
import { Reservations } from './application/reservations.js';
import { AgentLinksController } from './http/agent-links.controller.js';
import { AgentPageController } from './http/agent-page.controller.js';
import { ContactsMadeController } from './http/contacts-made.controller.js';
import { PermissionsController } from './http/permissions.controller.js';
import { PolicyController } from './http/policy.controller.js';
import { PolicyPageController } from './http/policy-page.controller.js';
import { ScrubsController } from './http/scrubs.controller.js';
import { ReservationsController } from './http/reservations.controller.js';

/** The dated rules on contacting people, the gate that answers by them, and the contacts that were made. */
@Module({
  imports: [ConsentModule, ContactsModule, SolicitationModule],
  controllers: [
    AgentLinksController,
    AgentPageController,
    ContactsMadeController,
    PermissionsController,
    PolicyController,
    PolicyPageController,
    ReservationsController,
    ScrubsController,
  ],
  providers: [
    { provide: AuditCopy, useFactory: (pool: pg.Pool) => new AuditCopy(pool), inject: [PG_POOL] },
    Addressees,
    AgentLinks,
    AgentTasks,
    ContactsMade,
    ContactsMadeBatch,
    Gate,
    GateNotices,
    GatePurposes,
    PastMoments,
    PolicyActivations,
    RecordedDecisions,
    ToldPreferences,
    Reservations,
    Scrubs,
  ],
  exports: [Gate],
})
export class PermissionModule {}
