import type { TimelineData } from '../timeline-event.js';
import { onQuestion, type Names } from './phrases.js';
import { reasonWords } from './reason-words.js';
import type { SentenceTable } from './table.js';
import { byChannel, contactOutcomeWords, releaseWords, type SentenceLanguage } from './words.js';

/** What is told of the contacts that were made with a person. */
export const solicitationSentences: SentenceTable<
  'ContactAttemptReserved' | 'ContactReservationReleased' | 'ContactMade' | 'DecisionRecorded'
> = {
  ContactAttemptReserved: {
    fr: (data, names) => `Un contact à venir ${onQuestion(data, names, 'fr')} est réservé.`,
    en: (data, names) => `A contact to come ${onQuestion(data, names, 'en')} is reserved.`,
  },
  ContactReservationReleased: {
    fr: ({ reason }) => `Un contact réservé n’a pas eu lieu (${releaseWords[reason].fr}).`,
    en: ({ reason }) => `A reserved contact did not take place (${releaseWords[reason].en}).`,
  },
  ContactMade: {
    fr: (data, names) => `Contact ${made(data, names, 'fr')} : ${contactOutcomeWords[data.outcome].fr}.`,
    en: (data, names) => `Contact ${made(data, names, 'en')}: ${contactOutcomeWords[data.outcome].en}.`,
  },
  DecisionRecorded: {
    fr: (data, names) =>
      `On a demandé si la personne peut être contactée ${onQuestion(data, names, 'fr')} : ${decided(data, 'fr')}.`,
    en: (data, names) =>
      `It was asked whether the person may be contacted ${onQuestion(data, names, 'en')}: ${decided(data, 'en')}.`,
  },
};

/** “non autorisé (motifs : consentement retiré, aucun consentement)”. */
function decided(
  { permitted, reasons }: TimelineData<'DecisionRecorded'>,
  language: SentenceLanguage,
): string {
  const isFrench = language === 'fr';
  if (permitted) return isFrench ? 'autorisé' : 'permitted';
  const told = reasons.map((code) => reasonWords[code]?.[language] ?? code).join(', ');
  return isFrench ? `non autorisé (motifs : ${told})` : `not permitted (reasons: ${told})`;
}

/** An unknown purpose stands here for itself: only a "no" to one counts for every purpose. */
function made(data: TimelineData<'ContactMade'>, names: Names, language: SentenceLanguage): string {
  if (data.purposeId !== 'unknown') return onQuestion(data, names, language);
  const channel = byChannel[data.channel][language];
  return language === 'fr'
    ? `${channel} pour une finalité que le registre ne connaît pas`
    : `${channel} for a purpose that the ledger does not know`;
}
