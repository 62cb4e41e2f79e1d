import type { requestReasons } from '#consent/contract';
import type { Instant } from '#kernel';
import { onDay } from './sentences/phrases.js';
import type { SentenceLanguage } from './sentences/words.js';

type Reason = (typeof requestReasons)[number];

/** What a message that asks for consent says. */
export interface RequestMessage {
  readonly reason: Reason;
  /** Legal name of the data controller. */
  readonly controller: string;
  /** “par e-mail, pour la finalité « … »”, one for each question. */
  readonly questions: readonly string[];
  readonly url: string;
  readonly expiresAt: Instant;
}

/**
 * A text ready to be put into a message: who asks, what, until when, where to answer, and that silence is a no. It says
 * nothing else, so that the message itself solicits nobody; and nothing personal, so that whoever sends it may keep it.
 */
export function requestText(language: SentenceLanguage, message: RequestMessage): string {
  const { reason, controller, url } = message;
  const until = onDay(message.expiresAt, language);
  const questions = message.questions.map((question) => `– ${question}`).join('\n');
  return [...opening[language](controller, reason), questions, closing(language, reason, url, until)].join(
    '\n',
  );
}

const opening = {
  fr: (controller: string, reason: Reason) =>
    reason === 'sign-up-to-confirm'
      ? [`${controller} a reçu une inscription avec cette adresse. Elle demande à être contactée :`]
      : [`${why.fr[reason]}${controller} vous demande si vous acceptez d’être contacté(e) :`],
  en: (controller: string, reason: Reason) =>
    reason === 'sign-up-to-confirm'
      ? [`${controller} received a sign-up with this address. It asks to be contacted:`]
      : [`${why.en[reason]}${controller} asks whether you agree to be contacted:`],
} as const;

const why = {
  fr: {
    'new-contact': '',
    'notice-changed': 'L’utilisation de vos données change, et avec elle ce que vous avez accepté. ',
    'consent-ending': 'Votre accord arrive à son terme. ',
    'retention-ending': 'Nous sommes sans nouvelles de vous et allons effacer vos coordonnées. ',
  },
  en: {
    'new-contact': '',
    'notice-changed': 'The use of your data changes, and with it what you agreed to. ',
    'consent-ending': 'Your agreement is coming to its end. ',
    'retention-ending': 'We have not heard from you and are about to erase your contact details. ',
  },
} as const;

function closing(language: SentenceLanguage, reason: Reason, url: string, until: string): string {
  if (reason === 'sign-up-to-confirm') {
    return language === 'fr'
      ? `Pour la confirmer, ouvrez cette page et cliquez sur le bouton, au plus tard le ${until} : ${url}\nSi ce n’était pas vous, ne faites rien, ou dites-le sur la même page : rien ne vous sera envoyé.`
      : `To confirm it, open this page and click the button, by ${until} at the latest: ${url}\nIf it was not you, do nothing, or say so on the same page: nothing will be sent to you.`;
  }
  return language === 'fr'
    ? `Répondez par oui ou par non sur cette page, au plus tard le ${until} : ${url}\nSans réponse de votre part, c’est non.`
    : `Answer yes or no on this page, by ${until} at the latest: ${url}\nWithout an answer from you, it is no.`;
}
