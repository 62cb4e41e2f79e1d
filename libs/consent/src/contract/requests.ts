import { Type } from 'typebox';
import { channels, type Upcaster } from '#kernel';
import { EvidenceRefShape, InstantShape, OneOf, Strict, UuidShape } from '#event-store/contract';
import { SourceShape } from './source.js';

/** Why a person is asked: by their own sign-up, as a new contact, or because what they agreed to changes or ends. */
export const requestReasons = [
  'sign-up-to-confirm',
  'new-contact',
  'notice-changed',
  'consent-ending',
  'retention-ending',
] as const;

/** How a question of a form or of a request was answered. */
export const answerChoices = ['given', 'refused', 'not-answered'] as const;

/** What a person said of their age (LIL Art. 45). */
export const ages = ['not-asserted', 'adult', 'minor-15-or-over', 'under-15'] as const;

/** Questions that one request or one form may put. */
export const MAX_QUESTIONS = 100;

const question = { purposeId: UuidShape, channel: OneOf(channels) };

/** Answers to questions of one purpose on one channel each. */
export const AnswersShape = Type.Array(Strict({ ...question, choice: OneOf(answerChoices) }), {
  minItems: 1,
  maxItems: MAX_QUESTIONS,
});

/** Part of the contract: the person is asked, and answers by a link that was sent to an address of theirs. */
export const requests = {
  ConsentRequested: {
    version: 2,
    category: 'consent',
    meaning:
      'The person is asked for consent by a link sent to an address of theirs, in the words of a collection form. Permits nothing; it lapses by itself.',
    data: Strict({
      requestId: UuidShape,
      subjectId: UuidShape,
      controllerId: UuidShape,
      asks: Type.Array(Strict(question), { minItems: 1, maxItems: MAX_QUESTIONS }),
      /** The address to which the link is sent: an answer counts only while the person has it. */
      contactPointId: UuidShape,
      /** Its words, notice and validity are what is asked. */
      form: Strict({ formId: UuidShape, version: Type.Integer({ minimum: 1 }) }),
      reason: OneOf(requestReasons),
      /** The sign-up that the person confirms: what it said goes into the consents that follow from the click. */
      signUp: Type.Optional(
        Strict({
          actId: UuidShape,
          age: OneOf(ages),
          source: SourceShape,
          evidence: Type.Optional(Type.Array(EvidenceRefShape, { maxItems: 8 })),
        }),
      ),
      /** Earlier requests of the person whose links take no yes any more: this one stands in their place. */
      supersedes: Type.Optional(
        Type.Array(UuidShape, { minItems: 1, maxItems: MAX_QUESTIONS, uniqueItems: true }),
      ),
      occurredAt: InstantShape,
      /** From this instant on a yes is not taken any more; no event says so. */
      expiresAt: InstantShape,
    }),
  },
  ConsentRequestAnswered: {
    version: 1,
    category: 'consent',
    meaning:
      'The person answered a request, once. Stands before the consents and refusals of the same act, in the same append.',
    data: Strict({
      requestId: UuidShape,
      subjectId: UuidShape,
      actId: UuidShape,
      answers: AnswersShape,
      occurredAt: InstantShape,
    }),
  },
} as const;

/** Part of the contract: how events of former versions are read. */
export const requestUpcasters: readonly Upcaster[] = [
  // Version 1 could not say that a request takes the place of another one, so none did.
  { type: 'ConsentRequested', from: 1, upcast: (data) => data },
];

/** What has become of a request. */
export type RequestState = 'open' | 'answered' | 'superseded' | 'lapsed' | 'moved' | 'ended';

/** What keeps a yes to a request from counting: the first that is so, `open` if none is. */
export function requestState(
  hindrances: Readonly<Record<Exclude<RequestState, 'open'>, boolean>>,
): RequestState {
  const order = ['answered', 'superseded', 'lapsed', 'moved', 'ended'] as const;
  return order.find((state) => hindrances[state]) ?? 'open';
}
