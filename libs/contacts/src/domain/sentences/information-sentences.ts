import type { TimelineData } from '../timeline-event.js';
import { enumerated } from './phrases.js';
import type { SentenceTable } from './table.js';
import * as words from './words.js';

/** What is told of what a person was informed of, and likes to read. */
export const informationSentences: SentenceTable<'InformationGiven' | 'PreferencesStated'> = {
  InformationGiven: {
    fr: ({ article, notice, means }) =>
      `La personne a été informée du traitement de ses données (${words.articleWords[article].fr}) ${
        words.byMeans[means].fr
      } : mention version ${String(notice.version)}, en ${words.languageName(notice.language, 'fr')}.`,
    en: ({ article, notice, means }) =>
      `The person was informed of the processing of their data (${words.articleWords[article].en}) ${
        words.byMeans[means].en
      }: notice version ${String(notice.version)}, in ${words.languageName(notice.language, 'en')}.`,
  },
  PreferencesStated: {
    fr: (data) => `La personne a dit ce qu’elle souhaite lire : ${wishes(data, 'fr')}.`,
    en: (data) => `The person said what they like to read: ${wishes(data, 'en')}.`,
  },
};

/** “« nouveautés » ; pas « soldes » ; une fois par mois”: topics are codes of the organisation. */
function wishes(
  { topics, frequency }: TimelineData<'PreferencesStated'>,
  language: words.SentenceLanguage,
): string {
  const named = (isWanted: boolean): string[] => {
    const codes = topics
      .filter(({ wanted }) => wanted === isWanted)
      .map(({ topic }) => ({ fr: `« ${topic} »`, en: `“${topic}”` }));
    if (codes.length === 0) return [];
    const list = enumerated(codes, language);
    return [isWanted ? list : `${language === 'fr' ? 'pas' : 'not'} ${list}`];
  };
  const often = frequency === undefined ? [] : [words.frequencyWords[frequency][language]];
  const all = [...named(true), ...named(false), ...often];
  if (all.length === 0) return language === 'fr' ? 'aucun souhait particulier' : 'no wish in particular';
  return all.join(language === 'fr' ? ' ; ' : '; ');
}
