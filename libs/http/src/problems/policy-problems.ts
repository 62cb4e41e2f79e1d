import type { PlatformCode } from './platform-code.js';
import type { ProblemType } from './problem-type.js';

/** Problems of questions about the dated rules on contacting people. */
export const policyProblems = {
  'policy-unknown-for-day': {
    status: 404,
    retry: 'change',
    fr: {
      title: 'Aucune politique connue pour cette date',
      detail:
        'La version demandée commence plus tard. Pour ce jour, le registre ne connaît pas les règles et n’en suppose aucune.',
      wayOut:
        'Demandez un jour à partir de celui que « note » indique. Pour un acte plus ancien, consultez les textes de l’époque.',
    },
    en: {
      title: 'No policy known for this date',
      detail:
        'The version asked for begins later. For this day the ledger does not know the rules, and assumes none.',
      wayOut:
        'Ask about the day that `note` names, or a later one. For an older act, consult the law of its time.',
    },
  },
  'policy-version-unknown': {
    status: 404,
    retry: 'change',
    fr: {
      title: 'Version de la politique inconnue',
      detail: 'Aucune version publiée de la politique ne porte ce nom.',
      wayOut: 'Lisez GET /v1/policy sans « version » : « versions » nomme toutes celles qui existent.',
    },
    en: {
      title: 'Policy version unknown',
      detail: 'No published version of the policy has this name.',
      wayOut: 'Read GET /v1/policy without `version`: `versions` names every one there is.',
    },
  },
  'decision-not-recordable': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Décision impossible à consigner',
      detail:
        'Cette adresse n’est pas celle d’une seule personne connue du registre : la réponse ne peut être consignée dans l’historique de personne, et rien n’a été consigné.',
      wayOut:
        'Demandez par « subjectId », ou retirez « record » : la réponse est alors donnée sans être consignée.',
    },
    en: {
      title: 'Decision that cannot be recorded',
      detail:
        'This address is not that of exactly one person whom the ledger knows: the answer belongs into nobody’s history, and nothing was recorded.',
      wayOut: 'Ask by `subjectId`, or leave `record` out: the answer is then given without being recorded.',
    },
  },
} as const satisfies Partial<Record<PlatformCode, ProblemType>>;
