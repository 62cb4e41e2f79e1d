/** Outcomes and remarks of an import in French. */
export const rowWordsFr = {
  head: ['ligne', 'Record ID', 'résultat', 'remarques', 'subjectId'],
  outcomes: {
    unknown: 'reprise, consentement inconnu',
    no: 'reprise, avec son « non »',
    'already-known': 'déjà connue',
    'not-imported': 'non reprise',
  },
  notes: {
    'shares-address': 'partage une adresse avec quelqu’un : reliées, jamais confondues',
    'email-malformed': 'adresse électronique inutilisable, laissée de côté',
    'phone-malformed': 'numéro inutilisable, laissé de côté',
    'address-malformed': 'adresse postale inutilisable, laissée de côté',
    'iban-left-out': 'IBAN trouvé : refusé, n’a pas quitté ce poste',
    'nir-left-out': 'numéro de sécurité sociale trouvé : refusé, n’a pas quitté ce poste',
    'card-left-out': 'numéro de carte trouvé : refusé, n’a pas quitté ce poste',
    'consent-without-proof': 'consentement affirmé sans preuve',
    'answer-unclear': 'réponse illisible dans une colonne de désabonnement',
    'date-unusable': 'date de création inutilisable',
    'record-already-known': 'même numéro de fiche qu’une autre ligne',
    'nothing-to-find-by': 'rien pour retrouver la personne',
  },
};

/** Codes of the API as people say them in French. */
export const wordsFr = {
  scopes: {
    identity: 'identité et adresses',
    marketing: 'prospection',
    contract: 'contrat',
    evidence: 'preuve des consentements',
    suppression: 'liste d’opposition',
  },
  techniques: {
    'physical-delete': 'suppression physique',
    'stream-scavenge': 'purge du journal',
  },
  today: 'aujourd’hui',
  channels: { email: 'courriel', 'phone-human': 'téléphone', post: 'courrier', all: 'tout canal' },
  bases: { consent: 'consentement', 'legitimate-interests': 'intérêt légitime', contract: 'contrat' },
  states: {
    given: 'oui',
    withdrawn: 'non, retiré',
    refused: 'non, refusé',
    objected: 'non, opposition',
    expired: 'échu',
    none: 'inconnu, donc non',
    restricted: 'mais limité : ne pas utiliser',
  },
  grades: { strong: 'forte', adequate: 'suffisante', weak: 'faible', undemonstrable: 'indémontrable' },
};
