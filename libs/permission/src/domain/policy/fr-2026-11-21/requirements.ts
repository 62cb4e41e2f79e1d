import type { Requirement } from '../policy.js';
import { FIRST_DAY, PHONE_OPT_IN } from './dates.js';

const soft = {
  group: 'soft-opt-in',
  from: FIRST_DAY,
  to: null,
  source: 'CPCE L.34-5 al. 4 ; CNIL',
  certainty: ['primary', 'quoted'],
} as const satisfies Partial<Requirement>;

const phone = {
  group: 'phone-consent',
  from: PHONE_OPT_IN,
  to: null,
  certainty: ['quoted'],
} as const satisfies Partial<Requirement>;

/** All seven conditions of soft opt-in; if one is missing, prior consent is needed. */
const softOptIn: readonly Requirement[] = [
  {
    ...soft,
    requirementId: 'collected-from-the-person',
    meaning: {
      fr: 'Les coordonnées ont été recueillies directement auprès de la personne.',
      en: 'The contact details were collected directly from the person.',
    },
  },
  {
    ...soft,
    requirementId: 'on-a-sale-or-service',
    meaning: {
      fr: 'Elles l’ont été à l’occasion d’une vente ou d’un service ; preuve : la commande ou le contrat.',
      en: 'They were collected on the occasion of a sale or service; evidence: the order or contract.',
    },
  },
  {
    ...soft,
    requirementId: 'analogous-products',
    meaning: {
      fr: 'L’offre porte sur des produits ou services analogues ; la correspondance des catégories est enregistrée.',
      en: 'The offer is for analogous products or services; the mapping of categories is recorded.',
    },
  },
  {
    ...soft,
    requirementId: 'same-supplier',
    meaning: {
      fr: 'Ils sont fournis par la même personne physique ou morale, ni société sœur ni partenaire.',
      en: 'They are supplied by the same natural or legal person, no sister company and no partner.',
    },
  },
  {
    ...soft,
    requirementId: 'objection-at-collection',
    meaning: {
      fr: 'À la collecte, la personne a pu s’opposer de façon expresse, sans ambiguïté, simplement et sans frais ; preuve : la version du formulaire.',
      en: 'At collection the person could object expressly, unambiguously, simply and free of charge; evidence: the version of the form.',
    },
  },
  {
    ...soft,
    requirementId: 'objection-in-every-message',
    meaning: {
      fr: 'La même possibilité figure dans chaque message.',
      en: 'The same chance stands in every message.',
    },
  },
  {
    ...soft,
    requirementId: 'no-objection-since',
    meaning: {
      fr: 'La personne ne s’est pas opposée depuis.',
      en: 'The person has not objected since.',
    },
  },
];

/** What the record of a consent to be called must hold, in addition to any proof of consent. */
const phoneConsent: readonly Requirement[] = [
  {
    ...phone,
    requirementId: 'identities-and-goods',
    source: 'C. conso. R.223-1 I 1°',
    meaning: {
      fr: 'La demande nomme le professionnel, celui qui appelle pour lui, et la nature des biens ou services.',
      en: 'The request names the professional, who calls on their behalf, and the nature of the goods or services.',
    },
  },
  {
    ...phone,
    requirementId: 'choice-offered',
    source: 'C. conso. R.223-1 I 2°',
    meaning: {
      fr: 'Elle offre le choix de consentir ou non, pour ce professionnel et cet objet.',
      en: 'It offers the choice to consent or not, for that professional and object.',
    },
  },
  {
    ...phone,
    requirementId: 'consent-period',
    years: 1,
    source: 'C. conso. R.223-1 I 3°',
    meaning: {
      fr: 'Elle dit la durée du consentement, un an au plus à compter de la collecte, sans tacite reconduction.',
      en: 'It states the period of the consent, one year from collection at most, without tacit renewal.',
    },
  },
  {
    ...phone,
    requirementId: 'withdrawal-shown',
    source: 'C. conso. R.223-1 I 4°',
    meaning: {
      fr: 'Elle montre le droit de retirer son consentement et comment l’exercer.',
      en: 'It shows the right to withdraw and how to use it.',
    },
  },
  {
    ...phone,
    requirementId: 'durable-medium-shown',
    source: 'C. conso. R.223-1 I 5°',
    meaning: {
      fr: 'Elle indique l’accès à la preuve sur un support durable.',
      en: 'It shows the access to the proof on a durable medium.',
    },
  },
  {
    ...phone,
    requirementId: 'collected-at-and-slot',
    years: 3,
    source: 'C. conso. R.223-2',
    meaning: {
      fr: 'La date et l’heure de la collecte, et le créneau accepté, sont archivés sous forme numérique pendant trois ans.',
      en: 'Date and time of collection, and the accepted slot, are archived digitally for three years.',
    },
  },
  {
    ...phone,
    requirementId: 'proof-delivery',
    source: 'C. conso. R.223-2',
    meaning: {
      fr: 'La preuve est remise sur demande, sans frais, individuelle, sur support durable, dans un délai raisonnable ; une interface en ligne ne peut pas exiger de compte client.',
      en: 'The proof is delivered on request, free, individual, on a durable medium, within reasonable delay; an online interface may not require a customer account.',
    },
  },
  {
    ...phone,
    requirementId: 'withdrawal-any-time',
    source: 'C. conso. R.223-3',
    meaning: {
      fr: 'Le retrait est possible à tout moment, pas plus compliqué que la collecte, et oralement pendant un appel.',
      en: 'Withdrawal is possible at any time, no more complex than collection, and orally during a call.',
    },
  },
  {
    ...phone,
    requirementId: 'no-invalid-consent',
    source: 'C. conso. R.223-1 II',
    meaning: {
      fr: 'Ne vaut rien un consentement dont l’information est incomplète, hors de sa durée ou de ses créneaux, tiré d’une clause pré-rédigée ou de la simple navigation.',
      en: 'Void is a consent with incomplete information, outside its period or slots, drawn from a pre-written clause or from mere browsing.',
    },
  },
];

/** What soft opt-in and a consent to be called must meet. */
export const requirements: readonly Requirement[] = [...softOptIn, ...phoneConsent];
