import type { PlatformCode } from './platform-code.js';
import type { ProblemType } from './problem-type.js';

/** Problems on the ledger's side: a dependency that does not answer, or a fault that an operator must look at. */
export const dependencyProblems = {
  'store-unavailable': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 5,
    fr: {
      title: 'Registre momentanément indisponible',
      detail: 'Le stockage des événements, ou la base de données, ne répond pas.',
      wayOut:
        'Renvoyez la même requête avec la même clé d’idempotence après « Retry-After » : elle ne comptera qu’une fois. L’exploitant consulte /readyz.',
    },
    en: {
      title: 'Ledger temporarily unavailable',
      detail: 'The event store, or the database, does not answer.',
      wayOut:
        'Send the same request with the same idempotency key after `Retry-After`: it will count once. Whoever runs the ledger looks at /readyz.',
    },
  },
  'keys-unavailable': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 5,
    fr: {
      title: 'Coffre de clés indisponible',
      detail:
        'Le coffre des clés, ou ce qui protège ses clés, ne répond pas. Aucune donnée personnelle n’a été lue ni écrite.',
      wayOut: 'Renvoyez la même requête après « Retry-After ». L’exploitant consulte /readyz.',
    },
    en: {
      title: 'Key store unavailable',
      detail:
        'The key store, or what protects its keys, does not answer. No personal data were read or written.',
      wayOut: 'Send the same request after `Retry-After`. Whoever runs the ledger looks at /readyz.',
    },
  },
  'keys-not-reconciled': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 10,
    fr: {
      title: 'Effacements en cours de vérification',
      detail:
        'Depuis le démarrage, les effacements du registre n’ont pas encore tous été rejoués. D’ici là, aucune donnée personnelle n’est lue.',
      wayOut: 'Attendez : cela se termine seul. L’avancement se lit sous /readyz.',
    },
    en: {
      title: 'Erasures being verified',
      detail:
        'Since the start, the ledger’s erasures have not all been replayed yet. Until then no personal data are read.',
      wayOut: 'Wait: it ends by itself. Progress can be read under /readyz.',
    },
  },
  'identity-unavailable': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 5,
    fr: {
      title: 'Fournisseur d’identité indisponible',
      detail:
        'Les clés publiques de votre fournisseur d’identité n’ont pas pu être lues : le jeton ne peut pas être vérifié.',
      wayOut:
        'Renvoyez la même requête après « Retry-After ». L’exploitant vérifie l’adresse de l’émetteur et le réseau.',
    },
    en: {
      title: 'Identity provider unavailable',
      detail: 'The public keys of your identity provider could not be read, so the token cannot be checked.',
      wayOut:
        'Send the same request after `Retry-After`. Whoever runs the ledger checks the issuer’s address and the network.',
    },
  },
  'not-ready': {
    status: 503,
    retry: 'later',
    retryAfterSeconds: 5,
    fr: {
      title: 'Pas encore prêt',
      detail: 'Une partie dont le registre dépend ne répond pas. « checks » nomme chacune et son état.',
      wayOut: 'L’exploitant rétablit la partie nommée ; le registre reprend seul.',
    },
    en: {
      title: 'Not ready',
      detail: 'A part that the ledger depends on does not answer. `checks` names each one and its state.',
      wayOut: 'Whoever runs the ledger restores the part named; the ledger resumes by itself.',
    },
  },
  'integrity-violation': {
    status: 500,
    retry: 'no',
    fr: {
      title: 'Intégrité rompue',
      detail:
        'Le registre a trouvé une donnée qui ne correspond pas à sa preuve. Une alarme a été enregistrée.',
      wayOut:
        'Transmettez l’identifiant « instance » à l’exploitant : il doit vérifier le registre avant de continuer.',
    },
    en: {
      title: 'Integrity violated',
      detail: 'The ledger found data that does not match its proof. An alarm was recorded.',
      wayOut:
        'Give the identifier `instance` to whoever runs the ledger: it must be verified before work goes on.',
    },
  },
  'key-missing': {
    status: 500,
    retry: 'no',
    fr: {
      title: 'Clé manquante',
      detail:
        'Une clé que le registre déclare vivante est absente ou endommagée. Une alarme a été enregistrée.',
      wayOut: 'Transmettez l’identifiant « instance » à l’exploitant, qui restaure le coffre de clés.',
    },
    en: {
      title: 'Key missing',
      detail: 'A key that the ledger declares alive is absent or damaged. An alarm was recorded.',
      wayOut: 'Give the identifier `instance` to whoever runs the ledger, who restores the key store.',
    },
  },
  internal: {
    status: 500,
    retry: 'later',
    fr: {
      title: 'Erreur interne',
      detail:
        'Une erreur inattendue s’est produite. Elle est dans le journal sous l’identifiant « instance ».',
      wayOut:
        'Renvoyez une fois la même requête avec la même clé d’idempotence. Si l’erreur persiste, transmettez « instance » à l’exploitant.',
    },
    en: {
      title: 'Internal error',
      detail: 'An unexpected error occurred. It is in the log under the identifier `instance`.',
      wayOut:
        'Send the same request with the same idempotency key once more. If it persists, give `instance` to whoever runs the ledger.',
    },
  },
} as const satisfies Partial<Record<PlatformCode, ProblemType>>;
