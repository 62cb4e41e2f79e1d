/**
 * Closed vocabularies of policies. A code that stands in a published policy keeps its meaning for ever; a list may
 * only grow.
 */

/** What a rule answers: which yes it takes, or that none helps. */
export const policyResults = ['opt-in', 'soft-opt-in', 'opt-out', 'allowed-no-consent', 'forbidden'] as const;
export type PolicyResult = (typeof policyResults)[number];

/** How sure it is that the source says so: read, quoted by who read it, told by a secondary source, not checked. */
export const certainties = ['primary', 'quoted', 'secondary', 'unverified'] as const;
export type Certainty = (typeof certainties)[number];

/** Facts beside channel, audience, relation and sector on which a rule depends. */
export const conditions = [
  'related-to-profession',
  'unrelated-to-profession',
  'published-professional-contact',
  'strictly-professional-object',
  'non-commercial',
  'call-back-requested',
] as const;
export type Condition = (typeof conditions)[number];

/** Goods and services that the sector `housing-energy-adapt` is made of; their rules began on different days. */
export const goods = ['energy-saving', 'renewable-energy', 'age-disability-adaptation'] as const;
export type Goods = (typeof goods)[number];

/** What a sender must be able to show. */
export const evidences = [
  'consent-for-channel',
  'consent-naming-advertiser',
  'soft-opt-in-conditions',
  'phone-consent-record',
  'contract-in-performance',
  'information-given',
  'source-named',
  'bloctel-scrub',
  'call-back-request',
  'prior-information-by-transmitter',
] as const;
export type Evidence = (typeof evidences)[number];

/** What a sender must do. */
export const duties = [
  'offer-free-objection-each-time',
  'offer-objection-link',
  'honour-objection',
  'identify-yourself',
  'respect-call-windows',
  'scrub-against-bloctel',
  'call-back-within-five-working-days',
  'stay-within-the-request',
  'keep-proof-three-years',
  'inform-at-first-contact-within-a-month',
] as const;
export type Duty = (typeof duties)[number];

/** What a requirement belongs to. */
export const requirementGroups = ['soft-opt-in', 'phone-consent'] as const;
export type RequirementGroup = (typeof requirementGroups)[number];

/** Unstable law that bears on contacting people. */
export const switchIds = [
  'phone-opt-in',
  'contested-ce',
  'named-partners',
  'freemium-c654-23',
  'email-open-tracking',
  'digital-omnibus',
] as const;
export type SwitchId = (typeof switchIds)[number];

/** How a switch is set. */
export const switchStates = ['off', 'on'] as const;
export type SwitchState = (typeof switchStates)[number];
