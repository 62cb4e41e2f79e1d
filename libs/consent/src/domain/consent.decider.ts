import { Rejection, type Decider } from '#kernel';
import type { ConsentEvent } from '../contract.js';
import type {
  CaptureChoices,
  ConsentCommand,
  GiveConsent,
  RefuseConsent,
  WithdrawConsent,
} from './consent.commands.js';
import { evolveConsent, initialConsentState, isAlreadySaid, type ConsentState } from './consent-state.js';
import { expireConsent, invalidateConsent, revokeConsent } from './end-consent.js';
import { assertActCanStand, consentsOf } from './give-consent.js';
import { answerRequest, requestConsent } from './request-consent.js';

/** Consent of one data subject (Art. 4(11), 7): who said yes or no to what, on what proof. */
export const consentDecider: Decider<ConsentCommand, ConsentEvent, ConsentState> = {
  initialState: initialConsentState,
  evolve: evolveConsent,
  decide(command, state) {
    switch (command.type) {
      case 'GiveConsent':
        return giveConsent(command);
      case 'CaptureChoices':
        return captureChoices(command);
      case 'RefuseConsent':
        return refuseConsent(command, state);
      case 'WithdrawConsent':
        return withdrawConsent(command, state);
      case 'RequestConsent':
        return requestConsent(command, state);
      case 'AnswerConsentRequest':
        return answerRequest(command, state);
      case 'ExpireConsent':
        return expireConsent(command, state);
      case 'RevokeConsent':
        return revokeConsent(command, state);
      case 'InvalidateConsent':
        return invalidateConsent(command, state);
    }
  },
};

/** A fresh act is fresh proof: it is recorded also where a consent stands already. */
function giveConsent({ data, metadata }: GiveConsent): readonly ConsentEvent[] {
  assertActCanStand(data, metadata.now);
  return consentsOf(data, data.agreement);
}

/** What was asked and left open is part of the proof, so the captured choices stand before their consequences. */
function captureChoices({ data, metadata }: CaptureChoices): readonly ConsentEvent[] {
  assertActCanStand(data, metadata.now);
  if (data.basis.kind !== 'form' || data.basis.form === undefined)
    throw new Rejection('collection-form-unknown');
  const { formId, version, offers } = data.basis.form;
  data.answers.forEach(({ purposeId, channel }, index) => {
    const isOffered = offers.some(
      (offer) => offer.purposeId === purposeId && offer.channels.includes(channel),
    );
    if (!isOffered) {
      throw new Rejection(
        'choice-not-offered-by-form',
        'The form version offers no such choice.',
        `/choices/${String(index)}`,
      );
    }
  });
  const form = { formId, version };
  const { actId, subjectId, occurredAt, source, indicatedBy } = data;
  return [
    {
      type: 'ChoicesCaptured',
      data: {
        actId,
        subjectId,
        form,
        answers: [...data.answers],
        ...(data.servedAt === undefined ? {} : { servedAt: data.servedAt }),
        occurredAt,
      },
    },
    ...(data.basis.form.method === 'double-opt-in' ? toConfirm(data) : consentsIn(data)),
    ...data.answers
      .filter(({ choice }) => choice === 'refused')
      .map(({ purposeId, channel }): ConsentEvent => ({
        type: 'ConsentRefused',
        data: { actId, subjectId, purposeId, channel, form, occurredAt, source, indicatedBy },
      })),
  ];
}

function consentsIn(data: CaptureChoices['data']): readonly ConsentEvent[] {
  return data.agreements.flatMap((agreement) => consentsOf(data, agreement));
}

/**
 * A form that is confirmed by a click gives no consent yet: the person is asked to confirm what they said yes to, each
 * of which could stand. Rejects: `contact-point-unknown`, `controller-unknown` (one request is one data controller's).
 */
function toConfirm(data: CaptureChoices['data']): readonly ConsentEvent[] {
  const consents = consentsIn(data).flatMap((event) => (event.type === 'ConsentGiven' ? [event.data] : []));
  const [controllerId, ...others] = new Set(consents.map((consent) => consent.controllerId));
  if (controllerId === undefined) return [];
  if (others.length > 0) {
    throw new Rejection('controller-unknown', 'The purposes belong to several data controllers.', '/choices');
  }
  const { confirmation, subjectId, actId, age, source, evidence, occurredAt, basis } = data;
  const isTheirs = data.subject.contactPoints.some(
    ({ contactPointId }) => contactPointId === confirmation?.contactPointId,
  );
  if (confirmation === undefined || !isTheirs || basis.kind !== 'form' || basis.form === undefined) {
    throw new Rejection(
      'contact-point-unknown',
      'It is confirmed by an address of theirs.',
      '/contactPoints',
    );
  }
  const { formId, version } = basis.form;
  const asks = consents.map(({ purposeId, channel }) => ({ purposeId, channel }));
  const asked = { ...confirmation, asks, form: { formId, version }, reason: 'sign-up-to-confirm' } as const;
  const signUp = { actId, age, source, ...(evidence && evidence.length > 0 && { evidence: [...evidence] }) };
  return [{ type: 'ConsentRequested', data: { ...asked, subjectId, controllerId, signUp, occurredAt } }];
}

/** Never rejects: a ledger must not lose a "no". Saying the same again, no later, records nothing new. */
function refuseConsent({ data }: RefuseConsent, state: ConsentState): readonly ConsentEvent[] {
  return isAlreadySaid(state, noOf(data)) ? [] : [{ type: 'ConsentRefused', data }];
}

/** Never rejects: a ledger must not lose a "no" (Art. 7(3)). Saying the same again, no later, records nothing new. */
function withdrawConsent({ data }: WithdrawConsent, state: ConsentState): readonly ConsentEvent[] {
  return isAlreadySaid(state, noOf(data)) ? [] : [{ type: 'ConsentWithdrawn', data }];
}

function noOf({
  purposeId,
  channel,
  controllerId,
  occurredAt,
}: WithdrawConsent['data'] | RefuseConsent['data']) {
  return { purposeId, channel, controllerId, at: occurredAt };
}
