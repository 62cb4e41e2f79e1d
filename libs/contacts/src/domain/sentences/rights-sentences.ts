import type { Scope } from '#kernel';
import type { TimelineData } from '../timeline-event.js';
import { counted, enumerated, forPurpose, onDay, onQuestion, type Names } from './phrases.js';
import type { SentenceTable } from './table.js';
import * as words from './words.js';

/** What is told of a person's rights: objection, restriction, erasure. */
export const rightsSentences: SentenceTable<
  | 'ObjectionRaised'
  | 'SuppressionMatched'
  | 'ProcessingRestricted'
  | 'RestrictionLiftNotified'
  | 'RestrictionLifted'
  | 'ErasureOrdered'
  | 'ValueErasureOrdered'
  | 'SuppressionPrepared'
  | 'RecipientPackagePrepared'
  | 'RecipientInformed'
  | 'RecipientAcknowledged'
  | 'RecipientFailed'
  | 'KeyDestructionStarted'
  | 'SubjectKeyDestroyed'
  | 'PurgeAcknowledged'
  | 'PersonalStreamClosed'
  | 'PersonalStreamsPurged'
  | 'ErasureCompleted'
> = {
  ObjectionRaised: {
    fr: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].fr} s’est ${
        data.indicatedBy === 'data-subject' || data.indicatedBy === 'minor-and-parent' ? 'opposée' : 'opposé'
      } ${
        data.kind === 'marketing'
          ? 'à la prospection'
          : 'au traitement, pour des raisons tenant à sa situation,'
      } ${onQuestion(data, names, 'fr')}.`,
    en: (data, names) =>
      `${words.indicatorWords[data.indicatedBy].en} objected to ${
        data.kind === 'marketing' ? 'marketing' : 'processing, on grounds of their situation,'
      } ${onQuestion(data, names, 'en')}.`,
  },
  SuppressionMatched: {
    fr: (data, names) =>
      `Une coordonnée de la personne est sur la liste d’opposition depuis le ${onDay(`${data.enteredOn}T12:00:00.000Z`, 'fr')} : tout contact y est refusé ${onQuestion(data, names, 'fr')}, et cela vaut pour elle.`,
    en: (data, names) =>
      `An address of the person has stood on the suppression list since ${onDay(`${data.enteredOn}T12:00:00.000Z`, 'en')}: contact ${onQuestion(data, names, 'en')} is unwanted there, and so it is of this person.`,
  },
  ProcessingRestricted: {
    fr: (data, names) =>
      `Le traitement est limité à la conservation ${purposes(data, names, 'fr')}, ${
        words.initiatorWords[data.initiator].fr
      } (${words.restrictionWords[data.ground].fr}).`,
    en: (data, names) =>
      `Processing is limited to storage ${purposes(data, names, 'en')}, ${
        words.initiatorWords[data.initiator].en
      } (${words.restrictionWords[data.ground].en}).`,
  },
  RestrictionLiftNotified: {
    fr: ({ means }) =>
      `La personne a été informée, ${words.meansWords[means].fr}, que la limitation va être levée.`,
    en: ({ means }) =>
      `The person was told, ${words.meansWords[means].en}, that the restriction is about to be lifted.`,
  },
  RestrictionLifted: {
    fr: ({ reason }) => `La limitation du traitement est levée : ${words.liftedWords[reason].fr}.`,
    en: ({ reason }) => `The restriction of processing is lifted: ${words.liftedWords[reason].en}.`,
  },
  ErasureOrdered: {
    fr: ({ scopes, initiator, ground, retained }) =>
      `L’effacement est ordonné ${words.initiatorWords[initiator].fr} (${words.erasureWords[ground].fr}) : ${scoped(
        scopes,
        'fr',
      )}${kept(retained, 'fr')}.`,
    en: ({ scopes, initiator, ground, retained }) =>
      `Erasure is ordered ${words.initiatorWords[initiator].en} (${words.erasureWords[ground].en}): ${scoped(
        scopes,
        'en',
      )}${kept(retained, 'en')}.`,
  },
  ValueErasureOrdered: {
    fr: ({ values, initiator, ground }) =>
      `L’effacement de ${counted(values.length, 'valeur', 'valeurs', 'fr')} est ordonné ${
        words.initiatorWords[initiator].fr
      } (${words.erasureWords[ground].fr}) : ${valueScopes(values, 'fr')} ; le reste est conservé.`,
    en: ({ values, initiator, ground }) =>
      `Erasure of ${counted(values.length, 'value', 'values', 'en')} is ordered ${
        words.initiatorWords[initiator].en
      } (${words.erasureWords[ground].en}): ${valueScopes(values, 'en')}; everything else is kept.`,
  },
  SuppressionPrepared: {
    fr: ({ entries }) =>
      `Avant l’effacement, ${counted(entries, 'entrée a été portée', 'entrées ont été portées', 'fr')} sur la liste d’opposition.`,
    en: ({ entries }) =>
      `Before the erasure, ${counted(entries, 'entry was', 'entries were', 'en')} made in the suppression list.`,
  },
  RecipientPackagePrepared: {
    fr: ({ dueBy }) =>
      `Avant l’effacement, de quoi retrouver la personne a été scellé pour un destinataire, qui doit répondre au plus tard le ${onDay(`${dueBy}T12:00:00.000Z`, 'fr')}.`,
    en: ({ dueBy }) =>
      `Before the erasure, what is needed to find the person was sealed for a recipient, who must answer by ${onDay(`${dueBy}T12:00:00.000Z`, 'en')}.`,
  },
  RecipientInformed: {
    fr: () => 'Un destinataire a été informé de l’effacement.',
    en: () => 'A recipient was told of the erasure.',
  },
  RecipientAcknowledged: {
    fr: ({ outcome }) => `Un destinataire a répondu à l’effacement : ${words.outcomeWords[outcome].fr}.`,
    en: ({ outcome }) => `A recipient answered the erasure: ${words.outcomeWords[outcome].en}.`,
  },
  RecipientFailed: {
    fr: ({ reason }) =>
      `Un destinataire n’a pas pu être informé de l’effacement : ${words.failureWords[reason].fr}.`,
    en: ({ reason }) => `A recipient was not told of the erasure: ${words.failureWords[reason].en}.`,
  },
  KeyDestructionStarted: {
    fr: ({ scopes, keys }) =>
      `L’effacement devient irréversible : destruction de ${counted(keys.length, 'clé', 'clés', 'fr')} (${ending(scopes, keys, 'fr')}).`,
    en: ({ scopes, keys }) =>
      `The erasure becomes irreversible: destruction of ${counted(keys.length, 'key', 'keys', 'en')} (${ending(scopes, keys, 'en')}).`,
  },
  SubjectKeyDestroyed: {
    fr: ({ scope, technique }) =>
      `Les données sont devenues illisibles (${words.scopeWords[scope].fr}) : ${words.techniqueWords[technique].fr}.`,
    en: ({ scope, technique }) =>
      `Data became unreadable (${words.scopeWords[scope].en}): ${words.techniqueWords[technique].en}.`,
  },
  PurgeAcknowledged: {
    fr: ({ purger, removed, technique }) =>
      `« ${purger} » a effacé ce qu’il détenait : ${counted(removed, 'élément', 'éléments', 'fr')} (${
        words.techniqueWords[technique].fr
      }).`,
    en: ({ purger, removed, technique }) =>
      `“${purger}” erased what it held: ${counted(removed, 'item', 'items', 'en')} (${
        words.techniqueWords[technique].en
      }).`,
  },
  PersonalStreamClosed: {
    fr: ({ scope }) =>
      `L’emplacement des données devenues illisibles est fermé pour toujours (${words.scopeWords[scope].fr}).`,
    en: ({ scope }) =>
      `The place of the data that became unreadable is closed for ever (${words.scopeWords[scope].en}).`,
  },
  PersonalStreamsPurged: {
    fr: ({ technique, backupsDeadBy }) =>
      `Les données sont effacées : ${words.techniqueWords[technique].fr}, vérifiée sur chaque nœud${until(backupsDeadBy, 'fr')}.`,
    en: ({ technique, backupsDeadBy }) =>
      `The data is erased: ${words.techniqueWords[technique].en}, verified on every node${until(backupsDeadBy, 'en')}.`,
  },
  ErasureCompleted: {
    fr: () => 'L’effacement est achevé : chaque étape est prouvée.',
    en: () => 'The erasure is completed: every step is proven.',
  },
};

/** “; les sauvegardes expirent le 3 décembre 2026”, where the operator had declared how long they are kept. */
function until(backupsDeadBy: string | undefined, language: words.SentenceLanguage): string {
  if (backupsDeadBy === undefined) return '';
  const day = onDay(`${backupsDeadBy}T12:00:00.000Z`, language);
  return language === 'fr'
    ? ` ; la dernière sauvegarde expire au plus tard le ${day}`
    : `; the last backup expires by ${day}`;
}

function purposes(
  { purposeIds }: TimelineData<'ProcessingRestricted'>,
  names: Names,
  language: words.SentenceLanguage,
): string {
  const ids = purposeIds === 'all' ? ['all'] : purposeIds;
  return ids.map((purposeId) => forPurpose(purposeId, names, language)).join(', ');
}

function scoped(scopes: readonly Scope[], language: words.SentenceLanguage): string {
  return enumerated(
    scopes.map((scope) => words.scopeWords[scope]),
    language,
  );
}

function valueScopes(
  values: TimelineData<'ValueErasureOrdered'>['values'],
  language: words.SentenceLanguage,
): string {
  return scoped([...new Set(values.map(({ scope }) => scope))], language);
}

/** Whole scopes, or the scopes of which only older generations end. */
function ending(
  scopes: readonly Scope[],
  keys: TimelineData<'KeyDestructionStarted'>['keys'],
  language: words.SentenceLanguage,
): string {
  if (scopes.length > 0) return scoped(scopes, language);
  const ended = scoped([...new Set(keys.map(({ scope }) => scope))], language);
  return language === 'fr' ? `anciennes générations : ${ended}` : `older generations: ${ended}`;
}

/** “; conservé : contrat jusqu’au 31 décembre 2030”. */
function kept(
  retained: TimelineData<'ErasureOrdered'>['retained'],
  language: words.SentenceLanguage,
): string {
  if (retained.length === 0) return '';
  const parts = retained.map(({ scope, until }) => {
    const day = onDay(`${until}T12:00:00.000Z`, language);
    const what = words.scopeWords[scope][language];
    return language === 'fr' ? `${what} jusqu’au ${day}` : `${what} until ${day}`;
  });
  return language === 'fr' ? ` ; conservé : ${parts.join(', ')}` : `; kept: ${parts.join(', ')}`;
}
