import { addDays, parisDay, startOfParisDay, type Channel, type Day, type Instant } from '#kernel';
import { policyOn, type PolicyOnDay } from '../policy/policy-on.js';
import type { AnyOr, CallRule, Policy, PolicyRule } from '../policy/policy.js';
import { byPrecedence } from './applicable-rule.js';
import { Memo } from './memo.js';
import { beginOfRetention } from './retention.js';
import { nextTurn } from './turning-days.js';

/** A rule on calls with what it comes to on one day. */
export interface CallRuleOnDay {
  readonly rule: CallRule;
  /** Its hours in minutes since midnight, `[from, to)`. */
  readonly hours: readonly (readonly [number, number])[];
  /** From when on calls count against its limit. */
  readonly countsSince: Instant;
  /** From when on a refusal asks for quiet; `undefined`: none does. */
  readonly quietSince: Instant | undefined;
}

/** What a consent to be called must meet on one day beside what it says of itself (C. conso. R.223-1). */
export interface PhoneConsentOnDay {
  /** Years after which it ends at the latest, whatever was stated; `undefined`: the law sets none. */
  readonly maxYears: number | undefined;
  /** Where it names slots it is void outside them. */
  readonly isBoundToSlots: boolean;
}

/** More channels than there are. */
const CHANNELS = 100;

/** What a policy says on one Europe/Paris day, laid out for decisions: made once, whoever is asked about on that day. */
export class GateDay {
  /** When the policy next says something else; `undefined`: it knows of no change to come. */
  readonly nextTurn: Instant | undefined;
  /** From when the day lasts until when, which is not of it. */
  readonly from: Instant;
  readonly until: Instant;
  /** A sign of life before this is one whose retention is over. */
  readonly retainedSince: Instant;
  readonly phoneConsent: PhoneConsentOnDay;
  readonly #callRules: readonly CallRuleOnDay[];
  readonly #rules = new Memo<Channel, readonly PolicyRule[]>(CHANNELS);
  readonly #obligations = new Memo<Channel, readonly string[]>(CHANNELS);

  constructor(
    readonly policy: Policy,
    readonly today: Day,
    private readonly holding: PolicyOnDay,
  ) {
    this.nextTurn = nextTurn(policy, today);
    this.from = startOfParisDay(today);
    this.until = startOfParisDay(addDays(today, 1));
    this.retainedSince = beginOfRetention(today, policy.retention.years);
    this.phoneConsent = phoneConsentOn(holding);
    this.#callRules = holding.callRules.map((rule) => callRuleOn(rule, today));
  }

  /** The rules for a channel in the order in which they go before each other. */
  rules(channel: Channel): readonly PolicyRule[] {
    return this.#rules.of(channel, () =>
      this.holding.rules.filter(({ channels }) => names(channels, channel)).sort(byPrecedence),
    );
  }

  /** The rule on days, hours and number of calls, where one covers channel and audience. */
  callRule(channel: Channel, audience: string): CallRuleOnDay | undefined {
    return this.#callRules.find(
      ({ rule }) =>
        rule.channels.includes(channel) && (rule.audiences as readonly string[]).includes(audience),
    );
  }

  /** What every message on a channel owes, by rule id. */
  obligations(channel: Channel): readonly string[] {
    return this.#obligations.of(channel, () =>
      this.holding.obligations.filter(({ channels }) => names(channels, channel)).map(({ ruleId }) => ruleId),
    );
  }
}

const known = new WeakMap<PolicyOnDay, GateDay>();
/** The day that was asked about last: most questions are about one and the same. */
let last: GateDay | undefined;

/** The day of an instant as a policy has it; `undefined`: it knows no law of that day. */
export function gateDay(policy: Policy, at: Instant): GateDay | undefined {
  if (last !== undefined && last.policy === policy && last.from <= at && at < last.until) return last;
  const today = parisDay(at);
  const holding = policyOn(policy, today);
  if (holding === undefined) return undefined;
  let day = known.get(holding);
  if (day === undefined) known.set(holding, (day = new GateDay(policy, today, holding)));
  return (last = day);
}

function phoneConsentOn({ requirements }: PolicyOnDay): PhoneConsentOnDay {
  const named = (id: string) => requirements.find(({ requirementId }) => requirementId === id);
  return {
    maxYears: named('consent-period')?.years,
    isBoundToSlots: named('no-invalid-consent') !== undefined,
  };
}

function callRuleOn(rule: CallRule, today: Day): CallRuleOnDay {
  const { hours, perDays, daysAfterRefusal } = rule;
  return {
    rule,
    hours: hours.map(([from, to]) => [minutesOf(from), minutesOf(to)]),
    countsSince: startOfParisDay(addDays(today, 1 - perDays)),
    quietSince:
      daysAfterRefusal === undefined ? undefined : startOfParisDay(addDays(today, -daysAfterRefusal)),
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}

function names(codes: AnyOr<string>, code: string): boolean {
  return codes === 'any' || codes.includes(code);
}
