import type {
  Audience,
  Channel,
  ContactPointKind,
  ErasureGround,
  ErasureTechnique,
  Indicator,
  RestrictionGround,
  Scope,
  SourceKind,
} from '#kernel';
import type { InformationArticle, InformationMeans, PreferredFrequency } from '#consent/contract';
import type { ContactOutcome, ReleaseReason } from '#solicitation/contract';
import type { LookReason } from '#subjects/contract';
import type { TimelineData } from '../timeline-event.js';

/** Languages in which the timeline speaks; French is the source. */
export type SentenceLanguage = 'fr' | 'en';

/** One meaning in both languages. */
export type Words = Readonly<Record<SentenceLanguage, string>>;

/** One meaning in French and in English. */
export const words = (fr: string, en: string): Words => ({ fr, en });

/** How a person is reached. */
export const byChannel: Readonly<Record<Channel | 'all', Words>> = {
  email: words('par e-mail', 'by e-mail'),
  'sms-mms': words('par SMS ou MMS', 'by SMS or MMS'),
  autodialer: words('par automate d’appel', 'by automated call'),
  fax: words('par télécopie', 'by fax'),
  'phone-human': words('par téléphone', 'by telephone'),
  post: words('par courrier postal', 'by post'),
  push: words('par notification push', 'by push notification'),
  'social-dm': words('par message privé sur un réseau social', 'by private message on a social network'),
  all: words('par quelque canal que ce soit', 'by any channel'),
};

/** By which article a person is informed. */
export const articleWords: Readonly<Record<InformationArticle, Words>> = {
  'art-13': words('données recueillies auprès d’elle, art. 13', 'data collected from them, Art. 13'),
  'art-14': words('données recueillies auprès d’un tiers, art. 14', 'data from somebody else, Art. 14'),
};

/** How information reached a person. */
export const byMeans: Readonly<Record<InformationMeans, Words>> = {
  ...byChannel,
  'on-site': words('sur une page ou un formulaire', 'on a page or form'),
  'in-person': words('de vive voix', 'face to face'),
};

/** How often a person likes to hear from the organisation. */
export const frequencyWords: Readonly<Record<PreferredFrequency, Words>> = {
  'as-it-comes': words('au fil de l’actualité', 'as it comes'),
  weekly: words('une fois par semaine', 'once a week'),
  monthly: words('une fois par mois', 'once a month'),
  quarterly: words('une fois par trimestre', 'once a quarter'),
};

/** The name of a language, in a language: “français”, “French”. */
export function languageName(code: string, language: SentenceLanguage): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code;
}

/** Who is addressed. */
export const audienceWords: Readonly<Record<Audience, Words>> = {
  consumer: words('consommateur', 'consumer'),
  'pro-named': words('professionnel nommé', 'named professional'),
  'pro-generic': words('adresse professionnelle générique', 'generic business address'),
  'sole-trader-mixed': words('entrepreneur individuel, ligne mixte', 'sole trader, shared line'),
};

/** Where an act or a contact came from. */
export const sourceWords: Readonly<Record<SourceKind, Words>> = {
  'web-form': words('formulaire web', 'web form'),
  shop: words('magasin', 'shop'),
  app: words('application', 'app'),
  'phone-call': words('appel téléphonique', 'telephone call'),
  paper: words('papier', 'paper'),
  'email-reply': words('réponse par e-mail', 'e-mail reply'),
  'preference-centre': words('centre de préférences', 'preference centre'),
  'unsubscribe-link': words('lien de désinscription', 'unsubscribe link'),
  crm: words('CRM', 'CRM'),
  import: words('import', 'import'),
  partner: words('partenaire', 'partner'),
  complaint: words('réclamation', 'complaint'),
  staff: words('personnel', 'staff'),
};

/** A contact point, with its article. */
export const contactPointWords: Readonly<Record<ContactPointKind, Words>> = {
  email: words('une adresse e-mail', 'an e-mail address'),
  phone: words('un numéro de téléphone', 'a telephone number'),
  'postal-address': words('une adresse postale', 'a postal address'),
  'external-id': words('un identifiant externe', 'an external id'),
  name: words('un nom', 'a name'),
};

/** Why a contact point was replaced. */
export const rectifiedWords: Readonly<Record<TimelineData<'ContactPointRectified'>['reason'], Words>> = {
  inaccurate: words('inexactitude', 'inaccurate'),
  outdated: words('valeur périmée', 'outdated'),
  incomplete: words('valeur incomplète', 'incomplete'),
};

/** Why a contact point was removed. */
export const removedWords: Readonly<Record<TimelineData<'ContactPointRemoved'>['reason'], Words>> = {
  'no-longer-used': words('il n’est plus utilisé', 'it is no longer used'),
  'never-belonged': words('il n’a jamais été celui de la personne', 'it never was the person’s'),
  unreachable: words('il ne répond plus', 'it cannot be reached'),
  'asked-by-subject': words('la personne l’a demandé', 'the person asked for it'),
};

/** How two people are related. */
export const relationWords: Readonly<Record<TimelineData<'SubjectsLinked'>['relation'], Words>> = {
  'shares-contact-point': words('adresse ou numéro en commun', 'a shared address or number'),
  'same-person': words('même personne', 'the same person'),
  household: words('même foyer', 'the same household'),
  'representative-of': words('représentation', 'representation'),
};

/** What happened between a person and a data controller, as a sentence begins. */
export const relationshipWords: Readonly<Record<TimelineData<'RelationshipEventRecorded'>['kind'], Words>> = {
  sale: words('La personne a acheté', 'The person bought'),
  'account-opened': words('La personne a ouvert un compte', 'The person opened an account'),
  'contract-started': words('Un contrat a commencé', 'A contract started'),
  'contract-ended': words('Un contrat a pris fin', 'A contract ended'),
  quote: words('La personne a demandé un devis', 'The person asked for a quote'),
  inbound: words('La personne a pris contact d’elle-même', 'The person got in touch'),
  login: words('La personne s’est connectée à son compte', 'The person logged in to their account'),
  click: words('La personne a cliqué sur un lien', 'The person clicked on a link'),
  'call-back-requested': words('La personne a demandé à être rappelée', 'The person asked to be called back'),
};

/** Why somebody looked at personal values. */
export const lookWords: Readonly<Record<LookReason, Words>> = {
  'service-operation': words('exécution du service', 'operation of the service'),
  'customer-request': words('demande du client', 'request of the customer'),
  'data-subject-request': words('exercice d’un droit', 'exercise of a right'),
  complaint: words('réclamation', 'complaint'),
  'quality-check': words('contrôle de qualité', 'quality check'),
  'fraud-investigation': words('enquête pour fraude', 'fraud investigation'),
  audit: words('audit', 'audit'),
  'legal-claim': words('action en justice', 'legal claim'),
  'authority-request': words('demande d’une autorité', 'request of an authority'),
};

/** What is kept for what, as it stands after a key or a deletion. */
export const scopeWords: Readonly<Record<Scope, Words>> = {
  identity: words('identité', 'identity'),
  evidence: words('preuve', 'evidence'),
  marketing: words('prospection', 'marketing'),
  contract: words('contrat', 'contract'),
  suppression: words('liste d’opposition', 'suppression list'),
  notification: words('information des destinataires', 'notification of recipients'),
};

/** What a recipient did about an erasure. */
export const outcomeWords: Readonly<Record<TimelineData<'RecipientAcknowledged'>['outcome'], Words>> = {
  erased: words('données effacées', 'data erased'),
  'nothing-held': words('aucune donnée détenue', 'no data held'),
  'kept-by-law': words('données conservées par obligation légale', 'data kept by legal obligation'),
};

/** Why a recipient counts as not told. */
export const failureWords: Readonly<Record<TimelineData<'RecipientFailed'>['reason'], Words>> = {
  'no-answer-in-time': words('pas de réponse dans le délai', 'no answer in time'),
  refused: words('refus', 'refused'),
  unreachable: words('injoignable', 'unreachable'),
  ceased: words('a cessé d’exister', 'ceased to exist'),
};

/** Who expressed a choice. */
export const indicatorWords: Readonly<Record<Indicator, Words>> = {
  'data-subject': words('La personne', 'The person'),
  parent: words('Le titulaire de l’autorité parentale', 'The holder of parental authority'),
  'minor-and-parent': words(
    'La personne mineure, avec le titulaire de l’autorité parentale,',
    'The minor, together with the holder of parental authority,',
  ),
  representative: words('Le représentant de la personne', 'The representative of the person'),
};

/** Why a consent was withdrawn. */
export const withdrawalWords: Readonly<
  Record<NonNullable<TimelineData<'ConsentWithdrawn'>['reason']>, Words>
> = {
  'none-given': words('aucun motif donné', 'no reason given'),
  'too-frequent': words('messages trop fréquents', 'too frequent messages'),
  'not-relevant': words('messages sans intérêt pour la personne', 'messages of no interest'),
  'never-agreed': words('la personne dit n’avoir jamais consenti', 'the person says they never agreed'),
  complaint: words('réclamation', 'complaint'),
};

/** Why processing is restricted (Art. 18(1)). */
export const restrictionWords: Readonly<Record<RestrictionGround, Words>> = {
  accuracy: words('exactitude contestée, art. 18(1)(a) du RGPD', 'accuracy contested, Art. 18(1)(a) GDPR'),
  unlawful: words('traitement illicite, art. 18(1)(b) du RGPD', 'unlawful processing, Art. 18(1)(b) GDPR'),
  claims: words('droits en justice, art. 18(1)(c) du RGPD', 'legal claims, Art. 18(1)(c) GDPR'),
  objection: words(
    'opposition en cours d’examen, art. 18(1)(d) du RGPD',
    'objection being weighed, Art. 18(1)(d) GDPR',
  ),
};

/** Why a restriction ended. */
export const liftedWords: Readonly<Record<TimelineData<'RestrictionLifted'>['reason'], Words>> = {
  'accuracy-verified': words('l’exactitude a été vérifiée', 'accuracy has been verified'),
  'lifted-by-subject': words('la personne y a renoncé', 'the person gave it up'),
  'claims-over': words('la procédure est terminée', 'the claims are over'),
  'objection-decided': words('l’opposition a été tranchée', 'the objection has been decided'),
  'erasure-chosen': words('la personne a choisi l’effacement', 'the person chose erasure'),
};

/** How the person was told. */
export const meansWords: Readonly<Record<TimelineData<'RestrictionLiftNotified'>['means'], Words>> = {
  email: words('par e-mail', 'by e-mail'),
  post: words('par courrier postal', 'by post'),
  phone: words('par téléphone', 'by telephone'),
  'in-person': words('de vive voix', 'in person'),
  'preference-centre': words('dans le centre de préférences', 'in the preference centre'),
};

/** Why something is erased (Art. 17(1)). */
export const erasureWords: Readonly<Record<ErasureGround, Words>> = {
  'no-longer-necessary': words('données devenues inutiles', 'no longer necessary'),
  'consent-withdrawn': words('consentement retiré', 'consent withdrawn'),
  objection: words('opposition', 'objection'),
  'unlawful-processing': words('traitement illicite', 'unlawful processing'),
  'legal-obligation': words('obligation légale', 'legal obligation'),
  'minor-information-society': words('données recueillies auprès d’un mineur', 'data collected from a minor'),
  'retention-elapsed': words('durée de conservation écoulée', 'retention period elapsed'),
};

/** On whose initiative. */
export const initiatorWords: Readonly<Record<TimelineData<'ErasureOrdered'>['initiator'], Words>> = {
  'data-subject': words('à la demande de la personne', 'at the person’s request'),
  representative: words('à la demande de son représentant', 'at the request of their representative'),
  controller: words('à l’initiative du responsable du traitement', 'on the data controller’s initiative'),
  authority: words('à la demande d’une autorité', 'at the request of an authority'),
  'retention-rule': words('par application d’une règle de conservation', 'by a retention rule'),
};

/** How an erasure was carried out. */
export const techniqueWords: Readonly<Record<ErasureTechnique, Words>> = {
  'physical-delete': words('suppression physique', 'physical deletion'),
  'stream-scavenge': words('purge du journal', 'scavenge of the stream'),
  'crypto-shred': words('destruction de la clé', 'destruction of the key'),
  anonymise: words('anonymisation', 'anonymisation'),
  'beyond-use-backup': words('mise hors d’usage des sauvegardes', 'backups put beyond use'),
};

/** How a contact ended. */
export const contactOutcomeWords: Readonly<Record<ContactOutcome, Words>> = {
  sent: words('message envoyé', 'message sent'),
  delivered: words('message remis', 'message delivered'),
  answered: words('la personne a répondu', 'the person answered'),
  'no-answer': words('pas de réponse', 'no answer'),
  busy: words('ligne occupée', 'line busy'),
  'wrong-number': words('mauvais numéro', 'wrong number'),
  bounced: words('message non distribuable', 'message undeliverable'),
  refused: words('la personne a refusé l’échange', 'the person declined to talk'),
  'asked-to-stop': words('la personne a demandé que cela cesse', 'the person asked for it to stop'),
};

/** Why a reserved contact was not made. */
export const releaseWords: Readonly<Record<ReleaseReason, Words>> = {
  'not-made': words('non effectué', 'not made'),
  cancelled: words('annulé', 'cancelled'),
};
