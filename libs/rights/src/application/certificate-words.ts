import type { Day } from '#kernel';
import type { CertifiedState } from './erasure-certificate.js';

/** The same sentence in both languages. */
export interface Wording {
  readonly fr: string;
  readonly en: string;
}

/** What an erasure names: whole scopes, or single values that leave everything else of the person in place. */
export type CertifiedExtent = 'scopes' | 'values';

/** “rendu illisible” for a destroyed key, “effacé” only after a physical deletion that was proven (rulebook, ES-4). */
export function certificateWords(state: CertifiedState, extent: CertifiedExtent = 'scopes'): Wording {
  return extent === 'values' ? wordsOfValues(state) : wordsOfScopes(state);
}

const KEPT: Wording = {
  fr: 'Les autres valeurs de la personne demeurent : avant la destruction des clés désignées, elles ont été scellées de nouveau sous d’autres clés.',
  en: 'The other values of the person remain: before the keys that are named were destroyed, they were sealed again under other keys.',
};

function wordsOfValues(state: CertifiedState): Wording {
  const own = {
    unreadable: {
      fr: 'Les valeurs désignées ci-dessous, et elles seules, ont été rendues illisibles. Leur effacement physique n’est pas encore fait.',
      en: 'The values named below, and no others, were made unreadable. They are not physically erased yet.',
    },
    erased: {
      fr: 'Les valeurs désignées ci-dessous, et elles seules, sont effacées : les clés qui les ouvraient sont détruites, leurs flux ont été supprimés physiquement, et une recherche sur chaque nœud n’en a rien trouvé. L’effacement n’est pas encore achevé.',
      en: 'The values named below, and no others, are erased: the keys that opened them are destroyed, their streams were physically removed, and a search of every node found nothing of them. The erasure is not completed yet.',
    },
    completed: {
      fr: 'Les valeurs désignées ci-dessous, et elles seules, sont effacées : les clés qui les ouvraient sont détruites, leurs flux ont été supprimés physiquement, et une recherche sur chaque nœud n’en a rien trouvé. L’effacement est achevé.',
      en: 'The values named below, and no others, are erased: the keys that opened them are destroyed, their streams were physically removed, and a search of every node found nothing of them. The erasure is completed.',
    },
  }[state];
  return { fr: `${own.fr} ${KEPT.fr}`, en: `${own.en} ${KEPT.en}` };
}

function wordsOfScopes(state: CertifiedState): Wording {
  switch (state) {
    case 'unreadable':
      return {
        fr: 'Les données des périmètres ci-dessous ont été rendues illisibles. Elles ne sont pas encore effacées physiquement.',
        en: 'The data of the scopes below was made unreadable. It is not physically erased yet.',
      };
    case 'erased':
      return {
        fr: 'Les données des périmètres ci-dessous sont effacées : leurs clés sont détruites, elles ont été supprimées physiquement, et une recherche sur chaque nœud n’en a rien trouvé. L’effacement n’est pas encore achevé.',
        en: 'The data of the scopes below is erased: its keys are destroyed, it was physically removed, and a search of every node found nothing of it. The erasure is not completed yet.',
      };
    case 'completed':
      return {
        fr: 'Les données des périmètres ci-dessous sont effacées : leurs clés sont détruites, elles ont été supprimées physiquement, et une recherche sur chaque nœud n’en a rien trouvé. L’effacement est achevé.',
        en: 'The data of the scopes below is erased: its keys are destroyed, it was physically removed, and a search of every node found nothing of it. The erasure is completed.',
      };
  }
}

const NO_COPY: Wording = {
  fr: 'Nul ne peut prouver qu’aucune copie d’une clé n’existe. Restent des faits pseudonymes, sans valeur personnelle.',
  en: 'Nobody can prove that no copy of a key exists. Pseudonymous facts without personal values remain.',
};

/** What nobody can prove, and what rests on the operator's word: backups and write-ahead logs age out unseen. */
export function notProven(state: CertifiedState, backupsDeadBy: Day | undefined): Wording {
  if (state === 'unreadable') return NO_COPY;
  const backups: Wording =
    backupsDeadBy === undefined
      ? {
          fr: 'L’exploitant n’a pas déclaré combien de temps ses sauvegardes et journaux sont conservés : nul ne sait quand le dernier qui peut contenir ces données, chiffrées, aura disparu.',
          en: 'The operator has not declared how long backups and write-ahead logs are kept: nobody knows when the last one that may hold this data, encrypted, will be gone.',
        }
      : {
          fr: `Les sauvegardes et journaux qui peuvent contenir ces données, chiffrées, expirent au plus tard le ${backupsDeadBy}, selon la durée que l’exploitant a déclarée.`,
          en: `Backups and write-ahead logs that may hold this data, encrypted, expire by ${backupsDeadBy}, as the operator has declared.`,
        };
  return { fr: `${NO_COPY.fr} ${backups.fr}`, en: `${NO_COPY.en} ${backups.en}` };
}
