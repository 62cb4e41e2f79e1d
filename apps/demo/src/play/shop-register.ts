import { createHash } from 'node:crypto';

/**
 * What "Maison Corbel", a shop that sells furniture, tells its ledger about itself. The organisation exists nowhere;
 * its texts are as complete as a careful shop would write them, but for one line of the register.
 */

/** Names a document by its hash, as the register keeps it. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The legal person that decides. */
export const controller = {
  legalName: 'Maison Corbel SAS',
  siren: '732829320',
  address: '12 rue des Lilas, 75011 Paris',
  country: 'FR',
  contactUrl: 'https://www.maison-corbel.example/donnees-personnelles',
};

/** Three purposes, each with one lawful basis per relation; the data controller's id is the ledger's. */
export const purposes = (controllerId: string) => ({
  newsletter: { ...newsletter, controllerId },
  calls: { ...calls, controllerId },
  orders: { ...orders, controllerId },
});

const newsletter = {
  code: 'newsletter',
  name: { fr: 'Lettre d’information', en: 'Newsletter' },
  description: {
    fr: 'Envoyer nos nouveautés et nos offres de mobilier.',
    en: 'Send news and offers about our furniture.',
  },
  kind: 'prospecting',
  channels: ['email'],
  variants: [
    {
      variantId: 'strangers',
      audiences: ['consumer'],
      relations: ['none', 'account-only', 'former-customer', 'third-party-list'],
      lawfulBasis: 'consent',
      basisSource: 'CPCE art. L.34-5 al. 1',
    },
    {
      variantId: 'customers',
      audiences: ['consumer'],
      relations: ['customer-similar'],
      lawfulBasis: 'legitimate-interests',
      basisSource: 'CPCE art. L.34-5 al. 4',
      assessment: { reference: 'lia-2026-03', sha256: sha256('lia-2026-03') },
    },
  ],
  dataNeeded: ['email', 'name'],
  productCategories: ['furniture'],
};

const calls = {
  code: 'conseil-par-telephone',
  name: { fr: 'Conseil par téléphone', en: 'Advice by telephone' },
  description: {
    fr: 'Appeler pour proposer un aménagement.',
    en: 'Call to propose how to furnish a room.',
  },
  kind: 'prospecting',
  channels: ['phone-human'],
  variants: [
    {
      variantId: 'consumers',
      audiences: ['consumer'],
      relations: ['none', 'account-only', 'customer-similar', 'former-customer'],
      lawfulBasis: 'consent',
      basisSource: 'C. conso. art. L.223-1',
    },
  ],
  dataNeeded: ['phone', 'name'],
  productCategories: ['furniture'],
};

const orders = {
  code: 'commandes-et-livraisons',
  name: { fr: 'Commandes et livraisons', en: 'Orders and deliveries' },
  description: {
    fr: 'Préparer, livrer et facturer une commande.',
    en: 'Prepare, deliver and invoice an order.',
  },
  kind: 'service',
  channels: ['email', 'phone-human', 'post'],
  variants: [
    {
      variantId: 'customers',
      audiences: ['consumer', 'pro-named'],
      relations: ['customer-similar', 'customer-other', 'contract-ongoing-related'],
      lawfulBasis: 'contract',
      basisSource: 'RGPD art. 6(1)(b)',
    },
  ],
  dataNeeded: ['email', 'phone', 'postal-address', 'name'],
  productCategories: ['furniture'],
};
