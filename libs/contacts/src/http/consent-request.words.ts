import type { PutRequest, Requested } from '#consent';
import type { UiLanguage } from '#http';

type Closed = Exclude<PutRequest['state'], 'open'>;

const fr = {
  confirmTitle: 'Confirmer votre inscription',
  askTitle: 'Votre choix',
  confirmAbout: (who: string) =>
    `${who} a reçu une inscription avec votre adresse. Elle demande à être contactée :`,
  askAbout: (who: string) => `${who} vous demande si vous acceptez d’être contacté(e) :`,
  why: {
    'sign-up-to-confirm': '',
    'new-contact': '',
    'notice-changed': 'L’utilisation de vos données change, et avec elle ce que vous avez accepté.',
    'consent-ending': 'Votre accord arrive à son terme.',
    'retention-ending': 'Sans nouvelles de vous, vos coordonnées vont être effacées.',
  } satisfies Record<Requested['reason'], string>,
  confirm: 'Je confirme',
  decline: 'Ce n’était pas moi, ou je refuse',
  yes: 'Oui',
  no: 'Non',
  save: 'Enregistrer mes choix',
  noToAll: 'Non à tout',
  until: (day: string) => `Un oui est possible jusqu’au ${day}. Sans réponse, c’est non.`,
  months: (months: number) => `Votre accord vaut ${String(months)} mois.`,
  withdraw: 'Vous pouvez le retirer à tout moment, aussi simplement que vous le donnez.',
  notice: 'Lire l’information sur vos données',
  back: 'Revenir à la question',
  nothingSaid: 'Vous n’avez encore rien choisi : rien n’est enregistré.',
  done: 'C’est enregistré',
  doneAbout: 'Votre réponse est enregistrée et vaut dès maintenant.',
  saidYes: 'Vous avez dit oui :',
  saidNo: 'Vous avez dit non :',
  validUntil: (day: string) => `jusqu’au ${day}`,
  open: 'jusqu’à ce que vous le retiriez',
  holdsFor: (address: string) => `Votre oui vaut pour l’adresse ${address}.`,
  take: (what: string) => `Retirer cet accord : ${what}`,
  yesLeftOut: 'Votre oui n’a pas pu être enregistré : cette demande ne pouvait plus recevoir que des refus.',
  stillNo: 'Vous pouvez encore dire non : un refus est toujours reçu.',
  states: {
    answered: {
      title: 'Une réponse est déjà enregistrée',
      about: (day: string) =>
        `Cette demande a reçu une réponse le ${day} ; elle ne sert qu’une fois, et rien n’a été changé maintenant.`,
      next: 'Pour dire oui à autre chose, inscrivez-vous de nouveau ou demandez un nouveau lien à qui vous écrit.',
    },
    superseded: {
      title: 'Une demande plus récente vous a été envoyée',
      about: () =>
        'Elle remplace celle-ci, à laquelle un oui n’est plus possible : aucun accord n’a été enregistré.',
      next: 'Si vous voulez dire oui, ouvrez le lien du message le plus récent.',
    },
    lapsed: {
      title: 'Cette demande a expiré',
      about: () => 'Le délai pour dire oui est passé : aucun accord n’a été enregistré.',
      next: 'Si vous voulez dire oui, inscrivez-vous de nouveau ou demandez un nouveau lien à qui vous écrit.',
    },
    moved: {
      title: 'Ce lien ne vaut plus pour vous',
      about: () =>
        'L’adresse à laquelle ce lien a été envoyé n’est plus enregistrée comme la vôtre : aucun accord n’a été enregistré.',
      next: 'Si vous voulez dire oui, inscrivez-vous avec votre adresse d’aujourd’hui.',
    },
    ended: {
      title: 'Cette demande n’est plus d’actualité',
      about: () => 'Ce qui vous était demandé a changé depuis : aucun accord n’a été enregistré.',
      next: 'Si vous voulez dire oui, demandez un nouveau lien à qui vous écrit.',
    },
  } satisfies Record<Closed, { title: string; about: (day: string) => string; next: string }>,
  refuse: 'Je refuse',
  damaged: 'Ce lien n’est pas complet',
  damagedAbout:
    'Rien n’a été enregistré. Copiez l’adresse entière depuis le message ; pour dire non, il suffit aussi de ne rien faire.',
};

const en: typeof fr = {
  confirmTitle: 'Confirm your sign-up',
  askTitle: 'Your choice',
  confirmAbout: (who) => `${who} received a sign-up with your address. It asks to be contacted:`,
  askAbout: (who) => `${who} asks whether you agree to be contacted:`,
  why: {
    'sign-up-to-confirm': '',
    'new-contact': '',
    'notice-changed': 'The use of your data changes, and with it what you agreed to.',
    'consent-ending': 'Your agreement is coming to its end.',
    'retention-ending': 'As nothing was heard from you, your contact details are about to be erased.',
  },
  confirm: 'I confirm',
  decline: 'It was not me, or I refuse',
  yes: 'Yes',
  no: 'No',
  save: 'Save my choices',
  noToAll: 'No to everything',
  until: (day) => `A yes is possible until ${day}. Without an answer it is no.`,
  months: (months) => `Your agreement is valid for ${String(months)} months.`,
  withdraw: 'You may take it back at any time, as easily as you give it.',
  notice: 'Read the information about your data',
  back: 'Back to the question',
  nothingSaid: 'You have not chosen anything yet: nothing is recorded.',
  done: 'It is recorded',
  doneAbout: 'Your answer is recorded and takes effect now.',
  saidYes: 'You said yes:',
  saidNo: 'You said no:',
  validUntil: (day) => `until ${day}`,
  open: 'until you take it back',
  holdsFor: (address) => `Your yes holds for the address ${address}.`,
  take: (what) => `Take this agreement back: ${what}`,
  yesLeftOut: 'Your yes could not be recorded: this request could take nothing but a no any more.',
  stillNo: 'You may still say no: a refusal is always taken.',
  states: {
    answered: {
      title: 'An answer is recorded already',
      about: (day) =>
        `This request was answered on ${day}; it is used once, and nothing was changed just now.`,
      next: 'To say yes to something else, sign up again or ask whoever writes to you for a new link.',
    },
    superseded: {
      title: 'A newer request was sent to you',
      about: () =>
        'It stands in the place of this one, which takes no yes any more: no agreement was recorded.',
      next: 'If you want to say yes, open the link of the newest message.',
    },
    lapsed: {
      title: 'This request has lapsed',
      about: () => 'The time to say yes has passed: no agreement was recorded.',
      next: 'If you want to say yes, sign up again or ask whoever writes to you for a new link.',
    },
    moved: {
      title: 'This link is not yours any more',
      about: () =>
        'The address to which this link was sent is not recorded as yours any more: no agreement was recorded.',
      next: 'If you want to say yes, sign up with your address of today.',
    },
    ended: {
      title: 'This request is out of date',
      about: () => 'What you were asked has changed since: no agreement was recorded.',
      next: 'If you want to say yes, ask whoever writes to you for a new link.',
    },
  },
  refuse: 'I refuse',
  damaged: 'This link is not complete',
  damagedAbout:
    'Nothing was recorded. Copy the whole address from the message; to say no, it is also enough to do nothing.',
};

/** What the page of a request says, in both languages. */
export const requestPageWords: Readonly<Record<UiLanguage, typeof fr>> = { fr, en };
