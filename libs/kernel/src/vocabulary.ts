/**
 * Closed vocabularies that events, rules and interfaces share. A code, once stored, keeps its meaning for ever;
 * a list may only grow.
 */

/** Means of reaching a person (CPCE L.34-5, C. conso. L.223-1). */
export const channels = [
  'email',
  'sms-mms',
  'autodialer',
  'fax',
  'phone-human',
  'post',
  'push',
  'social-dm',
] as const;
export type Channel = (typeof channels)[number];

/** What kind of person is addressed: consumer, professional, generic mailbox, or a sole trader with a shared line. */
export const audiences = ['consumer', 'pro-named', 'pro-generic', 'sole-trader-mixed'] as const;
export type Audience = (typeof audiences)[number];

/** What ties the person to the data controller. */
export const relations = [
  'none',
  'account-only',
  'customer-similar',
  'customer-other',
  'contract-ongoing-related',
  'former-customer',
  'third-party-list',
] as const;
export type Relation = (typeof relations)[number];

/** Sectors with rules of their own. */
export const sectors = ['normal', 'housing-energy-adapt', 'cpf-training', 'press', 'charity'] as const;
export type Sector = (typeof sectors)[number];

/** Means by which a person can be found or reached; values are sealed, never in an event. */
export const contactPointKinds = ['email', 'phone', 'postal-address', 'external-id', 'name'] as const;
export type ContactPointKind = (typeof contactPointKinds)[number];

/** Retention classes: one data key per (subject, scope, generation). */
export const scopes = [
  'identity',
  'evidence',
  'marketing',
  'contract',
  'suppression',
  'notification',
] as const;
export type Scope = (typeof scopes)[number];

/** Lawful bases (GDPR Art. 6(1)(a) to (f)). */
export const lawfulBases = [
  'consent',
  'contract',
  'legal-obligation',
  'vital-interests',
  'public-task',
  'legitimate-interests',
] as const;
export type LawfulBasis = (typeof lawfulBases)[number];

/** How a person expressed a choice. */
export const expressionMethods = [
  'web-checkbox',
  'web-button',
  'double-opt-in',
  'paper-signature',
  'oral-recorded',
  'in-app-toggle',
  'api-import',
] as const;
export type ExpressionMethod = (typeof expressionMethods)[number];

/** Who expressed it. Under 15 years, minor and parent together (LIL Art. 45). */
export const indicators = ['data-subject', 'parent', 'minor-and-parent', 'representative'] as const;
export type Indicator = (typeof indicators)[number];

/** Where an act or a contact came from. */
export const sourceKinds = [
  'web-form',
  'shop',
  'app',
  'phone-call',
  'paper',
  'email-reply',
  'preference-centre',
  'unsubscribe-link',
  'crm',
  'import',
  'partner',
  'complaint',
  'staff',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Languages in which texts are published. */
export const languages = ['fr', 'en', 'de', 'es', 'it', 'nl', 'pt'] as const;
export type Language = (typeof languages)[number];

/** Grounds of restriction (Art. 18(1)(a) to (d)). */
export const restrictionGrounds = ['accuracy', 'unlawful', 'claims', 'objection'] as const;
export type RestrictionGround = (typeof restrictionGrounds)[number];

/** Grounds of erasure (Art. 17(1)(a) to (f)), and the end of a retention period. */
export const erasureGrounds = [
  'no-longer-necessary',
  'consent-withdrawn',
  'objection',
  'unlawful-processing',
  'legal-obligation',
  'minor-information-society',
  'retention-elapsed',
] as const;
export type ErasureGround = (typeof erasureGrounds)[number];

/** How an act of erasure was carried out; only the first two make data gone, a destroyed key makes it unreadable. */
export const erasureTechniques = [
  'physical-delete',
  'stream-scavenge',
  'crypto-shred',
  'anonymise',
  'beyond-use-backup',
] as const;
export type ErasureTechnique = (typeof erasureTechniques)[number];

/** How an identity was verified (Art. 12(6)); never systematically by a copy of a document. */
export const identityMethods = [
  'authenticated-session',
  'reply-from-known-address',
  'known-details',
  'call-back-to-known-number',
  'identity-document-seen',
  'representative-mandate',
  'not-required',
] as const;
export type IdentityMethod = (typeof identityMethods)[number];
