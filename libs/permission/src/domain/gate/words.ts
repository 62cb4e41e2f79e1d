import type { Label } from '../policy/policy.js';
import type { Ground, ReasonCode } from './decision.js';
import type { SoftOptInCondition } from './soft-opt-in.js';

/** A label for each code of a vocabulary; a code without one does not compile. */
type Labels<C extends string> = Readonly<Record<C, Label>>;
const label = (fr: string, en: string): Label => ({ fr, en });

/** What stands against a contact. */
export const reasonWords: Labels<ReasonCode> = {
  'no-policy-for-date': label(
    'Aucune politique n’est connue pour cette date.',
    'No policy is known for this date.',
  ),
  objected: label(
    'La personne s’est opposée à la prospection (RGPD art. 21(2)).',
    'The person objected to marketing (GDPR Art. 21(2)).',
  ),
  'objected-on-grounds': label(
    'La personne s’est opposée pour des raisons tenant à sa situation (RGPD art. 21(1)).',
    'The person objected on grounds of their situation (GDPR Art. 21(1)).',
  ),
  withdrawn: label(
    'La personne a retiré son consentement (RGPD art. 7(3)).',
    'The person withdrew their consent (GDPR Art. 7(3)).',
  ),
  refused: label('La personne a refusé.', 'The person refused.'),
  suppressed: label(
    'L’adresse est sur la liste d’opposition (RGPD art. 21(3)).',
    'The address stands on the suppression list (GDPR Art. 21(3)).',
  ),
  restricted: label(
    'Le traitement est limité : conservation seulement (RGPD art. 18).',
    'Processing is restricted: storage only (GDPR Art. 18).',
  ),
  'person-unknown': label(
    'Le registre ne connaît pas cette personne.',
    'The ledger does not know this person.',
  ),
  'person-not-registered': label(
    'Des actes de la personne sont connus, mais pas son enregistrement.',
    'Acts of the person are known, a registration is not.',
  ),
  'person-parked': label(
    'Un événement de la personne ne peut pas être lu : ce qui est connu d’elle est incomplet.',
    'An event of the person cannot be read: what is known of them is incomplete.',
  ),
  'person-erased': label('La personne a été effacée (RGPD art. 17).', 'The person is erased (GDPR Art. 17).'),
  'retention-elapsed': label(
    'La durée de conservation à des fins de prospection est écoulée.',
    'The retention for prospecting has elapsed.',
  ),
  'purpose-unknown': label(
    'Le registre ne connaît pas cette finalité.',
    'The ledger does not know this purpose.',
  ),
  'purpose-retired': label('La finalité a pris fin.', 'The purpose has ended.'),
  'purpose-of-another-controller': label(
    'La finalité est celle d’un autre responsable du traitement.',
    'The purpose is another data controller’s.',
  ),
  'channel-not-declared': label(
    'La finalité n’est pas déclarée pour ce canal.',
    'The purpose is not declared for this channel.',
  ),
  'no-variant-for-person': label(
    'La finalité n’a pas de base légale pour ce public et cette relation.',
    'The purpose has no lawful basis for this audience and relation.',
  ),
  'no-contact-point': label(
    'La personne n’a pas d’adresse ou de numéro pour ce canal.',
    'The person has no address or number for this channel.',
  ),
  'forbidden-by-rule': label(
    'La règle l’interdit, même avec un consentement.',
    'The rule forbids it, even with a consent.',
  ),
  'consent-missing': label(
    'Il faut un consentement, et il n’y en a pas.',
    'A consent is needed, and there is none.',
  ),
  'consent-expired': label('Le consentement a expiré.', 'The consent has expired.'),
  'consent-revoked': label(
    'Il a été mis fin au consentement, par un autre que la personne.',
    'The consent was ended by another than the person.',
  ),
  'consent-invalidated': label(
    'Le consentement n’a jamais été valable (RGPD art. 4(11) et 7).',
    'The consent never was valid (GDPR Art. 4(11) and 7).',
  ),
  'consent-stale-notice': label(
    'L’information des personnes a changé de façon importante depuis le consentement : il est à renouveler.',
    'The notice has changed considerably since the consent was given: it needs renewing.',
  ),
  'consent-undemonstrable': label(
    'Le consentement ne peut pas être démontré (RGPD art. 7(1)).',
    'The consent cannot be demonstrated (GDPR Art. 7(1)).',
  ),
  'consent-for-other-contact-point': label(
    'Le consentement couvre une autre adresse ou un autre numéro.',
    'The consent covers another address or number.',
  ),
  'consent-for-other-goods': label(
    'Le consentement couvre d’autres biens ou services (C. conso. R.223-1).',
    'The consent covers other goods or services (C. conso. R.223-1).',
  ),
  'consent-for-other-slot': label(
    'Le consentement vaut pour d’autres créneaux (C. conso. R.223-1).',
    'The consent is for other slots (C. conso. R.223-1).',
  ),
  'recipient-not-named': label(
    'Le consentement ne nomme pas ce destinataire.',
    'The consent does not name this recipient.',
  ),
  'soft-opt-in-incomplete': label(
    'L’exception client n’est pas remplie (CPCE L.34-5 al. 4).',
    'The conditions of soft opt-in are not met (CPCE L.34-5 al. 4).',
  ),
  'evidence-missing': label(
    'Ce que la règle demande n’est pas établi.',
    'What the rule asks for is not shown.',
  ),
  'minor-without-parent': label(
    'Consentement d’une personne de moins de 15 ans, sans celui du titulaire de l’autorité parentale (RGPD art. 8, LIL art. 45).',
    'A consent of a person under 15, without that of the holder of parental authority (GDPR Art. 8, LIL Art. 45).',
  ),
  'public-holiday': label(
    'Un jour férié : aucun appel (C. conso. D.223-9).',
    'A public holiday: no calls (C. conso. D.223-9).',
  ),
  'outside-call-hours': label(
    'Hors des jours et heures d’appel (C. conso. D.223-9).',
    'Outside the days and hours of calls (C. conso. D.223-9).',
  ),
  'call-limit-reached': label(
    'Le nombre d’appels permis est atteint (C. conso. D.223-9).',
    'The permitted number of calls is reached (C. conso. D.223-9).',
  ),
  'quiet-after-refusal': label(
    'La personne a refusé un appel il y a trop peu de jours (C. conso. D.223-9, ancien).',
    'The person refused a call too few days ago (C. conso. D.223-9, former version).',
  ),
};

/** What a permitted contact rests on. */
export const groundWords: Labels<Ground> = {
  consent: label('consentement', 'consent'),
  'soft-opt-in': label('exception client', 'soft opt-in'),
  'no-objection': label('absence d’opposition', 'no objection'),
  'ongoing-contract': label('contrat en cours', 'ongoing contract'),
  'requested-call-back': label('rappel demandé par la personne', 'call-back asked for by the person'),
  'service-message': label('message de service', 'service message'),
};

/** Conditions of soft opt-in that may be missing. */
export const softOptInWords: Labels<SoftOptInCondition> = {
  'collected-from-the-person': label(
    'coordonnées recueillies directement auprès de la personne',
    'contact details collected from the person directly',
  ),
  'on-a-sale-or-service': label(
    'recueillies à l’occasion d’une vente ou d’un service',
    'collected on the occasion of a sale or service',
  ),
  'analogous-products': label('produits ou services analogues', 'analogous products or services'),
  'objection-at-collection': label(
    'faculté de s’opposer offerte lors du recueil',
    'chance to object offered at collection',
  ),
};
