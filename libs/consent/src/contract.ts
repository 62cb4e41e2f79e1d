import { Type, type Static } from 'typebox';
import { channels, expressionMethods, indicators, languages, type Upcaster } from '#kernel';
import {
  declareEvents,
  EvidenceRefShape,
  InstantShape,
  OneOf,
  Sha256Shape,
  SlugShape,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';
import { endings } from './contract/endings.js';
import { ages, AnswersShape, requests, requestUpcasters } from './contract/requests.js';

export { consentDefects, revocationReasons } from './contract/endings.js';
export {
  answerChoices,
  MAX_QUESTIONS,
  requestReasons,
  requestState,
  type RequestState,
} from './contract/requests.js';
import { information } from './contract/information.js';
import { preferences } from './contract/preferences.js';
import { SourceShape } from './contract/source.js';

export {
  informationArticles,
  informationMeans,
  type InformationArticle,
  type InformationMeans,
} from './contract/information.js';
export { SourceShape, type Source } from './contract/source.js';
export { MAX_TOPICS, preferredFrequencies, type PreferredFrequency } from './contract/preferences.js';

/** The purpose of a "no": one purpose, every purpose, or one that the ledger does not know (blocks like `all`). */
export const NoPurposeShape = Type.Union([UuidShape, Type.Literal('all'), Type.Literal('unknown')]);
/** The channel of a "no": one channel, or every channel, later ones included. */
export const NoChannelShape = OneOf([...channels, 'all']);

/** What was shown and how the person answered: what Art. 7(1) asks to demonstrate. */
export const ProofShape = Strict({
  /** The collection form version, if one was used. */
  form: Type.Optional(Strict({ formId: UuidShape, version: Type.Integer({ minimum: 1 }) })),
  notice: Strict({
    noticeId: UuidShape,
    version: Type.Integer({ minimum: 1 }),
    language: OneOf(languages),
    sha256: Sha256Shape,
  }),
  expression: Strict({
    method: OneOf(expressionMethods),
    /** A pre-ticked box is refused; `not-applicable` is for speech and signatures. */
    defaultState: OneOf(['unchecked', 'not-applicable']),
    /** SHA-256 of the words beside the box or of what was asked aloud. */
    labelSha256: Sha256Shape,
  }),
  /** Methods shown to the person for withdrawing (Art. 7(3)); empty means that none was shown. */
  withdrawalMethods: Type.Array(SlugShape, { maxItems: 10, uniqueItems: true }),
});
export type Proof = Static<typeof ProofShape>;

const no = {
  /** The act that said it: one act may say several things. */
  actId: UuidShape,
  subjectId: UuidShape,
  purposeId: NoPurposeShape,
  channel: NoChannelShape,
  /** One data controller only; absent means every one. */
  controllerId: Type.Optional(UuidShape),
  occurredAt: InstantShape,
  source: SourceShape,
  indicatedBy: OneOf(indicators),
  /** The unknown purpose as it was worded, or other context, sealed. */
  evidence: Type.Optional(Type.Array(EvidenceRefShape, { maxItems: 8 })),
};

/** Consent (Art. 4(11), 7): one fact per subject, purpose and channel. */
export const consentEvents = declareEvents('consent', {
  ChoicesCaptured: {
    version: 1,
    category: 'consent',
    meaning:
      'A person submitted a collection form; says what was asked and what was left unanswered. Stands before the consents and refusals of the same act.',
    data: Strict({
      actId: UuidShape,
      subjectId: UuidShape,
      form: Strict({ formId: UuidShape, version: Type.Integer({ minimum: 1 }) }),
      answers: AnswersShape,
      /** When a token signed by the server says that form and notice were served. */
      servedAt: Type.Optional(InstantShape),
      occurredAt: InstantShape,
    }),
  },
  ConsentGiven: {
    version: 1,
    category: 'consent',
    meaning:
      'The person agreed to one purpose on one channel (Art. 6(1)(a)), with the proof that Art. 7(1) asks for.',
    data: Strict({
      consentId: UuidShape,
      actId: UuidShape,
      subjectId: UuidShape,
      purposeId: UuidShape,
      /** Revision of the purpose as it stood. */
      purposeRevision: Type.Integer({ minimum: 0 }),
      channel: OneOf(channels),
      controllerId: UuidShape,
      /** Third party that collected it for the data controller. */
      collectorId: Type.Optional(UuidShape),
      /** The addresses and numbers it covers; a contact point added later is not covered. Empty where the channel has none. */
      contactPointIds: Type.Array(UuidShape, { maxItems: 50, uniqueItems: true }),
      /** Nature of goods or services, for the phone (C. conso. R.223-1). */
      goodsNature: Type.Optional(Type.Array(SlugShape, { minItems: 1, maxItems: 20, uniqueItems: true })),
      /** Recipients named to the person; "our partners" is not a recipient. */
      namedRecipientIds: Type.Array(UuidShape, { maxItems: 100, uniqueItems: true }),
      consentType: OneOf(['expressed', 'explicit']),
      proof: ProofShape,
      indicatedBy: OneOf(indicators),
      age: OneOf(ages),
      /** Consent of the holder of parental authority (LIL Art. 45). */
      parentalConsent: Type.Optional(EvidenceRefShape),
      source: SourceShape,
      occurredAt: InstantShape,
      /** End of validity stated to the person; the phone allows one year at most (R.223-1 I 3°). */
      validUntil: Type.Optional(InstantShape),
      /** Precise slots the person accepted for being called (D.223-9). */
      acceptedSlots: Type.Optional(
        Type.Array(Strict({ from: InstantShape, to: InstantShape }), { minItems: 1, maxItems: 20 }),
      ),
      evidence: Type.Optional(Type.Array(EvidenceRefShape, { maxItems: 8 })),
    }),
  },
  ConsentRefused: {
    version: 1,
    category: 'consent',
    meaning: 'The person was asked and said no. Never declined by the ledger.',
    data: Strict({
      ...no,
      form: Type.Optional(Strict({ formId: UuidShape, version: Type.Integer({ minimum: 1 }) })),
    }),
  },
  ConsentWithdrawn: {
    version: 1,
    category: 'consent',
    meaning:
      'The person took a consent back (Art. 7(3)), also one that the ledger never saw. Never declined by the ledger.',
    data: Strict({
      ...no,
      reason: Type.Optional(
        OneOf(['none-given', 'too-frequent', 'not-relevant', 'never-agreed', 'complaint']),
      ),
    }),
  },
  ...requests,
  ...endings,
  ...information,
  ...preferences,
});

/** How facts of this context that were written in former versions are read. */
export const consentUpcasters: readonly Upcaster[] = requestUpcasters;

/** Every fact of this context. */
export type ConsentContextEvent = EventsOf<typeof consentEvents>;
/** Facts of `information-<uuid>`. */
export type InformationEvent = Extract<ConsentContextEvent, { type: 'InformationGiven' }>;
/** Facts of `preferences-<uuid>`. */
export type PreferencesEvent = Extract<ConsentContextEvent, { type: 'PreferencesStated' }>;
/** Facts of `consent-<uuid>`. */
export type ConsentEvent = Exclude<ConsentContextEvent, InformationEvent | PreferencesEvent>;
export type ConsentGiven = Extract<ConsentEvent, { type: 'ConsentGiven' }>['data'];

/** Stream of the consents of one data subject. */
export const consentStream = (subjectId: string): string => `consent-${subjectId}`;
/** Stream of what one data subject was informed of. */
export const informationStream = (subjectId: string): string => `information-${subjectId}`;
/** Stream of what one data subject likes to read. */
export const preferencesStream = (subjectId: string): string => `preferences-${subjectId}`;
