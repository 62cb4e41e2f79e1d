import { handlersFor, LedgerCommand } from '#runtime';
import { consentStream } from '../contract.js';
import { consentDecider } from '../domain/consent.decider.js';
import type {
  CaptureChoices,
  GiveConsent,
  RefuseConsent,
  WithdrawConsent,
} from '../domain/consent.commands.js';

export class GiveConsentCommand extends LedgerCommand<GiveConsent> {}
export class CaptureChoicesCommand extends LedgerCommand<CaptureChoices> {}
export class RefuseConsentCommand extends LedgerCommand<RefuseConsent> {}
export class WithdrawConsentCommand extends LedgerCommand<WithdrawConsent> {}

/** All handlers of `consent-<subject>`; a "no" is never lost. */
export const consentHandlers = handlersFor(
  consentDecider,
  ({ data }) => consentStream(data.subjectId),
  {
    GiveConsent: GiveConsentCommand,
    CaptureChoices: CaptureChoicesCommand,
    RefuseConsent: RefuseConsentCommand,
    WithdrawConsent: WithdrawConsentCommand,
  },
  { no: ['RefuseConsent', 'WithdrawConsent'] },
);
