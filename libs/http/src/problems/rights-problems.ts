import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why the ledger declines a command about restriction or erasure. */
export const rightsProblems = {
  'restriction-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Limitation inconnue',
      detail: 'Cette personne n’a pas cette limitation du traitement.',
      wayOut: 'Lisez l’état de la personne par GET /v1/subjects/{subjectId} : il nomme ses limitations.',
    },
    en: {
      title: 'Unknown restriction',
      detail: 'This person has no such restriction of processing.',
      wayOut: 'Read the person’s state with GET /v1/subjects/{subjectId}: it names the restrictions.',
    },
  },
  'restriction-already-lifted': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Limitation déjà levée',
      detail: 'Cette limitation a déjà été levée.',
      wayOut: 'Il n’y a rien à faire.',
    },
    en: {
      title: 'Restriction already lifted',
      detail: 'This restriction was already lifted.',
      wayOut: 'There is nothing to do.',
    },
  },
  'restriction-lift-not-notified': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Personne non informée',
      detail: 'La personne doit être informée avant que la limitation soit levée (RGPD, art. 18(3)).',
      wayOut: 'Informez-la, puis renvoyez la demande avec la date de cette information.',
    },
    en: {
      title: 'Person not informed',
      detail: 'The person must be informed before the restriction is lifted (GDPR Art. 18(3)).',
      wayOut: 'Inform them, then send the request with the date on which that was done.',
    },
  },
  'erasure-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Effacement inconnu',
      detail: 'Aucun effacement de ce nom n’a été ordonné pour cette personne.',
      wayOut: 'Vérifiez l’identifiant donné à l’ordre d’effacement.',
    },
    en: {
      title: 'Unknown erasure',
      detail: 'No such erasure was ordered for this person.',
      wayOut: 'Check the identifier that the order of erasure returned.',
    },
  },
  'erasure-already-ordered': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Effacement déjà ordonné',
      detail: 'Un effacement de cette personne est déjà en cours.',
      wayOut: 'Suivez-le par GET /v1/subjects/{subjectId}/erasures/{id}.',
    },
    en: {
      title: 'Erasure already ordered',
      detail: 'An erasure of this person is already under way.',
      wayOut: 'Follow it with GET /v1/subjects/{subjectId}/erasures/{id}.',
    },
  },
  'erasure-blocked-by-restriction': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Effacement suspendu par une limitation',
      detail:
        'La personne a demandé que ses données soient conservées (RGPD, art. 18) : elles ne peuvent pas être effacées.',
      wayOut: 'Réglez d’abord la limitation avec la personne, puis levez-la.',
    },
    en: {
      title: 'Erasure blocked by a restriction',
      detail: 'The person asked for the data to be kept (GDPR Art. 18): they cannot be erased.',
      wayOut: 'Settle the restriction with the person first, then lift it.',
    },
  },
  'erasure-nothing-to-erase': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Rien à effacer',
      detail:
        'Il ne reste rien à effacer dans le périmètre demandé ; ce qui reste est conservé par obligation.',
      wayOut:
        'Demandez une simulation (« dryRun ») : elle nomme ce qui est conservé, pourquoi et jusqu’à quand.',
    },
    en: {
      title: 'Nothing to erase',
      detail: 'Nothing is left to erase in the scope asked for; what remains is kept by obligation.',
      wayOut: 'Ask for a dry run (`dryRun`): it names what is kept, why and until when.',
    },
  },
  'erasure-not-finished': {
    status: 409,
    retry: 'later',
    fr: {
      title: 'Effacement en cours',
      detail: 'L’effacement n’est pas encore achevé : il n’y a rien à certifier.',
      wayOut: 'Lisez ses étapes (GET …/erasures/{id}) et redemandez le certificat ensuite.',
    },
    en: {
      title: 'Erasure under way',
      detail: 'The erasure is not finished yet: there is nothing to certify.',
      wayOut: 'Read its steps (GET …/erasures/{id}) and ask for the certificate then.',
    },
  },
  'identity-not-verified': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Identité non vérifiée',
      detail: 'Cet acte exige que l’identité du demandeur ait été vérifiée (RGPD, art. 12(6)).',
      wayOut: 'Vérifiez l’identité par le moyen le moins intrusif, puis donnez la méthode et la date.',
    },
    en: {
      title: 'Identity not verified',
      detail: 'This act requires that the requester’s identity was verified (GDPR Art. 12(6)).',
      wayOut: 'Verify the identity by the least intrusive means, then give the method and the date.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
