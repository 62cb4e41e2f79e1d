import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why the ledger declines a consent. A refusal, withdrawal or objection is never declined for any of these. */
export const consentProblems = {
  'purpose-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Finalité inconnue',
      detail: 'Le registre ne connaît pas cette finalité.',
      wayOut: 'Déclarez d’abord la finalité (POST /v1/purposes) ou corrigez son identifiant.',
    },
    en: {
      title: 'Unknown purpose',
      detail: 'The ledger does not know this purpose.',
      wayOut: 'Declare the purpose first (POST /v1/purposes) or correct its identifier.',
    },
  },
  'purpose-retired': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Finalité close',
      detail:
        'Cette finalité n’est plus poursuivie : plus aucun consentement ne peut être recueilli pour elle.',
      wayOut: 'Utilisez la finalité qui la remplace.',
    },
    en: {
      title: 'Purpose retired',
      detail: 'This purpose is no longer pursued, so no consent can be collected for it.',
      wayOut: 'Use the purpose that replaces it.',
    },
  },
  'lawful-basis-is-not-consent': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'La base légale n’est pas le consentement',
      detail:
        'Cette finalité repose sur une autre base légale (RGPD, art. 6) : un consentement y serait trompeur.',
      wayOut:
        'N’enregistrez pas de consentement pour elle. Si la base légale est fausse, corrigez la finalité.',
    },
    en: {
      title: 'The lawful basis is not consent',
      detail: 'This purpose rests on another lawful basis (GDPR Art. 6): a consent would mislead.',
      wayOut: 'Record no consent for it. If the lawful basis is wrong, correct the purpose.',
    },
  },
  'channel-not-offered': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Canal non prévu',
      detail: 'Cette finalité n’utilise pas ce canal.',
      wayOut: 'Choisissez un canal de la finalité, ou ajoutez le canal à la finalité.',
    },
    en: {
      title: 'Channel not offered',
      detail: 'This purpose does not use this channel.',
      wayOut: 'Choose one of the purpose’s channels, or add the channel to the purpose.',
    },
  },
  'collection-form-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Formulaire inconnu',
      detail: 'Le registre ne connaît pas ce formulaire de collecte ou cette version.',
      wayOut:
        'Enregistrez le formulaire et sa version (POST /v1/collection-forms), ou corrigez la référence.',
    },
    en: {
      title: 'Unknown collection form',
      detail: 'The ledger does not know this collection form or this version.',
      wayOut: 'Record the form and its version (POST /v1/collection-forms), or correct the reference.',
    },
  },
  'collection-form-version-not-valid-then': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Version du formulaire hors période',
      detail: 'Cette version du formulaire n’était pas en ligne à la date de l’acte.',
      wayOut: 'Donnez la version en ligne ce jour-là, ou corrigez « occurredAt ».',
    },
    en: {
      title: 'Form version not valid then',
      detail: 'This version of the form was not in use on the date of the act.',
      wayOut: 'Give the version that was in use that day, or correct `occurredAt`.',
    },
  },
  'notice-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Mention d’information inconnue',
      detail: 'Le registre ne connaît pas cette mention ou cette version.',
      wayOut: 'Publiez d’abord la mention (POST /v1/notices), ou corrigez la référence.',
    },
    en: {
      title: 'Unknown privacy notice',
      detail: 'The ledger does not know this notice or this version.',
      wayOut: 'Publish the notice first (POST /v1/notices), or correct the reference.',
    },
  },
  'notice-language-unknown': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Mention absente dans cette langue',
      detail: 'Cette version de la mention n’existe pas dans cette langue.',
      wayOut:
        'Donnez la langue qui a réellement été affichée à la personne, ou publiez cette version dans cette langue.',
    },
    en: {
      title: 'Notice not in this language',
      detail: 'This version of the notice does not exist in this language.',
      wayOut:
        'Give the language that was really shown to the person, or publish the version in this language.',
    },
  },
  'choice-not-offered-by-form': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Choix absent du formulaire',
      detail: 'Le formulaire ne proposait pas ce choix : la personne n’a pas pu le faire là.',
      wayOut: 'Envoyez seulement les choix de cette version, ou donnez la version qui les proposait.',
    },
    en: {
      title: 'Choice not offered by the form',
      detail: 'The form did not offer this choice, so the person cannot have made it there.',
      wayOut: 'Send only the choices of this version, or give the version that offered them.',
    },
  },
  'served-token-invalid': {
    status: 422,
    retry: 'change',
    fr: {
      title: 'Jeton d’affichage refusé',
      detail:
        'Ce jeton ne dit pas que cette version du formulaire a été affichée avant cet envoi : il est altéré, d’une autre version, ou trop ancien.',
      wayOut:
        'Demandez un jeton à chaque affichage (POST /v1/served-tokens) et envoyez-le avec le formulaire dans les sept jours, ou enregistrez l’inscription sans lui.',
    },
    en: {
      title: 'Served token refused',
      detail:
        'This token does not say that this form version was shown before it was sent: it is altered, of another version, or too old.',
      wayOut:
        'Ask for a token each time the form is shown (POST /v1/served-tokens) and send it with the form within seven days, or record the sign-up without it.',
    },
  },
  'consent-was-pre-ticked': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Case précochée',
      detail: 'Une case cochée d’avance n’est pas un consentement (RGPD, art. 4(11) ; CJUE, C-673/17).',
      wayOut: 'Corrigez le formulaire, puis demandez de nouveau à la personne.',
    },
    en: {
      title: 'Pre-ticked box',
      detail: 'A box ticked in advance is no consent (GDPR Art. 4(11); CJEU, C-673/17).',
      wayOut: 'Correct the form, then ask the person again.',
    },
  },
  'consent-without-words': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Consentement sans texte',
      detail:
        'Le texte montré à la personne manque : sans lui, le consentement ne peut pas être démontré (RGPD, art. 7(1)).',
      wayOut: 'Donnez le libellé du choix et la mention telle qu’elle a été affichée.',
    },
    en: {
      title: 'Consent without words',
      detail:
        'The text shown to the person is missing: without it the consent cannot be demonstrated (GDPR Art. 7(1)).',
      wayOut: 'Give the label of the choice and the notice as it was shown.',
    },
  },
  'consent-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Consentement inconnu',
      detail: 'Cette personne n’a pas donné ce consentement.',
      wayOut: 'Lisez ses consentements par GET /v1/subjects/{subjectId}/consents.',
    },
    en: {
      title: 'Unknown consent',
      detail: 'This person gave no such consent.',
      wayOut: 'Read the person’s consents with GET /v1/subjects/{subjectId}/consents.',
    },
  },
  'consent-period-too-long': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Durée de consentement trop longue',
      detail: 'La fin de validité dépasse ce que la règle permet pour ce canal (un an pour le téléphone).',
      wayOut: 'Donnez une fin de validité plus proche, ou laissez le registre la calculer.',
    },
    en: {
      title: 'Consent period too long',
      detail: 'The end of validity is later than the rule allows for this channel (one year for the phone).',
      wayOut: 'Give an earlier end, or let the ledger compute it.',
    },
  },
  'proof-incomplete': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Preuve incomplète',
      detail: 'Il manque des éléments sans lesquels ce consentement ne peut pas être prouvé.',
      wayOut: 'Complétez le champ indiqué : formulaire, mention, langue, geste de la personne, source.',
    },
    en: {
      title: 'Incomplete proof',
      detail: 'Elements are missing without which this consent cannot be proven.',
      wayOut: 'Complete the member named: form, notice, language, the person’s act, source.',
    },
  },
  'preferences-contradictory': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Préférences contradictoires',
      detail: 'Un même thème est nommé deux fois.',
      wayOut: 'Nommez chaque thème une seule fois, voulu ou non.',
    },
    en: {
      title: 'Contradictory preferences',
      detail: 'One topic is named twice.',
      wayOut: 'Name each topic once, wanted or not.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
