import type { PolicySwitch, Unverified } from '../policy.js';
import { BEFORE_PHONE_OPT_IN, FIRST_DAY, PHONE_OPT_IN } from './dates.js';

/** Questions that the law has not settled, or has settled only lately. */
export const switches: readonly PolicySwitch[] = [
  {
    switchId: 'phone-opt-in',
    settings: [
      { state: 'off', from: FIRST_DAY, to: BEFORE_PHONE_OPT_IN },
      { state: 'on', from: PHONE_OPT_IN, to: null },
    ],
    source: 'Loi 2025-594 art. 13 (C. conso. L.223-1, L.223-2, L.223-5)',
    certainty: ['primary', 'quoted'],
    meaning: {
      fr: 'Appeler un consommateur exige son consentement ; Bloctel est abrogé.',
      en: 'Calling a consumer needs their consent; Bloctel is repealed.',
    },
  },
  {
    switchId: 'contested-ce',
    settings: [
      { state: 'off', from: FIRST_DAY, to: '2026-09-22' },
      { state: 'on', from: '2026-09-23', to: null },
    ],
    source: 'Décret 2026-662 du 2026-07-23 (JORFTEXT000054483939)',
    certainty: ['quoted'],
    meaning: {
      fr: 'Un recours contre le décret est signalé devant le Conseil d’État ; aucune suspension n’est connue : le décret s’applique.',
      en: 'An action against the decree is reported before the Conseil d’État; no suspension is known: the decree applies.',
    },
  },
  {
    switchId: 'named-partners',
    settings: [{ state: 'on', from: FIRST_DAY, to: null }],
    source: 'CE 2025-05-05 (Canal+), questions préjudicielles à la CJUE',
    certainty: ['secondary'],
    meaning: {
      fr: 'Un consentement pour des « partenaires » ne vaut que pour des destinataires nommés, tant que la Cour n’a pas répondu.',
      en: 'A consent for "partners" counts for named recipients only, until the Court has answered.',
    },
  },
  {
    switchId: 'freemium-c654-23',
    settings: [{ state: 'off', from: FIRST_DAY, to: null }],
    source: 'CJUE 2025-11-13 C-654/23',
    certainty: ['secondary'],
    meaning: {
      fr: 'Traiter un compte gratuit à rémunération indirecte comme une vente : seulement après avis juridique.',
      en: 'To treat a free account with indirect remuneration as a sale: only with legal sign-off.',
    },
  },
  {
    switchId: 'email-open-tracking',
    settings: [
      { state: 'off', from: FIRST_DAY, to: '2026-04-13' },
      { state: 'on', from: '2026-04-14', to: null },
    ],
    source: 'CNIL, recommandation sur les pixels de suivi (2026-04-14)',
    certainty: ['quoted'],
    meaning: {
      fr: 'Le suivi de l’ouverture des courriels exige un consentement à part ; contrôles annoncés après le 14 juillet 2026.',
      en: 'Tracking of opened e-mails needs a consent of its own; enforcement announced after 14 July 2026.',
    },
  },
  {
    switchId: 'digital-omnibus',
    settings: [{ state: 'off', from: FIRST_DAY, to: null }],
    source: 'COM(2025) 837, 2025/0360(COD)',
    certainty: ['quoted'],
    meaning: {
      fr: 'Le « Digital Omnibus » n’est pas adopté : le texte actuel du RGPD s’applique.',
      en: 'The Digital Omnibus is not adopted: the current text of the GDPR applies.',
    },
  },
];

/** Rules that are told and that nobody has checked. */
export const unverified: readonly Unverified[] = [
  {
    ruleId: 'XX-C-6',
    from: '2022-12-21',
    to: null,
    source: 'Loi 2022-1587',
    certainty: ['unverified'],
    meaning: {
      fr: 'Démarcher les titulaires d’un compte personnel de formation (CPF) par téléphone, message ou réseau social serait interdit, sauf contrat en cours.',
      en: 'Canvassing holders of a personal training account (CPF) by phone, message or social network is said to be forbidden, except under an ongoing contract.',
    },
  },
  {
    ruleId: 'PU-1-SOCIAL',
    from: FIRST_DAY,
    to: null,
    source: 'Aucune source vérifiée',
    certainty: ['unverified'],
    meaning: {
      fr: 'Les messages de réseaux sociaux exigeraient le consentement préalable, comme les notifications.',
      en: 'Messages of social networks are said to need prior consent, as notifications do.',
    },
  },
  {
    ruleId: 'PHONE-LEGACY',
    from: PHONE_OPT_IN,
    to: null,
    source: 'C. conso. R.223-1',
    certainty: ['unverified'],
    meaning: {
      fr: 'Un consentement à être appelé d’avant le 11 août 2026 ne vaudrait que si sa preuve satisfait R.223-1 et qu’il a moins d’un an.',
      en: 'A consent to be called from before 11 August 2026 is said to count only if its proof meets R.223-1 and it is less than a year old.',
    },
  },
];
