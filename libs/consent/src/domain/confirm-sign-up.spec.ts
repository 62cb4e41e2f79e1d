import { describe, expect, it } from '@jest/globals';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { ConsentEvent } from '../contract.js';
import type { CaptureChoices } from './consent.commands.js';
import { consentDecider } from './consent.decider.js';
import { standingConsent } from './consent-state.js';
import {
  act,
  actId,
  agreement,
  controllerId,
  email,
  form,
  formId,
  metadata,
  monday,
  no,
  notice,
  purpose,
  purposeId,
  subjectId,
} from './consent.fixture.js';

// Goal: a form that is confirmed by a click gives no consent by itself: it asks, and keeps each no. Method:
// given/when/then over the same sign-up, through such a form.

const { given } = specificationOf(consentDecider);
const confirmed = { ...form, method: 'double-opt-in' };
const confirmation = {
  requestId: 'eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee',
  contactPointId: email.contactPointId,
  expiresAt: '2026-11-25T09:00:00.000Z',
};
const answers = [
  { purposeId, channel: 'email', choice: 'given' },
  { purposeId, channel: 'phone-human', choice: 'refused' },
] as const;
const signUp = (change: Partial<CaptureChoices['data']> = {}): CaptureChoices => ({
  type: 'CaptureChoices',
  data: {
    ...{ ...act, basis: { kind: 'form', form: confirmed, notice } },
    ...{ answers, agreements: [agreement], confirmation },
    ...change,
  },
  metadata,
});
const ofAct = { actId, subjectId, occurredAt: monday, form: { formId, version: 2 } };
const captured: Extract<ConsentEvent, { type: 'ChoicesCaptured' }> = {
  type: 'ChoicesCaptured',
  data: { ...ofAct, answers: [...answers] },
};
const { source, indicatedBy, age } = act;
const requested: ConsentEvent = {
  type: 'ConsentRequested',
  data: {
    ...{ ...confirmation, subjectId, controllerId, reason: 'sign-up-to-confirm' },
    ...{ form: ofAct.form, occurredAt: monday, signUp: { actId, age, source } },
    asks: [{ purposeId, channel: 'email' }],
  },
};
const refused: ConsentEvent = {
  type: 'ConsentRefused',
  data: { ...ofAct, purposeId, channel: 'phone-human', source, indicatedBy },
};

describe('a sign-up through a form that is confirmed by a click', () => {
  it('asks for what it says yes to, refuses what it says no to, and gives no consent', () => {
    given().when(signUp()).then(captured, requested, refused);
    const state = fold(consentDecider, [captured, requested, refused]);
    expect(standingConsent(state, { purposeId, channel: 'email', controllerId })).toBeUndefined();
  });

  it('is confirmed also against an older no: the person came by themselves', () => {
    const withdrawn: ConsentEvent = { type: 'ConsentWithdrawn', data: no() };
    given(withdrawn).when(signUp()).then(captured, requested, refused);
  });

  it('asks nothing where it says yes to nothing', () => {
    const [, toCalls] = answers;
    given()
      .when(signUp({ answers: [toCalls], agreements: [] }))
      .then({ ...captured, data: { ...captured.data, answers: [toCalls] } }, refused);
  });

  it('is declined where no address of the person says where the link goes', () => {
    const { confirmation: _, ...without } = signUp().data;
    given()
      .when({ ...signUp(), data: without })
      .thenRejected('contact-point-unknown');
    const foreign = { ...confirmation, contactPointId: 'bbbbbbbb-0000-4bbb-8bbb-bbbbbbbbbbbb' };
    given()
      .when(signUp({ confirmation: foreign }))
      .thenRejected('contact-point-unknown');
  });

  it('is declined as any other: an erased person, a purpose that rests on something else, two data controllers', () => {
    given()
      .when(signUp({ subject: { status: 'erased', contactPoints: [] } }))
      .thenRejected('subject-erased');
    const byContract = {
      ...purpose,
      variants: [{ audiences: ['consumer'], lawfulBasis: 'contract' }],
    } as const;
    given()
      .when(signUp({ agreements: [{ ...agreement, purpose: byContract }] }))
      .thenRejected('lawful-basis-is-not-consent');
    const other = { ...purpose, controllerId: '99999999-9999-4999-8999-999999999999' };
    given()
      .when(signUp({ agreements: [agreement, { ...agreement, purpose: other }] }))
      .thenRejected('controller-unknown');
  });
});
