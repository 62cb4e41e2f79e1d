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
  'purpose-variants-overlap': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Deux variantes pour les mêmes personnes',
      detail:
        'Deux variantes de cette finalité couvrent le même public dans la même relation : on ne saurait plus laquelle des deux bases légales s’applique.',
      wayOut:
        'Répartissez publics et relations de façon que chaque couple n’appartienne qu’à une variante ; « note » nomme le couple en cause.',
    },
    en: {
      title: 'Two variants for the same people',
      detail:
        'Two variants of this purpose cover the same audience in the same relation: nobody could tell which of the two lawful bases applies.',
      wayOut:
        'Divide audiences and relations so that each pair belongs to one variant only; `note` names the pair.',
    },
  },
  'basis-not-possible': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Base légale impossible ici',
      detail:
        'Une finalité de cette nature ne peut pas reposer sur cette base légale : la prospection repose sur le consentement ou l’intérêt légitime, le suivi des ouvertures sur le seul consentement.',
      wayOut:
        'Choisissez une base que « note » nomme, ou corrigez la nature (« kind ») si la finalité n’est pas de la prospection.',
    },
    en: {
      title: 'Lawful basis not possible here',
      detail:
        'A purpose of this kind cannot rest on this lawful basis: direct marketing rests on consent or legitimate interests, tracking of opened e-mails on consent alone.',
      wayOut: 'Choose a basis that `note` names, or correct `kind` if the purpose is not direct marketing.',
    },
  },
  'data-not-needed': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Donnée non nécessaire',
      detail:
        'Aucun canal de cette finalité n’utilise cette donnée ; ce qui n’est pas nécessaire n’est pas collecté (RGPD, art. 5(1)(c)).',
      wayOut: 'Retirez la donnée de « dataNeeded », ou ajoutez à la finalité le canal qui l’utilise.',
    },
    en: {
      title: 'Data not needed',
      detail:
        'No channel of this purpose uses this data; what is not needed is not collected (GDPR Art. 5(1)(c)).',
      wayOut: 'Remove it from `dataNeeded`, or add to the purpose the channel that uses it.',
    },
  },
  'offer-repeated': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Question posée deux fois',
      detail:
        'Ce formulaire demande deux fois le même accord : même finalité, même canal, même nature de biens. Deux réponses pourraient se contredire.',
      wayOut: 'Gardez une seule question par finalité, canal et nature de biens.',
    },
    en: {
      title: 'Question asked twice',
      detail:
        'This form asks twice for the same agreement: same purpose, same channel, same nature of goods. Two answers could contradict each other.',
      wayOut: 'Keep one question per purpose, channel and nature of goods.',
    },
  },
  'phone-request-incomplete': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Demande d’accord aux appels incomplète',
      detail:
        'Une demande d’accord aux appels de prospection doit montrer qui appelle, pour quels biens ou services, pour combien de temps, le droit de refuser et celui de retirer son accord, sur un support durable (C. conso., art. R.223-1).',
      wayOut:
        'Complétez l’élément nommé dans « errors » : si le formulaire ne l’a pas montré, il faut une nouvelle version du formulaire.',
    },
    en: {
      title: 'Request for consent to calls incomplete',
      detail:
        'A request for consent to marketing calls must show who calls, about which goods or services, for how long, that one may refuse and how to withdraw, on a durable medium (French Consumer Code, Art. R.223-1).',
      wayOut:
        'Complete the element named in `errors`: if the form did not show it, a new version of the form is needed.',
    },
  },
  'version-skips': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Numéro de version sauté',
      detail: 'Les versions se suivent sans trou : une version antérieure n’a pas été enregistrée.',
      wayOut: 'Enregistrez d’abord la version manquante ; « note » donne le prochain numéro.',
    },
    en: {
      title: 'Version number skipped',
      detail: 'Versions follow each other without a gap: an earlier one was not recorded.',
      wayOut: 'Record the missing version first; `note` gives the next number.',
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
  'recipient-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Destinataire inconnu',
      detail: 'Aucun destinataire de ce nom n’est déclaré, ou aucun paquet n’a été préparé pour lui.',
      wayOut: 'Lisez les destinataires par GET /v1/recipients.',
    },
    en: {
      title: 'Unknown recipient',
      detail: 'No such recipient is declared, or no package was prepared for it.',
      wayOut: 'Read the recipients with GET /v1/recipients.',
    },
  },
  'recipient-incomplete': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Destinataire incomplet',
      detail: 'On ne saurait pas par quoi ce destinataire retrouve une personne.',
      wayOut:
        'Nommez le système de l’identifiant externe (« identifiesBy.system »), et aucun système pour une adresse.',
    },
    en: {
      title: 'Recipient incomplete',
      detail: 'Nobody could tell by what this recipient finds a person.',
      wayOut: 'Name the system of the external id (`identifiesBy.system`), and none for an address.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
