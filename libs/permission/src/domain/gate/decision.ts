import type { Instant, Relation } from '#kernel';
import type { Certainty, Duty, PolicyResult } from '../policy/vocabulary.js';

/** Everything that can stand against a contact, in the order in which it is reported. A list that may only grow. */
export const reasonCodes = [
  'no-policy-for-date',
  'objected',
  'objected-on-grounds',
  'withdrawn',
  'refused',
  'suppressed',
  'restricted',
  'person-unknown',
  'person-not-registered',
  'person-parked',
  'person-erased',
  'retention-elapsed',
  'purpose-unknown',
  'purpose-retired',
  'purpose-of-another-controller',
  'channel-not-declared',
  'no-variant-for-person',
  'no-contact-point',
  'forbidden-by-rule',
  'consent-missing',
  'minor-without-parent',
  'consent-expired',
  'consent-revoked',
  'consent-invalidated',
  'consent-stale-notice',
  'consent-undemonstrable',
  'consent-for-other-contact-point',
  'consent-for-other-goods',
  'consent-for-other-slot',
  'recipient-not-named',
  'soft-opt-in-incomplete',
  'evidence-missing',
  'public-holiday',
  'outside-call-hours',
  'call-limit-reached',
  'quiet-after-refusal',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** One thing that stands against a contact, with what decides it. */
export interface Reason {
  readonly code: ReasonCode;
  readonly deciding: readonly DecidingEvent[];
  /** What exactly is missing: conditions of soft opt-in, evidence. */
  readonly missing?: readonly string[];
}

/** An event that decided, and where it stands. */
export interface DecidingEvent {
  readonly eventId: string;
  readonly category: 'subject' | 'consent' | 'rights' | 'relationship' | 'solicitation' | 'information';
  readonly revision: number;
}

/** What a permitted contact rests on. */
export const grounds = [
  'consent',
  'soft-opt-in',
  'no-objection',
  'ongoing-contract',
  'requested-call-back',
  'service-message',
] as const;
export type Ground = (typeof grounds)[number];

/** The rule that was applied. */
export interface AppliedRule {
  readonly ruleId: string;
  readonly result: PolicyResult;
  readonly certainty: readonly Certainty[];
  /** The rule on days, hours and number of calls, where one applies. */
  readonly callRuleId?: string;
}

/** The answer of the gate. "No" is an answer: it lists everything that stands against the contact. */
export interface Decision {
  readonly permitted: boolean;
  /** Empty where permitted. */
  readonly reasons: readonly Reason[];
  /** Where permitted. */
  readonly ground?: Ground;
  readonly deciding: readonly DecidingEvent[];
  /** What the sender must do; empty where not permitted. */
  readonly duties: readonly Duty[];
  /** Obligations that every such message has, by rule id. */
  readonly obligations: readonly string[];
  /** Absent where no policy is known for the date, or the message is not prospecting. */
  readonly rule?: AppliedRule;
  readonly relation: Relation;
  readonly variantId?: string;
  /** How well the consent it rests on can be demonstrated. */
  readonly proofGrade?: string;
  /** Until when a permission holds if nothing is said meanwhile; `undefined`: no end is known. */
  readonly validUntil?: Instant;
}
