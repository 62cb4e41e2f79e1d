import type { TimelineData } from '../timeline-event.js';
import { defectWords, requestWords, revocationWords } from './consent-life-words.js';
import { tally } from './consent-sentences.js';
import { counted, enumerated, onDay, onQuestion, type Names } from './phrases.js';
import type { SentenceTable } from './table.js';
import type { SentenceLanguage } from './words.js';

/** Questions that a sentence names one by one; more are counted. */
const MAX_NAMED = 3;

/** What is told of a consent before it is given, and of its end otherwise than by a "no" of the person. */
export const consentLifeSentences: SentenceTable<
  'ConsentRequested' | 'ConsentRequestAnswered' | 'ConsentExpired' | 'ConsentRevoked' | 'ConsentInvalidated'
> = {
  ConsentRequested: {
    fr: (data, names) =>
      `Le consentement de la personne est demandé ${asked(data, names, 'fr')}, réponse possible jusqu’au ${onDay(
        data.expiresAt,
        'fr',
      )} (${requestWords[data.reason].fr})${instead(data, 'fr')}.`,
    en: (data, names) =>
      `The person is asked for consent ${asked(data, names, 'en')}, to be answered until ${onDay(
        data.expiresAt,
        'en',
      )} (${requestWords[data.reason].en})${instead(data, 'en')}.`,
  },
  ConsentRequestAnswered: {
    fr: ({ answers }) => `La personne a répondu à une demande de consentement : ${tally(answers, 'fr')}.`,
    en: ({ answers }) => `The person answered a request for consent: ${tally(answers, 'en')}.`,
  },
  ConsentExpired: {
    fr: (data, names) =>
      `Le consentement à un contact ${onQuestion(data, names, 'fr')} a expiré le ${onDay(data.occurredAt, 'fr')}.`,
    en: (data, names) =>
      `Consent to contact ${onQuestion(data, names, 'en')} expired on ${onDay(data.occurredAt, 'en')}.`,
  },
  ConsentRevoked: {
    fr: (data, names) =>
      `Il a été mis fin au consentement à un contact ${onQuestion(data, names, 'fr')}, par un autre que la personne (${
        revocationWords[data.reason].fr
      }).`,
    en: (data, names) =>
      `Consent to contact ${onQuestion(data, names, 'en')} was ended by another than the person (${
        revocationWords[data.reason].en
      }).`,
  },
  ConsentInvalidated: {
    fr: (data, names) =>
      `Le consentement à un contact ${onQuestion(data, names, 'fr')} est reconnu non valable depuis l’origine : ${defects(
        data,
        'fr',
      )}.`,
    en: (data, names) =>
      `Consent to contact ${onQuestion(data, names, 'en')} is found never to have been valid: ${defects(data, 'en')}.`,
  },
};

/** “par e-mail pour la finalité « … »”; many questions are counted. */
function asked({ asks }: TimelineData<'ConsentRequested'>, names: Names, language: SentenceLanguage): string {
  if (asks.length > MAX_NAMED) {
    return language === 'fr'
      ? `sur ${counted(asks.length, 'question', 'questions', 'fr')}`
      : `on ${counted(asks.length, 'question', 'questions', 'en')}`;
  }
  const questions = asks.map((ask) => onQuestion(ask, names, language));
  return enumerated(
    questions.map((text) => ({ fr: text, en: text })),
    language,
  );
}

/** “, à la place d’une demande antérieure”; nothing where it takes the place of none. */
function instead(
  { supersedes = [] }: Partial<TimelineData<'ConsentRequested'>>,
  language: SentenceLanguage,
): string {
  const { length } = supersedes;
  if (length === 0) return '';
  if (language === 'fr') {
    return length === 1
      ? ', à la place d’une demande antérieure'
      : `, à la place de ${String(length)} demandes antérieures`;
  }
  return length === 1
    ? ', in the place of an earlier request'
    : `, in the place of ${String(length)} earlier requests`;
}

function defects({ defects: found }: TimelineData<'ConsentInvalidated'>, language: SentenceLanguage): string {
  return enumerated(
    found.map((defect) => defectWords[defect]),
    language,
  );
}
