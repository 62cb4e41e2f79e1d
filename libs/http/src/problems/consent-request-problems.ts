import type { RejectionCode } from '#kernel';
import type { ProblemType } from './problem-type.js';

/** Why a request for consent, or an answer to one, is declined. */
export const consentRequestProblems = {
  'consent-request-unknown': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Demande de consentement inconnue',
      detail: 'Cette personne n’a pas reçu cette demande de consentement.',
      wayOut: 'Vérifiez l’identifiant de la demande, ou faites une nouvelle demande.',
    },
    en: {
      title: 'Unknown request for consent',
      detail: 'This person was asked no such thing.',
      wayOut: 'Check the id of the request, or ask anew.',
    },
  },
  'consent-request-open': {
    status: 409,
    retry: 'change',
    fr: {
      title: 'Demande déjà en cours',
      detail: 'La personne peut encore répondre à une demande qui pose la même question par la même adresse.',
      wayOut:
        'Attendez sa réponse ou la fin de cette demande (« about »), ou envoyez `supersede: true` : la nouvelle demande prend alors sa place.',
    },
    en: {
      title: 'Request already open',
      detail: 'The person may still answer a request that puts the same question by the same address.',
      wayOut:
        'Wait for the answer or for the end of that request (`about`), or send `supersede: true`: the new request then stands in its place.',
    },
  },
  'consent-request-superseded': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Demande remplacée',
      detail: 'Une demande plus récente a été envoyée à la personne et remplace celle-ci.',
      wayOut: 'Répondez par le lien de la demande la plus récente ; un refus est reçu à tout moment.',
    },
    en: {
      title: 'Request superseded',
      detail: 'A newer request was sent to the person and stands in the place of this one.',
      wayOut: 'Answer by the link of the newest request; a refusal is taken at any time.',
    },
  },
  'consent-request-answered': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Demande déjà répondue',
      detail: 'La personne a déjà répondu à cette demande : une demande sert une seule fois.',
      wayOut: 'Pour un nouveau choix, faites une nouvelle demande ; un refus est reçu à tout moment.',
    },
    en: {
      title: 'Request already answered',
      detail: 'The person has answered this request: a request is used once.',
      wayOut: 'Ask anew for another choice; a refusal is taken at any time.',
    },
  },
  'consent-request-expired': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'Demande de consentement expirée',
      detail: 'Le délai de réponse à cette demande est passé.',
      wayOut: 'Faites une nouvelle demande ; un refus est reçu à tout moment.',
    },
    en: {
      title: 'Request for consent has lapsed',
      detail: 'The time to answer this request has passed.',
      wayOut: 'Ask anew; a refusal is taken at any time.',
    },
  },
  'consent-request-against-no': {
    status: 409,
    retry: 'no',
    fr: {
      title: 'La personne a dit non',
      detail:
        'La personne a retiré son consentement, ou l’a refusé il y a moins de six mois : lui redemander serait la solliciter contre son choix.',
      wayOut: 'N’insistez pas ; la personne peut s’inscrire d’elle-même, et confirmer alors son inscription.',
    },
    en: {
      title: 'The person said no',
      detail:
        'The person took the consent back, or refused it less than six months ago: to ask again would be to solicit them against their choice.',
      wayOut: 'Do not insist; the person may sign up by themselves and then confirm it.',
    },
  },
} as const satisfies Partial<Record<RejectionCode, ProblemType>>;
