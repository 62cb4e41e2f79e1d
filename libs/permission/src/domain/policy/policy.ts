import type { Audience, Channel, Day, Relation, Sector } from '#kernel';
import type {
  Certainty,
  Condition,
  Duty,
  Evidence,
  Goods,
  PolicyResult,
  RequirementGroup,
  SwitchId,
  SwitchState,
} from './vocabulary.js';

/** A text in the two languages of the product. */
export interface Label {
  readonly fr: string;
  readonly en: string;
}

/** Europe/Paris days on which something holds, both inclusive; `to` is `null` while no end is known. */
export interface Period {
  readonly from: Day;
  readonly to: Day | null;
}

/** Where a rule comes from, and how sure it is that the source says so; a rule in several parts has several. */
export interface Cited {
  readonly source: string;
  readonly certainty: readonly Certainty[];
}

/**
 * Codes a rule covers, or `any`. Never the list of a vocabulary of today: it may grow, and a published policy, which
 * is named by its hash, would change with it.
 */
export type AnyOr<Code extends string> = 'any' | readonly Code[];

/** One dated rule on contacting people for prospecting: for whom, on which channel, and what it asks. */
export interface PolicyRule extends Period, Cited {
  readonly ruleId: string;
  readonly channels: AnyOr<Channel>;
  readonly audiences: AnyOr<Audience>;
  readonly relations: AnyOr<Relation>;
  /** A rule that names sectors is judged before the generic ones. */
  readonly sectors: AnyOr<Sector>;
  /** Goods of the sector that the rule is about; all of them if absent. */
  readonly goods?: readonly Goods[];
  /** What must be true beside, all of them. */
  readonly conditions: readonly Condition[];
  /** Rules that yield to this one where its conditions are met. */
  readonly exceptionTo: readonly string[];
  readonly result: PolicyResult;
  /** What the sender must be able to show. */
  readonly evidence: readonly Evidence[];
  /** What the sender must do. */
  readonly duties: readonly Duty[];
  /** Unstable law that this rule rests on. */
  readonly switches: readonly SwitchId[];
  readonly meaning: Label;
}

/** One of the conditions of soft opt-in, or one element of the record of a consent to be called. */
export interface Requirement extends Period, Cited {
  readonly requirementId: string;
  readonly group: RequirementGroup;
  /** Years after collection at which a consent ends at the latest, or until which its proof is kept. */
  readonly years?: number;
  readonly meaning: Label;
}

/** When and how often a person may be called. */
export interface CallRule extends Period, Cited {
  readonly ruleId: string;
  readonly channels: readonly Channel[];
  readonly audiences: readonly Audience[];
  /** ISO weekdays, Monday = 1. */
  readonly weekdays: readonly number[];
  readonly publicHolidays: 'excluded';
  /** Hours of the day in the consumer's time zone, `[from, to)`. */
  readonly hours: readonly (readonly [string, string])[];
  /** Time zones in all of which the hours must allow a call to somebody whose own is not known. */
  readonly zonesIfUnknown: readonly string[];
  /** At most so many calls in so many calendar days, per professional. */
  readonly maxCalls: number;
  readonly perDays: number;
  /** Whether an attempt without answer counts as well. */
  readonly counts: 'calls' | 'calls-and-attempts';
  /** Days without calls after a refusal. */
  readonly daysAfterRefusal?: number;
  /** What the person must have agreed to for a call outside days and hours: calls at all, or that very slot. */
  readonly derogationBy: 'consent' | 'accepted-slot';
  readonly derogation: Label;
  readonly meaning: Label;
}

/** How long the data of a prospect or customer may serve prospecting after their last sign of life. */
export interface RetentionRule extends Cited {
  readonly ruleId: string;
  readonly years: number;
  readonly meaning: Label;
}

/** What every message or call owes, whichever rule permits it. */
export interface Obligation extends Period, Cited {
  readonly ruleId: string;
  readonly channels: AnyOr<Channel>;
  readonly meaning: Label;
}

/** A question that the law has not settled, and how it is treated meanwhile, by date. */
export interface PolicySwitch extends Cited {
  readonly switchId: SwitchId;
  readonly settings: readonly (Period & { readonly state: SwitchState })[];
  readonly meaning: Label;
}

/** A rule said to exist that nobody has checked: shown so that it is not forgotten, and never applied as law. */
export interface Unverified extends Period, Cited {
  readonly ruleId: string;
  readonly meaning: Label;
}

/**
 * What holds where no rule does: prior consent. Not a rule of law but the ledger's own caution, so that what nobody
 * thought of is never a "yes".
 */
export interface Fallback {
  readonly ruleId: string;
  readonly result: PolicyResult;
  readonly meaning: Label;
}

/** The rules on contacting people in one country, as one version states them. A published version never changes. */
export interface Policy {
  readonly version: string;
  readonly country: string;
  /** Day as of which the law was read. */
  readonly lawAsOf: Day;
  /** First day the policy speaks about; of earlier days it knows nothing. */
  readonly from: Day;
  readonly rules: readonly PolicyRule[];
  readonly requirements: readonly Requirement[];
  readonly callRules: readonly CallRule[];
  readonly obligations: readonly Obligation[];
  readonly retention: RetentionRule;
  readonly switches: readonly PolicySwitch[];
  readonly unverified: readonly Unverified[];
  readonly fallback: Fallback;
}
