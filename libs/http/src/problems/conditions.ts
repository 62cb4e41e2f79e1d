import type { PlatformCode } from './platform-code.js';
import type { ProblemType } from './problem-type.js';

/** Problems of conditions between requests: revisions, repetitions, tokens of consistency. */
export const conditionProblems = {
  'concurrent-change': {
    status: 409,
    retry: 'later',
    retryAfterSeconds: 1,
    fr: {
      title: 'Modification simultanée',
      detail:
        'D’autres ont écrit en même temps dans le même dossier, plusieurs fois de suite. Rien n’a été enregistré.',
      wayOut: 'Renvoyez la même requête avec la même clé d’idempotence.',
    },
    en: {
      title: 'Concurrent change',
      detail:
        'Others wrote to the same record at the same time, several times in a row. Nothing was recorded.',
      wayOut: 'Send the same request again with the same idempotency key.',
    },
  },
  'stale-revision': {
    status: 412,
    retry: 'change',
    fr: {
      title: 'Version dépassée',
      detail:
        'Quelqu’un a modifié cet élément depuis que vous l’avez lu. « currentRevision » donne sa version actuelle.',
      wayOut: 'Relisez l’élément, reportez votre modification, et renvoyez-la avec le nouvel « If-Match ».',
    },
    en: {
      title: 'Stale revision',
      detail: 'Somebody changed this since you read it. `currentRevision` gives its revision now.',
      wayOut: 'Read it again, make your change anew, and send it with the new `If-Match`.',
    },
  },
  'if-match-required': {
    status: 428,
    retry: 'change',
    fr: {
      title: 'En-tête If-Match nécessaire',
      detail: 'Cette écriture remplace un contenu : elle doit dire quelle version vous avez lue.',
      wayOut: 'Lisez l’élément et renvoyez son « ETag » dans « If-Match », par exemple If-Match: "7".',
    },
    en: {
      title: 'If-Match required',
      detail: 'This write replaces content, so it must say which revision you have read.',
      wayOut: 'Read the element and send its `ETag` back in `If-Match`, for example If-Match: "7".',
    },
  },
  'idempotency-key-required': {
    status: 400,
    retry: 'change',
    fr: {
      title: 'Clé d’idempotence nécessaire',
      detail: 'Sans clé d’idempotence, une requête répétée après une coupure compterait deux fois.',
      wayOut:
        'Envoyez « Idempotency-Key » avec une valeur neuve par acte, par exemple un UUID, et la même à chaque nouvel essai du même acte.',
    },
    en: {
      title: 'Idempotency key required',
      detail: 'Without an idempotency key, a request repeated after a lost connection would count twice.',
      wayOut:
        'Send `Idempotency-Key` with a fresh value per act, such as a UUID, and the same one on every retry of that act.',
    },
  },
  'idempotency-key-reused': {
    status: 422,
    retry: 'change',
    fr: {
      title: 'Clé d’idempotence déjà utilisée',
      detail: 'Cette clé a déjà servi pour une autre requête.',
      wayOut:
        'Prenez une clé neuve pour chaque nouvel acte ; ne répétez une clé qu’avec une requête identique.',
    },
    en: {
      title: 'Idempotency key already used',
      detail: 'This key was used for another request.',
      wayOut: 'Take a fresh key for each new act; repeat a key with the identical request only.',
    },
  },
  'still-running': {
    status: 409,
    retry: 'later',
    retryAfterSeconds: 1,
    fr: {
      title: 'Traitement en cours',
      detail: 'Une requête avec la même clé d’idempotence est en cours de traitement.',
      wayOut:
        'Attendez la durée de « Retry-After », puis renvoyez la même requête : vous recevrez la même réponse.',
    },
    en: {
      title: 'Still running',
      detail: 'A request with the same idempotency key is being processed.',
      wayOut:
        'Wait for the duration of `Retry-After`, then send the same request: you will get the same answer.',
    },
  },
  'not-yet-consistent': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 1,
    fr: {
      title: 'Lecture pas encore à jour',
      detail: 'La lecture demandée n’a pas encore atteint le point donné par « minToken ».',
      wayOut:
        'Attendez la durée de « Retry-After » et recommencez, ou lisez sans « minToken » si une réponse un peu ancienne suffit.',
    },
    en: {
      title: 'Not yet consistent',
      detail: 'The read model has not yet reached the point that `minToken` gives.',
      wayOut:
        'Wait for the duration of `Retry-After` and try again, or read without `minToken` if a slightly older answer will do.',
    },
  },
  'token-of-another-store': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Jeton d’un autre registre',
      detail:
        'Ce jeton vient d’un autre registre, ou d’avant une restauration de celui-ci. Il ne peut pas être comparé.',
      wayOut: 'Oubliez ce jeton. Relisez sans « minToken », puis utilisez les jetons des nouvelles réponses.',
    },
    en: {
      title: 'Token of another ledger',
      detail:
        'This token comes from another ledger, or from before this one was restored. It cannot be compared.',
      wayOut: 'Forget the token. Read without `minToken`, then use the tokens of new answers.',
    },
  },
  'recorded-not-yet-effective': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 1,
    fr: {
      title: 'Enregistré, pas encore appliqué',
      detail: 'L’acte est enregistré, mais la table qui bloque les envois n’a pas pu être écrite.',
      wayOut:
        'Renvoyez la même requête avec la même clé d’idempotence jusqu’à une réponse 2xx. D’ici là, ne contactez pas la personne.',
    },
    en: {
      title: 'Recorded, not yet effective',
      detail: 'The act is recorded, but the table that blocks contacts could not be written.',
      wayOut:
        'Send the same request with the same idempotency key until the answer is 2xx. Until then do not contact the person.',
    },
  },
} as const satisfies Partial<Record<PlatformCode, ProblemType>>;
