import { handlersFor, LedgerCommand } from '#runtime';
import { consentStream } from '../contract.js';
import { consentDecider } from '../domain/consent.decider.js';
import type {
  AnswerConsentRequest,
  CaptureChoices,
  ExpireConsent,
  GiveConsent,
  InvalidateConsent,
  RefuseConsent,
  RequestConsent,
  RevokeConsent,
  WithdrawConsent,
} from '../domain/consent.commands.js';

export class GiveConsentCommand extends LedgerCommand<GiveConsent> {}
export class CaptureChoicesCommand extends LedgerCommand<CaptureChoices> {}
export class RefuseConsentCommand extends LedgerCommand<RefuseConsent> {}
export class WithdrawConsentCommand extends LedgerCommand<WithdrawConsent> {}
export class RequestConsentCommand extends LedgerCommand<RequestConsent> {}
export class AnswerConsentRequestCommand extends LedgerCommand<AnswerConsentRequest> {}
export class ExpireConsentCommand extends LedgerCommand<ExpireConsent> {}
export class RevokeConsentCommand extends LedgerCommand<RevokeConsent> {}
export class InvalidateConsentCommand extends LedgerCommand<InvalidateConsent> {}

/**
 * All handlers of `consent-<subject>`; a "no" is never lost, and an answer may hold one. An ending of one consent waits
 * its turn as a "no" does, but cannot be decided where that consent cannot be read.
 */
export const consentHandlers = handlersFor(
  consentDecider,
  ({ data }) => consentStream(data.subjectId),
  {
    GiveConsent: GiveConsentCommand,
    CaptureChoices: CaptureChoicesCommand,
    RefuseConsent: RefuseConsentCommand,
    WithdrawConsent: WithdrawConsentCommand,
    RequestConsent: RequestConsentCommand,
    AnswerConsentRequest: AnswerConsentRequestCommand,
    ExpireConsent: ExpireConsentCommand,
    RevokeConsent: RevokeConsentCommand,
    InvalidateConsent: InvalidateConsentCommand,
  },
  {
    no: ['RefuseConsent', 'WithdrawConsent', 'AnswerConsentRequest'],
    patient: ['RevokeConsent', 'InvalidateConsent'],
  },
);
