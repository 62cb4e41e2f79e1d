import type { Audience, Channel, Relation, Sector } from '#kernel';
import type { Label } from './policy.js';
import type {
  Certainty,
  Condition,
  Duty,
  Evidence,
  Goods,
  PolicyResult,
  RequirementGroup,
  SwitchId,
  SwitchState,
} from './vocabulary.js';

/** A label for each code of a vocabulary; a code without one does not compile. */
type Labels<C extends string> = Readonly<Record<C, Label>>;
const label = (fr: string, en: string): Label => ({ fr, en });

/** Channels; `any` covers those to come as well. */
export const channelWords: Labels<Channel | 'any'> = {
  any: label('tous les canaux', 'every channel'),
  email: label('courriel', 'e-mail'),
  'sms-mms': label('SMS ou MMS', 'text message'),
  autodialer: label('automate d’appel', 'autodialer'),
  fax: label('fax', 'fax'),
  'phone-human': label('appel par une personne', 'call by a person'),
  post: label('courrier postal', 'post'),
  push: label('notification', 'push notification'),
  'social-dm': label('message de réseau social', 'message of a social network'),
};

/** Who is addressed. */
export const audienceWords: Labels<Audience | 'any'> = {
  any: label('tout public', 'everybody'),
  consumer: label('consommateur', 'consumer'),
  'pro-named': label('professionnel nommé', 'named professional'),
  'pro-generic': label(
    'boîte ou ligne générique d’une organisation',
    'generic mailbox or line of an organisation',
  ),
  'sole-trader-mixed': label('entrepreneur individuel à ligne partagée', 'sole trader with a shared line'),
};

/** What ties the person to the sender. */
export const relationWords: Labels<Relation | 'any'> = {
  any: label('toute relation', 'any relation'),
  none: label('aucune relation', 'no relation'),
  'account-only': label('compte sans achat', 'account without purchase'),
  'customer-similar': label('client, produit analogue', 'customer, analogous product'),
  'customer-other': label('client, autre produit', 'customer, other product'),
  'contract-ongoing-related': label('contrat en cours, en rapport', 'ongoing contract, related'),
  'former-customer': label('ancien client', 'former customer'),
  'third-party-list': label('liste d’un tiers', 'list of a third party'),
};

/** Sectors with rules of their own. */
export const sectorWords: Labels<Sector | 'any'> = {
  any: label('tous secteurs', 'every sector'),
  normal: label('secteur sans règle propre', 'sector without rules of its own'),
  'housing-energy-adapt': label('énergie et adaptation du logement', 'energy and adaptation of homes'),
  'cpf-training': label('formation CPF', 'CPF training'),
  press: label('presse', 'press'),
  charity: label('association caritative', 'charity'),
};

/** Goods and services with dates of their own. */
export const goodsWords: Labels<Goods> = {
  'energy-saving': label('économies d’énergie', 'energy saving'),
  'renewable-energy': label('énergies renouvelables', 'renewable energy'),
  'age-disability-adaptation': label('adaptation à l’âge ou au handicap', 'adaptation to age or disability'),
};

/** What must be true beside. */
export const conditionWords: Labels<Condition> = {
  'related-to-profession': label('objet en rapport avec la profession', 'object related to the profession'),
  'unrelated-to-profession': label(
    'objet sans rapport avec la profession',
    'object unrelated to the profession',
  ),
  'published-professional-contact': label(
    'adresse ou ligne professionnelle publiée',
    'published professional address or line',
  ),
  'strictly-professional-object': label('objet strictement professionnel', 'strictly professional object'),
  'non-commercial': label('sans but commercial', 'without commercial aim'),
  'call-back-requested': label('rappel demandé par la personne', 'call-back asked for by the person'),
};

/** What a rule answers. */
export const resultWords: Labels<PolicyResult> = {
  'opt-in': label('consentement préalable nécessaire', 'prior consent needed'),
  'soft-opt-in': label('exception client, sous conditions', 'customer exception, on conditions'),
  'opt-out': label('permis sauf opposition', 'permitted unless objected to'),
  'allowed-no-consent': label('permis sans consentement', 'permitted without consent'),
  forbidden: label('interdit, même avec consentement', 'forbidden, even with consent'),
};

/** What the sender must be able to show. */
export const evidenceWords: Labels<Evidence> = {
  'consent-for-channel': label(
    'preuve du consentement pour ce canal',
    'proof of the consent for this channel',
  ),
  'consent-naming-advertiser': label(
    'preuve d’un consentement qui nomme l’annonceur',
    'proof of a consent that names the advertiser',
  ),
  'soft-opt-in-conditions': label(
    'preuve des sept conditions de l’exception client',
    'proof of the seven conditions of soft opt-in',
  ),
  'phone-consent-record': label(
    'enregistrement du consentement aux appels (R.223-1)',
    'record of the consent to be called (R.223-1)',
  ),
  'contract-in-performance': label('contrat en cours d’exécution', 'contract in performance'),
  'information-given': label('information donnée à la personne', 'information given to the person'),
  'source-named': label('source des coordonnées', 'source of the contact details'),
  'bloctel-scrub': label('passage par Bloctel', 'scrub against Bloctel'),
  'call-back-request': label('preuve de la demande de rappel', 'proof of the request to be called back'),
  'prior-information-by-transmitter': label(
    'information préalable par celui qui transmet',
    'prior information by whoever transmits',
  ),
};

/** What the sender must do. */
export const dutyWords: Labels<Duty> = {
  'offer-free-objection-each-time': label(
    'offrir chaque fois une opposition sans frais',
    'offer a free objection each time',
  ),
  'offer-objection-link': label('garder un lien d’opposition', 'keep an objection link'),
  'honour-objection': label('respecter une opposition', 'honour an objection'),
  'identify-yourself': label('dire qui l’on est', 'say who you are'),
  'respect-call-windows': label(
    'respecter jours, heures et nombre d’appels',
    'respect the days, hours and number of calls',
  ),
  'scrub-against-bloctel': label('expurger par Bloctel', 'scrub against Bloctel'),
  'call-back-within-five-working-days': label(
    'rappeler dans les cinq jours ouvrables',
    'call back within five working days',
  ),
  'stay-within-the-request': label('s’en tenir à la demande', 'stay within the request'),
  'keep-proof-three-years': label('garder la preuve trois ans', 'keep the proof for three years'),
  'inform-at-first-contact-within-a-month': label(
    'informer (art. 14) au premier contact, dans le mois au plus tard',
    'inform (Art. 14) at first contact, within a month at the latest',
  ),
};

/** How sure a source is. */
export const certaintyWords: Labels<Certainty> = {
  primary: label('texte officiel, lu', 'official text, read'),
  quoted: label('texte officiel, cité par qui l’a lu', 'official text, quoted by who read it'),
  secondary: label('source secondaire', 'secondary source'),
  unverified: label('non vérifié', 'not verified'),
};

/** What a requirement belongs to. */
export const requirementGroupWords: Labels<RequirementGroup> = {
  'soft-opt-in': label('exception client', 'soft opt-in'),
  'phone-consent': label('consentement aux appels', 'consent to be called'),
};

/** Names of unstable law. */
export const switchWords: Labels<SwitchId> = {
  'phone-opt-in': label('Consentement préalable aux appels', 'Prior consent to calls'),
  'contested-ce': label('Décret contesté au Conseil d’État', 'Decree contested before the Conseil d’État'),
  'named-partners': label('Partenaires nommés', 'Named partners'),
  'freemium-c654-23': label('Compte gratuit tenu pour une vente', 'Free account taken for a sale'),
  'email-open-tracking': label('Pixels de suivi', 'Tracking pixels'),
  'digital-omnibus': label('« Digital Omnibus »', 'Digital Omnibus'),
};

/** How a switch is set. */
export const switchStateWords: Labels<SwitchState> = {
  off: label('sans effet', 'without effect'),
  on: label('pris en compte', 'taken into account'),
};
