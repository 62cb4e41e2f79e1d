import type { TimelineData } from '../timeline-event.js';
import { words, type Words } from './words.js';

/** Why a person is asked for consent. */
export const requestWords: Readonly<Record<TimelineData<'ConsentRequested'>['reason'], Words>> = {
  'sign-up-to-confirm': words('inscription à confirmer', 'sign-up to confirm'),
  'new-contact': words('nouveau contact', 'new contact'),
  'notice-changed': words('l’information des personnes a changé', 'the notice has changed'),
  'consent-ending': words('le consentement arrive à son terme', 'the consent nears its end'),
  'retention-ending': words('la durée de conservation s’achève', 'the retention nears its end'),
};

/** Why somebody other than the person ended a consent. */
export const revocationWords: Readonly<Record<TimelineData<'ConsentRevoked'>['reason'], Words>> = {
  'controller-decision': words('décision du responsable du traitement', 'decision of the data controller'),
  'purpose-ended': words('la finalité a pris fin', 'the purpose has ended'),
  'collector-ended': words('la collecte par ce tiers a pris fin', 'collection by that third party has ended'),
  'processing-changed': words('le traitement a changé', 'the processing has changed'),
  'recipient-ended': words('le destinataire n’est plus concerné', 'the recipient is no longer involved'),
};

/** What a consent lacked from the start (Art. 4(11), 7, 8, 9(2)(a)). */
export const defectWords: Readonly<Record<TimelineData<'ConsentInvalidated'>['defects'][number], Words>> = {
  'not-free': words('il n’était pas libre', 'it was not freely given'),
  'not-specific': words('il n’était pas spécifique', 'it was not specific'),
  'not-informed': words('il n’était pas éclairé', 'it was not informed'),
  'not-unambiguous': words('il n’était pas univoque', 'it was not unambiguous'),
  'not-distinct': words(
    'la demande n’était pas distincte d’autres questions',
    'the request was not distinguishable from other matters',
  ),
  'not-withdrawable': words(
    'il ne pouvait pas être retiré aussi simplement',
    'it could not be withdrawn as easily',
  ),
  'not-provable': words('il ne peut pas être démontré', 'it cannot be demonstrated'),
  'not-explicit': words('il n’était pas explicite', 'it was not explicit'),
  'minor-without-parent': words(
    'la personne avait moins de 15 ans, sans consentement parental',
    'the person was under 15, without parental consent',
  ),
};
