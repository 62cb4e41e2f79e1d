import { Module } from '@nestjs/common';
import type pg from 'pg';
import { ConsentModule } from '#consent';
import { PastMoments } from '#http';
import { RightsModule } from '#rights';
import { AuditCopy, PG_POOL, type Projection } from '#runtime';
import { SubjectsModule } from '#subjects';
import { UnwantedAddressesModule } from './application/unwanted-addresses.module.js';
import { Captures } from './application/captures.js';
import { CatchUpAtStart } from './application/catch-up-at-start.js';
import { ChangeFeed } from './application/change-feed.js';
import { ConsentRequests } from './application/consent-requests.js';
import { ConsentExpiry } from './application/consent-expiry.js';
import { ContactStates } from './application/contact-states.js';
import { ControllerNames } from './application/controller-names.js';
import { QuestionTexts } from './application/question-texts.js';
import { PutRequests } from './application/put-requests.js';
import { RequestLinks } from './application/request-links.js';
import { ServedForms } from './application/served-forms.js';
import { SignedUpPeople } from './application/signed-up-person.js';
import { SubjectHistory } from './application/subject-history.js';
import { PurposeNames } from './application/purpose-names.js';
import { UnsubscribeLinks } from './application/unsubscribe-links.js';
import { Unsubscribing } from './application/unsubscribing.js';
import { Withdrawals } from './application/withdrawals.js';
import { AccessLogController } from './http/access-log.controller.js';
import { AskedConsentsController } from './http/asked-consents.controller.js';
import { CapturesController } from './http/captures.controller.js';
import { ChangesController } from './http/changes.controller.js';
import { ConsentWorkController } from './http/consent-work.controller.js';
import { ConsentsController } from './http/consents.controller.js';
import { ConsentRequestsController } from './http/consent-requests.controller.js';
import { ConsentRequestPageController } from './http/consent-request-page.controller.js';
import { ContactStateController } from './http/contact-state.controller.js';
import { InformationDueController } from './http/information-due.controller.js';
import { ServedTokensController } from './http/served-tokens.controller.js';
import { TimelineController } from './http/timeline.controller.js';
import { UnsubscribeController } from './http/unsubscribe.controller.js';
import { UnsubscribeLinksController } from './http/unsubscribe-links.controller.js';
import { accessLogProjection } from './read-model/access-log.projection.js';
import { AccessLogQuery } from './read-model/access-log.query.js';
import { ConsentWork } from './read-model/consent-work.query.js';
import { contactStateProjection } from './read-model/contact-state.projection.js';
import { ContactStateQuery } from './read-model/contact-state.query.js';
import { DueConsentsQuery } from './read-model/due-consents.query.js';
import { informationProjection } from './read-model/information.projection.js';
import { InformationDuties } from './read-model/information.query.js';
import { OpenRequests } from './read-model/open-requests.query.js';
import { StandingQuery } from './read-model/standing.query.js';
import { timelineProjection } from './read-model/timeline.projection.js';
import { TimelineQuery } from './read-model/timeline.query.js';

/** Read models of this lib, for the runner of the composition root. */
export const contactsProjections: readonly Projection[] = [
  contactStateProjection,
  timelineProjection,
  accessLogProjection,
  informationProjection,
];

/** What joins the contexts about one person (ADR 0011). */
@Module({
  imports: [UnwantedAddressesModule, ConsentModule, RightsModule, SubjectsModule],
  controllers: [
    AccessLogController,
    AskedConsentsController,
    CapturesController,
    ChangesController,
    ConsentRequestPageController,
    ConsentRequestsController,
    ConsentWorkController,
    ConsentsController,
    ContactStateController,
    InformationDueController,
    ServedTokensController,
    TimelineController,
    UnsubscribeController,
    UnsubscribeLinksController,
  ],
  providers: [
    { provide: AuditCopy, useFactory: (pool: pg.Pool) => new AuditCopy(pool), inject: [PG_POOL] },
    AccessLogQuery,
    Captures,
    CatchUpAtStart,
    ChangeFeed,
    ConsentRequests,
    ContactStateQuery,
    ContactStates,
    ControllerNames,
    ConsentExpiry,
    ConsentWork,
    ContactStateQuery,
    ContactStates,
    DueConsentsQuery,
    InformationDuties,
    OpenRequests,
    PastMoments,
    PurposeNames,
    PutRequests,
    QuestionTexts,
    RequestLinks,
    ServedForms,
    SignedUpPeople,
    StandingQuery,
    SubjectHistory,
    TimelineQuery,
    UnsubscribeLinks,
    Unsubscribing,
    Withdrawals,
  ],
  exports: [ConsentExpiry, ContactStates, PurposeNames],
})
export class ContactsModule {}
