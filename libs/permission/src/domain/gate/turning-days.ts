import { addDays, startOfParisDay, type Day, type Instant } from '#kernel';
import type { Policy } from '../policy/policy.js';

const turns = new WeakMap<Policy, readonly Day[]>();

/** The instant at which a policy next says something else; `undefined`: it knows of no change to come. */
export function nextTurn(policy: Policy, day: Day): Instant | undefined {
  let days = turns.get(policy);
  if (days === undefined) turns.set(policy, (days = turningDays(policy)));
  const next = days.find((turn) => turn > day);
  return next === undefined ? undefined : startOfParisDay(next);
}

/** First days, and days after the last, of everything that is dated. */
function turningDays({ rules, callRules, obligations, requirements, switches }: Policy): readonly Day[] {
  const periods = [
    ...[...rules, ...callRules, ...obligations, ...requirements],
    ...switches.flatMap(({ settings }) => settings),
  ];
  const days = periods.flatMap(({ from, to }) => [from, ...(to === null ? [] : [addDays(to, 1)])]);
  return [...new Set(days)].sort();
}
