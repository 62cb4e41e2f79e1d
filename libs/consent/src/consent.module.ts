import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ConsentFacts } from './application/consent-facts.js';
import { consentHandlers } from './application/consent.commands.js';
import { ConsentEvidence } from './application/evidence.js';
import { SayingNo } from './application/saying-no.js';
import { SayingYes } from './application/saying-yes.js';
import { ConsentController } from './http/consent.controller.js';

/** Consent: who said yes or no to what, on what proof. */
@Module({
  imports: [CqrsModule],
  controllers: [ConsentController],
  providers: [ConsentEvidence, ConsentFacts, SayingNo, SayingYes, ...consentHandlers],
  exports: [SayingNo, SayingYes],
})
export class ConsentModule {}
