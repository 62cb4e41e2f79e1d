import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why the ledger declines a change of the register, its purposes, notices and forms. */
export const registerProblems = {
  'code-already-used': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Code déjà utilisé',
      detail: 'Un autre élément du registre porte déjà ce code.',
      wayOut: 'Choisissez un autre code, ou modifiez l’élément existant.',
    },
    en: {
      title: 'Code already used',
      detail: 'Another element of the register already has this code.',
      wayOut: 'Choose another code, or change the existing element.',
    },
  },
  'purpose-without-basis': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Finalité sans base légale',
      detail: 'Chaque variante d’une finalité repose sur exactement une base légale (RGPD, art. 6(1)).',
      wayOut: 'Donnez une base légale à chaque variante.',
    },
    en: {
      title: 'Purpose without lawful basis',
      detail: 'Each variant of a purpose rests on exactly one lawful basis (GDPR Art. 6(1)).',
      wayOut: 'Give each variant a lawful basis.',
    },
  },
  'assessment-missing': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Évaluation manquante',
      detail: 'L’intérêt légitime exige une mise en balance documentée (RGPD, art. 6(1)(f)).',
      wayOut:
        'Documentez l’évaluation et donnez sa référence et son empreinte SHA-256 dans « assessment » de la variante concernée.',
    },
    en: {
      title: 'Assessment missing',
      detail: 'Legitimate interests require a documented balancing test (GDPR Art. 6(1)(f)).',
      wayOut:
        'Document the assessment and give its reference and SHA-256 in `assessment` of the variant concerned.',
    },
  },
  'notice-version-exists': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Version de la mention déjà publiée',
      detail: 'Cette version existe déjà : un texte publié ne change plus.',
      wayOut: 'Publiez le nouveau texte sous le numéro de version suivant.',
    },
    en: {
      title: 'Notice version already published',
      detail: 'This version exists already: a published text does not change.',
      wayOut: 'Publish the new text under the next version number.',
    },
  },
  'collection-form-version-exists': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Version du formulaire déjà enregistrée',
      detail: 'Cette version existe déjà : ce qui a été montré ne change plus.',
      wayOut: 'Enregistrez le formulaire modifié sous le numéro de version suivant.',
    },
    en: {
      title: 'Form version already recorded',
      detail: 'This version exists already: what was shown does not change.',
      wayOut: 'Record the changed form under the next version number.',
    },
  },
  'processing-activity-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Activité de traitement inconnue',
      detail: 'Le registre ne contient pas cette activité de traitement.',
      wayOut: 'Lisez le registre par GET /v1/register et corrigez l’identifiant.',
    },
    en: {
      title: 'Unknown processing activity',
      detail: 'The register holds no such processing activity.',
      wayOut: 'Read the register with GET /v1/register and correct the identifier.',
    },
  },
  'processing-activity-retired': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Activité de traitement close',
      detail: 'Cette activité est close : elle reste lisible mais ne change plus.',
      wayOut: 'Enregistrez une nouvelle activité si le traitement reprend.',
    },
    en: {
      title: 'Processing activity retired',
      detail: 'This activity is retired: it stays readable but does not change.',
      wayOut: 'Record a new activity if the processing resumes.',
    },
  },
  'controller-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Responsable du traitement inconnu',
      detail: 'Le registre ne connaît pas ce responsable du traitement.',
      wayOut: 'Déclarez-le d’abord, ou corrigez « controllerId ».',
    },
    en: {
      title: 'Unknown data controller',
      detail: 'The ledger does not know this data controller.',
      wayOut: 'Declare it first, or correct `controllerId`.',
    },
  },
  'personal-data-in-text': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Donnée personnelle dans un texte',
      detail:
        'Ce texte semble contenir une adresse, un numéro de téléphone ou un compte bancaire ; un fait du registre ne s’efface pas.',
      wayOut: 'Retirez la donnée du champ indiqué ; décrivez un rôle ou un service plutôt qu’une personne.',
    },
    en: {
      title: 'Personal data in a text',
      detail:
        'This text seems to hold an address, phone number or bank account; a fact of the ledger cannot be erased.',
      wayOut: 'Remove it from the member named; describe a role or department rather than a person.',
    },
  },
  'national-id-refused': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Numéro de sécurité sociale refusé',
      detail: 'Le registre ne conserve pas de numéro d’inscription au répertoire (NIR).',
      wayOut: 'Retirez le numéro. Utilisez l’identifiant de votre propre système.',
    },
    en: {
      title: 'National identification number refused',
      detail: 'The ledger keeps no national identification number (NIR).',
      wayOut: 'Remove the number. Use the identifier of your own system.',
    },
  },
  'special-category-refused': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Catégorie particulière de données refusée',
      detail:
        'Les données de santé, d’opinion, de religion ou d’une autre catégorie particulière (RGPD, art. 9) sont refusées par défaut.',
      wayOut:
        'Retirez cette catégorie, ou enregistrez d’abord l’exception de l’art. 9(2) sur laquelle elle repose.',
    },
    en: {
      title: 'Special category of data refused',
      detail:
        'Data on health, opinions, religion or another special category (GDPR Art. 9) are refused by default.',
      wayOut: 'Remove the category, or first record the exception of Art. 9(2) on which it rests.',
    },
  },
  'occurred-in-the-future': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Date dans le futur',
      detail: 'Un fait ne peut pas s’être produit après son enregistrement.',
      wayOut: 'Corrigez « occurredAt » et vérifiez l’horloge et le fuseau de l’émetteur.',
    },
    en: {
      title: 'Date in the future',
      detail: 'A fact cannot have happened after it is recorded.',
      wayOut: 'Correct `occurredAt` and check the clock and time zone of the sender.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
