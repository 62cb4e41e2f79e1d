import type { CallRule, Obligation, RetentionRule } from '../policy.js';
import { BEFORE_PHONE_OPT_IN, FIRST_DAY, PHONE_OPT_IN } from './dates.js';

/** The zones of France where the code of consumer law applies as such; overseas lines have numbers of their own. */
const ZONES_OF_FRANCE = [
  'Europe/Paris',
  'America/Guadeloupe',
  'America/Martinique',
  'America/Cayenne',
  'America/Miquelon',
  'Indian/Reunion',
  'Indian/Mayotte',
];

const windows = {
  audiences: ['consumer', 'sole-trader-mixed'],
  zonesIfUnknown: ZONES_OF_FRANCE,
  weekdays: [1, 2, 3, 4, 5],
  publicHolidays: 'excluded',
  hours: [
    ['10:00', '13:00'],
    ['14:00', '20:00'],
  ],
  maxCalls: 4,
  perDays: 30,
} as const satisfies Partial<CallRule>;

/** Days, hours and number of calls to consumers; public holidays of C. trav. L.3133-1. */
export const callRules: readonly CallRule[] = [
  {
    ...windows,
    ruleId: 'CALL-2023',
    channels: ['phone-human'],
    counts: 'calls',
    derogationBy: 'consent',
    daysAfterRefusal: 60,
    derogation: {
      fr: 'Consentement préalable exprès à être appelé en dehors, prouvé.',
      en: 'Prior express consent to be called outside them, provable.',
    },
    source: 'Décret 2022-1313, C. conso. D.223-9 (ancien)',
    certainty: ['primary'],
    from: '2023-03-01',
    to: BEFORE_PHONE_OPT_IN,
    meaning: {
      fr: 'Du lundi au vendredi hors jours fériés, de 10 h à 13 h et de 14 h à 20 h chez le consommateur ; quatre appels par professionnel en 30 jours au plus ; 60 jours sans appel après un refus.',
      en: 'Monday to Friday except public holidays, 10:00 to 13:00 and 14:00 to 20:00 where the consumer is; four calls per professional in 30 days at most; 60 days without a call after a refusal.',
    },
  },
  {
    ...windows,
    ruleId: 'CALL-2026',
    channels: ['phone-human', 'autodialer'],
    counts: 'calls-and-attempts',
    derogationBy: 'accepted-slot',
    derogation: {
      fr: 'Seulement une date et une heure précises, expressément acceptées, que l’on peut attester.',
      en: 'Only a precise date and time, expressly accepted, that can be attested.',
    },
    source: 'C. conso. D.223-9, L.223-1 al. 6',
    certainty: ['quoted'],
    from: PHONE_OPT_IN,
    to: null,
    meaning: {
      fr: 'Mêmes jours et heures ; quatre appels ou tentatives en 30 jours au plus, par professionnel et ceux qui appellent pour lui.',
      en: 'Same days and hours; four calls or attempts in 30 days at most, per professional and whoever calls on their behalf.',
    },
  },
];

/** How long the data serves prospecting. */
export const retention: RetentionRule = {
  ruleId: 'RET-PROSPECT',
  years: 3,
  source: 'CNIL, référentiel « gestion des activités commerciales »',
  certainty: ['secondary'],
  meaning: {
    fr: 'Les données servent à la prospection pendant trois ans après le dernier contact venu de la personne ou la fin de la relation commerciale ; ouvrir un message n’est pas un contact.',
    en: 'The data serves prospecting for three years after the last contact from the person or the end of the commercial relation; opening a message is no contact.',
  },
};

/** What messages and calls owe, whichever rule permits them. */
export const obligations: readonly Obligation[] = [
  {
    ruleId: 'MSG-1',
    channels: ['email', 'sms-mms', 'autodialer', 'fax'],
    from: FIRST_DAY,
    to: null,
    source: 'CPCE L.34-5 al. 5',
    certainty: ['quoted'],
    meaning: {
      fr: 'Donnez des coordonnées valables pour faire cesser les messages, sans frais autres que ceux de transmission ; ne cachez pas l’expéditeur ; pas d’objet sans rapport avec l’offre.',
      en: 'Give a valid contact point to stop, at no cost beyond transmission; never hide the sender; no subject unrelated to the offer.',
    },
  },
  {
    ruleId: 'MSG-2',
    channels: 'any',
    from: FIRST_DAY,
    to: null,
    source: 'RGPD art. 21(4)',
    certainty: ['primary'],
    meaning: {
      fr: 'Le droit d’opposition est présenté clairement et séparément, au plus tard à la première communication.',
      en: 'The right to object is shown clearly and separately, at the latest at the first communication.',
    },
  },
  {
    ruleId: 'MSG-3',
    channels: ['phone-human'],
    from: PHONE_OPT_IN,
    to: null,
    source: 'C. conso. L.223-2',
    certainty: ['primary'],
    meaning: {
      fr: 'Quand un numéro de téléphone est recueilli, dites que la prospection par appel exige un consentement préalable, sauf contrat en cours ; un contrat signé le dit clairement.',
      en: 'When a phone number is collected, state that prospecting calls need prior consent, except under an ongoing contract; a signed contract says it clearly.',
    },
  },
  {
    ruleId: 'MSG-4',
    channels: ['phone-human', 'autodialer'],
    from: PHONE_OPT_IN,
    to: null,
    source: 'C. conso. L.223-1 al. 8 et 9, L.242-16',
    certainty: ['quoted'],
    meaning: {
      fr: 'Qui profite d’appels illicites en est présumé responsable ; le contrat qui en résulte est nul ; amendes jusqu’à 75 000 € ou 375 000 €, publiées.',
      en: 'Whoever profits from unlawful calls is presumed liable; the resulting contract is void; fines up to EUR 75,000 or 375,000, published.',
    },
  },
  {
    ruleId: 'MSG-5',
    channels: ['email'],
    from: '2026-04-14',
    to: null,
    source: 'CNIL, recommandation sur les pixels de suivi (2026-04-14)',
    certainty: ['quoted'],
    meaning: {
      fr: 'Suivre l’ouverture d’un courriel par un pixel est une finalité à part, qui exige son propre consentement, sauf exemption.',
      en: 'Tracking the opening of an e-mail by a pixel is a purpose apart that needs its own consent, unless exempt.',
    },
  },
];
