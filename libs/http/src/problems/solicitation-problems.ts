import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why the ledger declines a command about contacts with a person. */
export const solicitationProblems = {
  'attempt-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Tentative inconnue',
      detail: 'Aucune tentative de contact de cet identifiant n’est réservée pour cette personne.',
      wayOut: 'Vérifiez l’identifiant de la tentative et celui de la personne.',
    },
    en: {
      title: 'Unknown attempt',
      detail: 'No attempt of this id is reserved for this person.',
      wayOut: 'Check the id of the attempt and that of the person.',
    },
  },
  'attempt-already-used': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Identifiant de tentative déjà utilisé',
      detail: 'Cet identifiant désigne déjà un autre contact avec cette personne, ou un contact déjà pris.',
      wayOut: 'Donnez un nouvel identifiant à chaque contact, et gardez-le de la réservation au résultat.',
    },
    en: {
      title: 'Attempt id already used',
      detail: 'This id already names another contact with this person, or one that was made.',
      wayOut: 'Give each contact a new id, and keep it from its reservation to its outcome.',
    },
  },
  'call-limit-reached': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Nombre d’appels atteint',
      detail:
        'Cette personne a déjà reçu, ou va recevoir, autant d’appels de ce professionnel que la loi en permet sur la période (C. conso. art. D.223-9).',
      wayOut:
        'N’appelez pas. Une place se libère quand un appel sort de la période, ou quand une réservation expire ou est rendue.',
    },
    en: {
      title: 'Number of calls reached',
      detail:
        'This person already had, or is about to have, as many calls of this professional as the law allows in the period (C. conso. D.223-9).',
      wayOut:
        'Do not call. A place becomes free when a call leaves the period, or a reservation runs out or is given back.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
