import type { LawfulBasis } from '#kernel';
import type {
  activityEndings,
  DataCategory,
  PurposeKind,
  recipientTypes,
  RegisterRole,
  securityMeasureTypes,
  subjectCategories,
  transferSafeguards,
} from '../contract.js';
import type { Label } from './missing-elements.js';

/** A label for each code of a vocabulary; a code without one does not compile. */
type Labels<C extends string> = Readonly<Record<C, Label>>;
const label = (fr: string, en: string): Label => ({ fr, en });

/** The two registers. */
export const roleLabels: Labels<RegisterRole> = {
  controller: label('Responsable du traitement (art. 30(1))', 'Data controller (Art. 30(1))'),
  processor: label('Sous-traitant (art. 30(2))', 'Data processor (Art. 30(2))'),
};

/** Lawful bases (Art. 6(1)). */
export const lawfulBasisLabels: Labels<LawfulBasis> = {
  consent: label('Consentement', 'Consent'),
  contract: label('Contrat ou mesures précontractuelles', 'Contract or steps before one'),
  'legal-obligation': label('Obligation légale', 'Legal obligation'),
  'vital-interests': label('Intérêts vitaux', 'Vital interests'),
  'public-task': label('Mission d’intérêt public', 'Task in the public interest'),
  'legitimate-interests': label('Intérêt légitime', 'Legitimate interests'),
};

/** Kinds of purposes. */
export const purposeKindLabels: Labels<PurposeKind> = {
  prospecting: label('Prospection commerciale', 'Direct marketing'),
  service: label('Service et exécution des contrats', 'Service and performance of contracts'),
  analytics: label('Statistiques', 'Statistics'),
  profiling: label('Profilage', 'Profiling'),
  'email-open-tracking': label('Suivi de l’ouverture des courriels', 'Tracking of opened e-mails'),
  legal: label('Obligation légale et défense de droits', 'Legal duties and claims'),
  other: label('Autre', 'Other'),
};

/** Categories of persons (list F of the CNIL template). */
export const subjectCategoryLabels: Labels<(typeof subjectCategories)[number]> = {
  employees: label('Salariés', 'Employees'),
  'internal-services': label('Services internes', 'Internal departments'),
  customers: label('Clients', 'Customers'),
  suppliers: label('Fournisseurs', 'Suppliers'),
  contractors: label('Prestataires', 'Contractors'),
  prospects: label('Prospects', 'Prospects'),
  candidates: label('Candidats', 'Candidates'),
  other: label('Autres', 'Others'),
};

/** Categories of data (sheet 3 of the CNIL template). */
export const dataCategoryLabels: Labels<DataCategory> = {
  identity: label(
    'État civil, identité, données d’identification, images',
    'Civil status, identity, identification data, images',
  ),
  'personal-life': label('Vie personnelle', 'Personal life'),
  economic: label('Informations d’ordre économique et financier', 'Economic and financial information'),
  connection: label('Données de connexion', 'Connection data'),
  location: label('Données de localisation', 'Location data'),
  'national-id': label('Numéro de sécurité sociale (NIR)', 'National identification number (NIR)'),
  'racial-ethnic': label('Origine raciale ou ethnique', 'Racial or ethnic origin'),
  political: label('Opinions politiques', 'Political opinions'),
  'religious-philosophical': label(
    'Convictions religieuses ou philosophiques',
    'Religious or philosophical beliefs',
  ),
  'trade-union': label('Appartenance syndicale', 'Trade-union membership'),
  genetic: label('Données génétiques', 'Genetic data'),
  'biometric-id': label(
    'Données biométriques d’identification unique',
    'Biometric data that identify a person uniquely',
  ),
  health: label('Santé', 'Health'),
  'sex-life-orientation': label('Vie ou orientation sexuelle', 'Sex life or sexual orientation'),
  criminal: label('Condamnations pénales ou infractions', 'Criminal convictions or offences'),
  other: label('Autres données', 'Other data'),
};

/** Types of recipients (list H of the CNIL template). */
export const recipientTypeLabels: Labels<(typeof recipientTypes)[number]> = {
  'internal-service': label(
    'Service interne qui traite les données',
    'Internal department that processes the data',
  ),
  processor: label('Sous-traitants', 'Processors'),
  'third-country': label(
    'Destinataires dans des pays tiers ou organisations internationales',
    'Recipients in third countries or international organisations',
  ),
  partner: label('Partenaires institutionnels ou commerciaux', 'Institutional or commercial partners'),
  other: label('Autre', 'Other'),
};

/** Tools of a transfer (list A of the CNIL template). */
export const transferSafeguardLabels: Labels<(typeof transferSafeguards)[number]> = {
  adequacy: label('Pays adéquat', 'Adequacy decision'),
  scc: label('Clauses contractuelles types (CCT)', 'Standard contractual clauses (SCC)'),
  bcr: label('Règles d’entreprise contraignantes (BCR)', 'Binding corporate rules (BCR)'),
  'code-of-conduct': label('Code de conduite', 'Code of conduct'),
  certification: label('Certification', 'Certification'),
  art49: label('Dérogations (art. 49)', 'Derogations (Art. 49)'),
};

/** Types of security measures (list J of the CNIL template). */
export const securityMeasureLabels: Labels<(typeof securityMeasureTypes)[number]> = {
  traceability: label('Mesures de traçabilité', 'Traceability'),
  'software-protection': label('Mesures de protection des logiciels', 'Protection of software'),
  backup: label('Sauvegarde des données', 'Backup of data'),
  encryption: label('Chiffrement des données', 'Encryption of data'),
  'access-control': label('Contrôle d’accès des utilisateurs', 'Access control of users'),
  'processor-control': label('Contrôle des sous-traitants', 'Control of processors'),
  other: label('Autres mesures', 'Other measures'),
};

/** Why a line ended. */
export const activityEndingLabels: Labels<(typeof activityEndings)[number]> = {
  ended: label('Traitement terminé', 'Processing has ended'),
  merged: label('Fusionnée avec une autre fiche', 'Merged with another line'),
  'recorded-in-error': label('Enregistrée par erreur', 'Recorded in error'),
};

/** Every code of the register spelled out, by vocabulary: what an export or a page prints. */
export const registerVocabulary = {
  roles: roleLabels,
  lawfulBases: lawfulBasisLabels,
  purposeKinds: purposeKindLabels,
  subjectCategories: subjectCategoryLabels,
  dataCategories: dataCategoryLabels,
  recipientTypes: recipientTypeLabels,
  transferSafeguards: transferSafeguardLabels,
  securityMeasureTypes: securityMeasureLabels,
  activityEndings: activityEndingLabels,
} as const;
