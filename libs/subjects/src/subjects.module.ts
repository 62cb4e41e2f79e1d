import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ClaimReaper } from './application/claim-reaper.js';
import { ContactPointChanges } from './application/contact-point-changes.js';
import { ContactValues } from './application/contact-values.js';
import { StandingClaims } from './application/standing-claims.js';
import { LookUps } from './application/look-ups.js';
import { StaffEnrolment } from './application/staff-enrolment.js';
import { RelationshipBatch } from './application/relationship-batch.js';
import { RelationshipEvents } from './application/relationship-events.js';
import { SubjectFacts } from './application/subject-facts.js';
import { SubjectRegistration } from './application/subject-registration.js';
import { subjectHandlers } from './application/subject.commands.js';
import { ArchiveController } from './http/archive.controller.js';
import { LooksController } from './http/looks.controller.js';
import { RelationshipsController } from './http/relationships.controller.js';
import { SubjectsController } from './http/subjects.controller.js';

/** Data subjects, their contact points, and who looked at them. */
@Module({
  imports: [CqrsModule],
  controllers: [ArchiveController, LooksController, RelationshipsController, SubjectsController],
  providers: [
    ClaimReaper,
    ContactPointChanges,
    ContactValues,
    StandingClaims,
    LookUps,
    StaffEnrolment,
    RelationshipBatch,
    RelationshipEvents,
    SubjectFacts,
    SubjectRegistration,
    ...subjectHandlers,
  ],
  exports: [ClaimReaper, ContactValues, LookUps, StaffEnrolment, SubjectFacts, SubjectRegistration],
})
export class SubjectsModule {}
