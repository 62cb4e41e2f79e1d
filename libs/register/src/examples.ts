import type {
  CollectionFormVersion,
  ControllerData,
  ProcessingActivityData,
  PurposeData,
  RecipientData,
} from './contract.js';
import { idOfCode } from './domain/code-identity.js';

/**
 * The shop of every example in the documentation: a small French company that sells linen. The examples of the API
 * documentation are made of these values, and the specs decide on them.
 */

/** Without the id that the ledger gives. */
export const exampleController: Omit<ControllerData, 'controllerId'> = {
  legalName: 'Maison Corbel SAS',
  siren: '732829320',
  address: '12 rue des Lilas, 75011 Paris',
  country: 'FR',
  contactUrl: 'https://www.maison-corbel.example/donnees-personnelles',
};

/** Id of the example's data controller. */
export const exampleControllerId = idOfCode('controller', '732829320');

/** A newsletter: on consent for strangers, on legitimate interest for customers of similar products. */
export const examplePurpose: Omit<PurposeData, 'purposeId'> = {
  code: 'newsletter',
  controllerId: exampleControllerId,
  name: { fr: 'Lettre d’information', en: 'Newsletter' },
  description: {
    fr: 'Envoyer nos nouveautés et nos offres de linge de maison.',
    en: 'Send news and offers about our household linen.',
  },
  kind: 'prospecting',
  sector: 'normal',
  channels: ['email', 'phone-human'],
  variants: [
    {
      variantId: 'strangers',
      audiences: ['consumer'],
      relations: ['none', 'account-only', 'former-customer'],
      lawfulBasis: 'consent',
      basisSource: 'CPCE art. L.34-5 al. 1',
    },
    {
      variantId: 'customers',
      audiences: ['consumer'],
      relations: ['customer-similar'],
      lawfulBasis: 'legitimate-interests',
      basisSource: 'CPCE art. L.34-5 al. 4',
      assessment: {
        reference: 'lia-2026-03',
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      },
    },
  ],
  dataNeeded: ['email', 'phone', 'name'],
  productCategories: ['household-linen'],
  namedRecipients: [],
};

/** Id of the example's purpose. */
export const examplePurposeId = idOfCode('purpose', 'newsletter');

/** Title and texts of the example's notice. */
export const exampleNotice = {
  title: { fr: 'Vos données chez Maison Corbel', en: 'Your data at Maison Corbel' },
  texts: [
    {
      language: 'fr' as const,
      text:
        'Maison Corbel SAS utilise votre adresse électronique pour vous envoyer sa lettre d’information, avec votre ' +
        'accord, que vous pouvez retirer à tout moment par le lien en bas de chaque message.\n' +
        'Contact : dpo@maison-corbel.example. Vous pouvez saisir la CNIL.',
    },
    {
      language: 'en' as const,
      text:
        'Maison Corbel SAS uses your e-mail address to send you its newsletter if you agree; you can withdraw at any ' +
        'time with the link below each message.\n' +
        'Contact: dpo@maison-corbel.example. You may complain to the CNIL.',
    },
  ],
};

/** A form of the example's web shop; the ids of form and notice are the ledger's. */
export const exampleForm: Omit<CollectionFormVersion, 'formId' | 'version' | 'notice'> = {
  name: 'Inscription en pied de page',
  url: 'https://www.maison-corbel.example/inscription',
  language: 'fr',
  validFrom: '2026-09-01T08:00:00.000Z',
  screenshotSha256: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
  method: 'web-checkbox',
  defaultState: 'unchecked',
  offers: [
    {
      purposeId: examplePurposeId,
      channels: ['email'],
      label: 'J’accepte de recevoir la lettre d’information de Maison Corbel par courriel.',
    },
    {
      purposeId: examplePurposeId,
      channels: ['phone-human'],
      label: 'J’accepte d’être appelé par Maison Corbel pour du linge de maison, pendant douze mois.',
      goodsNature: ['household-linen'],
    },
  ],
  withdrawalMethods: ['unsubscribe-link', 'preference-centre'],
  validityMonths: 12,
  shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
};

/** A complete line of the example's register (Art. 30(1)). */
export const exampleActivity: Omit<ProcessingActivityData, 'activityId'> = {
  reference: 'crm-prospection',
  role: 'controller',
  name: 'Prospection commerciale',
  controllerId: exampleControllerId,
  jointControllerIds: [],
  servedControllers: [],
  mainPurpose: 'Informer clients et prospects de l’offre de linge de maison',
  subPurposes: ['Lettre d’information', 'Appels avec accord préalable'],
  purposeIds: [examplePurposeId],
  subjectCategories: [
    { category: 'customers' },
    { category: 'prospects', precision: 'Inscrits sur le site' },
  ],
  dataCategories: [
    {
      category: 'identity',
      description: 'Nom, adresse électronique, numéro de téléphone',
      retention: 'Trois ans après le dernier contact venant de la personne',
    },
  ],
  recipients: [
    { type: 'internal-service', precision: 'Service commercial' },
    { type: 'processor', precision: 'Plateforme d’envoi de courriels' },
  ],
  transfers: [],
  securityMeasures: [
    { type: 'access-control', precision: 'Comptes nominatifs, droits par rôle' },
    { type: 'encryption', precision: 'Données chiffrées par personne' },
  ],
  dataSource: 'La personne elle-même',
};

/** Who sends the example's letters; without the id that the ledger gives. */
export const exampleRecipient = {
  legalName: 'Routage des Flandres SARL',
  kind: 'processor',
  purposeIds: [examplePurposeId],
  identifiesBy: { kind: 'external-id', system: 'routage' },
  howTold: 'api',
} satisfies Omit<RecipientData, 'recipientId'> as Omit<RecipientData, 'recipientId' | 'purposeIds'> & {
  purposeIds: string[];
};

/** Id of the example's line. */
export const exampleActivityId = idOfCode('activity', 'crm-prospection');
