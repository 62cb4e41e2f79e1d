import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why the ledger declines a command about a person and how they can be reached. */
export const subjectProblems = {
  'subject-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Personne inconnue',
      detail: 'Le registre ne connaît pas cette personne.',
      wayOut: 'Vérifiez l’identifiant, ou cherchez la personne par POST /v1/subjects/lookup.',
    },
    en: {
      title: 'Unknown person',
      detail: 'The ledger does not know this person.',
      wayOut: 'Check the identifier, or look the person up with POST /v1/subjects/lookup.',
    },
  },
  'subject-erased': {
    status: 410,
    retry: 'no',
    fr: {
      title: 'Personne effacée',
      detail: 'Les données de cette personne ont été effacées (RGPD, art. 17).',
      wayOut:
        'Retirez cet identifiant de votre système. Si la personne revient d’elle-même, enregistrez-la comme une nouvelle personne.',
    },
    en: {
      title: 'Person erased',
      detail: 'This person’s data were erased (GDPR Art. 17).',
      wayOut:
        'Remove the identifier from your system. If the person comes back by themselves, register a new one.',
    },
  },
  'subject-already-registered': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Personne déjà enregistrée',
      detail: 'Cette personne est déjà dans le registre.',
      wayOut: 'Cherchez-la par POST /v1/subjects/lookup et utilisez son identifiant.',
    },
    en: {
      title: 'Person already registered',
      detail: 'This person is already in the ledger.',
      wayOut: 'Look the person up with POST /v1/subjects/lookup and use that identifier.',
    },
  },
  'subject-restricted': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Traitement limité',
      detail:
        'Le traitement des données de cette personne est limité (RGPD, art. 18) : cet acte n’est pas permis.',
      wayOut:
        'Attendez la levée de la limitation, décidée par le DPO. Un retrait ou une opposition reste accepté.',
    },
    en: {
      title: 'Processing restricted',
      detail: 'Processing of this person’s data is restricted (GDPR Art. 18): this act is not allowed.',
      wayOut: 'Wait until the DPO lifts the restriction. A withdrawal or objection is still accepted.',
    },
  },
  'contact-point-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Coordonnée inconnue',
      detail: 'Cette personne n’a pas cette coordonnée.',
      wayOut:
        'Lisez les coordonnées de la personne par GET /v1/subjects/{subjectId}, puis corrigez l’identifiant.',
    },
    en: {
      title: 'Unknown contact point',
      detail: 'This person has no such contact point.',
      wayOut:
        'Read the person’s contact points with GET /v1/subjects/{subjectId}, then correct the identifier.',
    },
  },
  'contact-point-already-known': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Coordonnée déjà connue',
      detail: 'Cette personne a déjà cette coordonnée.',
      wayOut: 'Il n’y a rien à faire : la coordonnée existante peut être utilisée.',
    },
    en: {
      title: 'Contact point already known',
      detail: 'This person already has this contact point.',
      wayOut: 'There is nothing to do: the existing contact point can be used.',
    },
  },
  'contact-point-invalid': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Coordonnée invalide',
      detail: 'La valeur n’est pas une adresse ou un numéro de ce type.',
      wayOut:
        'Corrigez la valeur : adresse e-mail complète, numéro avec indicatif international, ou adresse postale.',
    },
    en: {
      title: 'Invalid contact point',
      detail: 'The value is no address or number of this kind.',
      wayOut:
        'Correct the value: a complete e-mail address, a number with country code, or a postal address.',
    },
  },
  'external-id-of-another-subject': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Identifiant externe d’une autre personne',
      detail: 'Cet identifiant de ce système désigne déjà une autre personne.',
      wayOut: 'Cherchez à qui il appartient. Si c’est la même personne, demandez à relier les deux dossiers.',
    },
    en: {
      title: 'External id of another person',
      detail: 'This identifier of this system already names another person.',
      wayOut: 'Look up whose it is. If it is the same person, ask for the two records to be linked.',
    },
  },
  'link-to-itself': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Lien vers soi-même',
      detail: 'Une personne ne peut pas être reliée à elle-même.',
      wayOut: 'Donnez deux identifiants différents.',
    },
    en: {
      title: 'Link to itself',
      detail: 'A person cannot be linked to themselves.',
      wayOut: 'Give two different identifiers.',
    },
  },
  'relationship-event-invalid': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Fait de relation incomplet ou contradictoire',
      detail: 'Il manque à ce fait un élément, ou un élément ne va pas avec sa nature.',
      wayOut:
        'Nommez le contrat d’un début ou d’une fin de contrat ; ne dites comment les coordonnées ont été recueillies que pour une vente ou un début de contrat.',
    },
    en: {
      title: 'Incomplete or contradictory relationship event',
      detail: 'The event lacks something, or says something that does not go with its kind.',
      wayOut:
        'Name the contract where one starts or ends; say how contact details were collected only for a sale or a contract that starts.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
