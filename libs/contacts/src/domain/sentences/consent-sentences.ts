import type { TimelineData } from '../timeline-event.js';
import { counted, onDay, onQuestion } from './phrases.js';
import type { SentenceTable } from './table.js';
import * as words from './words.js';

/** What is told of a person's choices. */
export const consentSentences: SentenceTable<
  'ChoicesCaptured' | 'ConsentGiven' | 'ConsentRefused' | 'ConsentWithdrawn'
> = {
  ChoicesCaptured: {
    fr: ({ form, answers }) =>
      `La personne a rempli un formulaire de collecte (version ${String(form.version)}) : ${tally(answers, 'fr')}.`,
    en: ({ form, answers }) =>
      `The person filled in a collection form (version ${String(form.version)}): ${tally(answers, 'en')}.`,
  },
  ConsentGiven: {
    fr: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].fr} a consenti ${
        data.consentType === 'explicit' ? 'explicitement ' : ''
      }à un contact ${onQuestion(data, names, 'fr')}${untilDay(data.validUntil, 'fr')}.`,
    en: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].en} gave ${
        data.consentType === 'explicit' ? 'explicit consent' : 'consent'
      } to contact ${onQuestion(data, names, 'en')}${untilDay(data.validUntil, 'en')}.`,
  },
  ConsentRefused: {
    fr: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].fr} a refusé tout contact ${onQuestion(data, names, 'fr')}.`,
    en: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].en} refused any contact ${onQuestion(data, names, 'en')}.`,
  },
  ConsentWithdrawn: {
    fr: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].fr} a retiré son consentement à un contact ${onQuestion(
        data,
        names,
        'fr',
      )}${because(data.reason, 'fr')}.`,
    en: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].en} withdrew consent to contact ${onQuestion(
        data,
        names,
        'en',
      )}${because(data.reason, 'en')}.`,
  },
};

/** “2 choix acceptés, 1 refusé, 1 sans réponse”. */
export function tally(
  answers: TimelineData<'ChoicesCaptured'>['answers'],
  language: words.SentenceLanguage,
): string {
  const count = (choice: string): number => answers.filter((answer) => answer.choice === choice).length;
  const [yes, no, none] = [count('given'), count('refused'), count('not-answered')];
  const parts =
    language === 'fr'
      ? [
          counted(yes, 'choix accepté', 'choix acceptés', 'fr'),
          counted(no, 'refusé', 'refusés', 'fr'),
          counted(none, 'sans réponse', 'sans réponse', 'fr'),
        ]
      : [
          counted(yes, 'choice accepted', 'choices accepted', 'en'),
          counted(no, 'refused', 'refused', 'en'),
          counted(none, 'left open', 'left open', 'en'),
        ];
  return parts.join(', ');
}

function untilDay(validUntil: string | undefined, language: words.SentenceLanguage): string {
  if (validUntil === undefined) return '';
  const day = onDay(validUntil, language);
  return language === 'fr' ? `, jusqu’au ${day}` : `, until ${day}`;
}

function because(
  reason: TimelineData<'ConsentWithdrawn'>['reason'],
  language: words.SentenceLanguage,
): string {
  if (reason === undefined) return '';
  const { [language]: text } = words.withdrawalWords[reason];
  return language === 'fr' ? `, motif : ${text}` : `, reason: ${text}`;
}
