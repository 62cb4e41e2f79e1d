import { words, type Words } from './words.js';

/**
 * What stood against a contact, in a few words, by the code that a recorded decision names. A code of a newer program
 * has no words here and is told as it is.
 */
export const reasonWords: Readonly<Partial<Record<string, Words>>> = {
  'no-policy-for-date': words('aucune politique pour cette date', 'no policy for this date'),
  objected: words('opposition à la prospection', 'objection to marketing'),
  'objected-on-grounds': words('opposition motivée', 'objection on grounds of their situation'),
  withdrawn: words('consentement retiré', 'consent withdrawn'),
  refused: words('refus', 'refusal'),
  suppressed: words('adresse sur la liste d’opposition', 'address on the suppression list'),
  restricted: words('traitement limité', 'processing restricted'),
  'person-unknown': words('personne inconnue', 'person unknown'),
  'person-not-registered': words('personne non enregistrée', 'person not registered'),
  'person-parked': words('historique illisible', 'history that cannot be read'),
  'person-erased': words('personne effacée', 'person erased'),
  'retention-elapsed': words('durée de conservation écoulée', 'retention elapsed'),
  'purpose-unknown': words('finalité inconnue', 'purpose unknown'),
  'purpose-retired': words('finalité close', 'purpose ended'),
  'purpose-of-another-controller': words(
    'finalité d’un autre responsable du traitement',
    'purpose of another data controller',
  ),
  'channel-not-declared': words('canal non déclaré', 'channel not declared'),
  'no-variant-for-person': words('aucune base légale pour ce public', 'no lawful basis for this audience'),
  'no-contact-point': words('aucune adresse pour ce canal', 'no address for this channel'),
  'forbidden-by-rule': words('interdit par la règle', 'forbidden by the rule'),
  'consent-missing': words('aucun consentement', 'no consent'),
  'consent-expired': words('consentement expiré', 'consent expired'),
  'consent-revoked': words('consentement révoqué', 'consent revoked'),
  'consent-invalidated': words('consentement invalide', 'consent found invalid'),
  'consent-stale-notice': words('information changée depuis', 'notice changed since'),
  'consent-undemonstrable': words('consentement indémontrable', 'consent that cannot be demonstrated'),
  'consent-for-other-contact-point': words(
    'consentement pour une autre adresse',
    'consent for another address',
  ),
  'consent-for-other-goods': words('consentement pour d’autres biens', 'consent for other goods'),
  'consent-for-other-slot': words('consentement pour d’autres créneaux', 'consent for other slots'),
  'recipient-not-named': words('destinataire non nommé', 'recipient not named'),
  'soft-opt-in-incomplete': words('exception client incomplète', 'soft opt-in incomplete'),
  'evidence-missing': words('preuve manquante', 'evidence missing'),
  'minor-without-parent': words('mineur sans consentement parental', 'minor without parental consent'),
  'public-holiday': words('jour férié', 'public holiday'),
  'outside-call-hours': words('hors des heures d’appel', 'outside the hours of calls'),
  'call-limit-reached': words('nombre d’appels atteint', 'number of calls reached'),
  'quiet-after-refusal': words('délai après un refus d’appel', 'quiet after a refused call'),
};
