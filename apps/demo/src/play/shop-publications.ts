import { sha256 } from './shop-register.js';

/** What people are told (Art. 13). */
export const notice = {
  title: { fr: 'Vos données chez Maison Corbel', en: 'Your data at Maison Corbel' },
  texts: [
    {
      language: 'fr',
      text:
        'Maison Corbel SAS, 12 rue des Lilas, 75011 Paris, utilise votre adresse électronique pour vous envoyer sa ' +
        'lettre d’information, et votre téléphone pour vous conseiller, seulement avec votre accord. Vous pouvez le ' +
        'retirer à tout moment, par le lien en bas de chaque message ou à dpo@maison-corbel.example. Vous pouvez ' +
        'saisir la CNIL.',
    },
    {
      language: 'en',
      text:
        'Maison Corbel SAS, 12 rue des Lilas, 75011 Paris, uses your e-mail address to send you its newsletter, and ' +
        'your telephone number to advise you, only if you agree. You can withdraw at any time by the link below ' +
        'each message or at dpo@maison-corbel.example. You may complain to the CNIL.',
    },
  ],
};

/** A first draft that names a person: what is published stays for ever, so it must not. */
export const careless = {
  title: { fr: 'Vos données chez Maison Corbel' },
  texts: [{ language: 'fr', text: 'Une question sur vos données ? Appelez Lucas au 06 39 98 12 34.' }],
};

/** The form in the shop's web pages; two questions, two boxes, neither ticked. */
export const form = (noticeId: string, newsletterId: string, callsId: string) => ({
  name: 'Inscription en pied de page',
  url: 'https://www.maison-corbel.example/inscription',
  language: 'fr',
  screenshotSha256: sha256('screenshot'),
  method: 'web-checkbox',
  defaultState: 'unchecked',
  offers: [
    {
      purposeId: newsletterId,
      channels: ['email'],
      label: 'J’accepte de recevoir la lettre d’information de Maison Corbel par courriel.',
    },
    {
      purposeId: callsId,
      channels: ['phone-human'],
      label: 'J’accepte que Maison Corbel m’appelle pour me conseiller sur du mobilier, pendant douze mois.',
      goodsNature: ['furniture'],
    },
  ],
  withdrawalMethods: ['unsubscribe-link', 'preference-centre'],
  validityMonths: 12,
  shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
  notice: { noticeId, version: 1 },
});
