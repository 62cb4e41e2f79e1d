import type { rowWordsFr, wordsFr } from './words-fr.js';

/** Outcomes and remarks of an import in English. */
export const rowWordsEn: typeof rowWordsFr = {
  head: ['line', 'Record ID', 'outcome', 'remarks', 'subjectId'],
  outcomes: {
    unknown: 'taken in, consent unknown',
    no: 'taken in, with its "no"',
    'already-known': 'known already',
    'not-imported': 'not taken in',
  },
  notes: {
    'shares-address': 'shares an address with somebody: linked, never merged',
    'email-malformed': 'e-mail address unusable, left out',
    'phone-malformed': 'number unusable, left out',
    'address-malformed': 'postal address unusable, left out',
    'iban-left-out': 'IBAN found: refused, never left this machine',
    'nir-left-out': 'social security number found: refused, never left this machine',
    'card-left-out': 'card number found: refused, never left this machine',
    'consent-without-proof': 'consent claimed without proof',
    'answer-unclear': 'answer in an opt-out column that cannot be read',
    'date-unusable': 'creation date unusable',
    'record-already-known': 'same record id as another line',
    'nothing-to-find-by': 'nothing to find the person by',
  },
};

/** Codes of the API as people say them in English. */
export const wordsEn: typeof wordsFr = {
  scopes: {
    identity: 'identity and addresses',
    marketing: 'marketing',
    contract: 'contract',
    evidence: 'proof of consents',
    suppression: 'suppression list',
  },
  techniques: {
    'physical-delete': 'physical deletion',
    'stream-scavenge': 'scavenge of the stream',
  },
  today: 'today',
  channels: { email: 'e-mail', 'phone-human': 'telephone', post: 'post', all: 'any channel' },
  bases: { consent: 'consent', 'legitimate-interests': 'legitimate interests', contract: 'contract' },
  states: {
    given: 'yes',
    withdrawn: 'no, withdrawn',
    refused: 'no, refused',
    objected: 'no, objected',
    expired: 'expired',
    none: 'unknown, and therefore no',
    restricted: 'but restricted: do not use',
  },
  grades: { strong: 'strong', adequate: 'adequate', weak: 'weak', undemonstrable: 'undemonstrable' },
};
