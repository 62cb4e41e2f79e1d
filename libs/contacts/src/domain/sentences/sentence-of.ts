import type { TimelineEvent } from '../timeline-event.js';
import { consentSentences } from './consent-sentences.js';
import { consentLifeSentences } from './consent-life-sentences.js';
import { informationSentences } from './information-sentences.js';
import type { Names } from './phrases.js';
import { rightsSentences } from './rights-sentences.js';
import { solicitationSentences } from './solicitation-sentences.js';
import { subjectSentences } from './subject-sentences.js';
import type { SentenceTable } from './table.js';
import { scopeWords, type SentenceLanguage, type Words } from './words.js';

const sentences: SentenceTable = {
  ...subjectSentences,
  ...consentSentences,
  ...consentLifeSentences,
  ...rightsSentences,
  ...solicitationSentences,
  ...informationSentences,
  SubjectKeyCreated: {
    fr: ({ scp, gen }) =>
      `Une clé de chiffrement est prête pour les données de la personne (${scopeWords[scp].fr}, génération ${String(gen)}).`,
    en: ({ scp, gen }) =>
      `An encryption key stands ready for the person’s data (${scopeWords[scp].en}, generation ${String(gen)}).`,
  },
};

/** Types that a timeline tells. */
export const timelineTypes: readonly string[] = Object.keys(sentences);

/** What an event says to a reader, in one sentence. It names nobody: values are read by a reveal, actors by their reference. */
export function sentenceOf(event: TimelineEvent, names: Names, language: SentenceLanguage): string {
  // The table is complete by its type; TypeScript does not see that event and sentence belong together.
  const sentence = sentences[event.type][language] as (data: unknown, names: Names) => string;
  return sentence(event.data, names);
}

/** Who acted, in words; the reference beside it tells which one. */
export const actorWords: Readonly<Record<'subject' | 'operator' | 'service' | 'system', Words>> = {
  subject: { fr: 'la personne concernée', en: 'the person concerned' },
  operator: { fr: 'un membre du personnel', en: 'a member of staff' },
  service: { fr: 'un service informatique', en: 'a service' },
  system: { fr: 'le registre lui-même', en: 'the ledger itself' },
};
