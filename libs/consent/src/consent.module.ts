import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { Acts } from './application/acts.js';
import { Asking } from './application/asking.js';
import { ConsentFacts } from './application/consent-facts.js';
import { consentHandlers } from './application/consent.commands.js';
import { EndingConsents } from './application/ending-consents.js';
import { ConsentEvidence } from './application/evidence.js';
import { ExpiringConsents } from './application/expiring-consents.js';
import { GivingInformation } from './application/giving-information.js';
import { preferencesHandlers, StatedPreferences } from './application/preferences.js';
import { SayingNo } from './application/saying-no.js';
import { SayingYes } from './application/saying-yes.js';
import { ConsentEndingsController } from './http/consent-endings.controller.js';
import { ConsentController } from './http/consent.controller.js';
import { InformationController } from './http/information.controller.js';
import { PreferencesController } from './http/preferences.controller.js';

/** Consent: who was told what, said yes or no to what on what proof, and likes to read what. */
@Module({
  imports: [CqrsModule],
  controllers: [ConsentController, ConsentEndingsController, InformationController, PreferencesController],
  providers: [
    Acts,
    Asking,
    ConsentEvidence,
    ConsentFacts,
    EndingConsents,
    ExpiringConsents,
    GivingInformation,
    SayingNo,
    SayingYes,
    StatedPreferences,
    ...consentHandlers,
    ...preferencesHandlers,
  ],
  exports: [Asking, ExpiringConsents, SayingNo, SayingYes, StatedPreferences],
})
export class ConsentModule {}
