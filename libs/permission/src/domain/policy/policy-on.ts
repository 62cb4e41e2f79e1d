import type { Day } from '#kernel';
import type {
  CallRule,
  Obligation,
  Period,
  Policy,
  PolicyRule,
  PolicySwitch,
  Requirement,
  Unverified,
} from './policy.js';
import type { SwitchState } from './vocabulary.js';

/** A switch as it is set on a day. */
export interface SwitchOnDay
  extends Period, Pick<PolicySwitch, 'switchId' | 'meaning' | 'source' | 'certainty'> {
  readonly state: SwitchState;
}

/** What a policy says about one day. */
export interface PolicyOnDay {
  readonly rules: readonly PolicyRule[];
  readonly requirements: readonly Requirement[];
  readonly callRules: readonly CallRule[];
  readonly obligations: readonly Obligation[];
  readonly switches: readonly SwitchOnDay[];
  readonly unverified: readonly Unverified[];
}

/** Whether something holds on a Europe/Paris day; its first and its last day count. */
export function holdsOn({ from, to }: Period, day: Day): boolean {
  return from <= day && (to === null || day <= to);
}

/** What policies say on days that were asked about before: a published policy never changes. */
const known = new WeakMap<Policy, Map<Day, PolicyOnDay>>();
/** Days remembered of one policy: far more than anybody asks about, and little enough to hold. */
const KNOWN_DAYS = 5000;

/** The rules that hold on a day; nothing for a day before the policy begins, of which it knows no law. */
export function policyOn(policy: Policy, day: Day): PolicyOnDay | undefined {
  if (day < policy.from) return undefined;
  let days = known.get(policy);
  if (days === undefined) known.set(policy, (days = new Map<Day, PolicyOnDay>()));
  let found = days.get(day);
  if (found === undefined) {
    if (days.size >= KNOWN_DAYS) days.clear();
    days.set(day, (found = holdingOn(policy, day)));
  }
  return found;
}

function holdingOn(policy: Policy, day: Day): PolicyOnDay {
  const holding = <P extends Period>(dated: readonly P[]): readonly P[] =>
    dated.filter((one) => holdsOn(one, day));
  return {
    rules: holding(policy.rules),
    requirements: holding(policy.requirements),
    callRules: holding(policy.callRules),
    obligations: holding(policy.obligations),
    switches: policy.switches.flatMap(({ settings, ...told }) =>
      holding(settings).map((setting) => ({ ...told, ...setting })),
    ),
    unverified: holding(policy.unverified),
  };
}
