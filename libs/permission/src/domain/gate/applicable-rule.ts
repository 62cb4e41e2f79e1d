import type { Relation } from '#kernel';
import type { AnyOr, PolicyRule } from '../policy/policy.js';
import type { Condition, Goods, PolicyResult } from '../policy/vocabulary.js';

/** What decides which rule applies. */
export interface Case {
  readonly channel: string;
  readonly audience: string;
  readonly relation: Relation;
  readonly sector: string;
  /** Goods of the sector; absent: they may be any of them. */
  readonly goods?: Goods;
  readonly conditions: ReadonlySet<Condition>;
}

/** The strictest first: where two rules of equal standing applied, the stricter one would count. */
const BY_STRICTNESS: readonly PolicyResult[] = [
  'forbidden',
  'opt-in',
  'soft-opt-in',
  'opt-out',
  'allowed-no-consent',
];

/**
 * The rule of a day that applies to a case: a rule that yields to an exception whose conditions are met is out, rules
 * that name the sector go before generic ones, the stricter before the milder, and among equals the one that names
 * the relation. `undefined`: none does, and the fallback of the policy holds.
 */
export function applicableRule(rules: readonly PolicyRule[], one: Case): PolicyRule | undefined {
  const matching = rules.filter((rule) => matches(rule, one));
  const yielding = new Set(matching.flatMap(({ exceptionTo }) => exceptionTo));
  return matching.filter(({ ruleId }) => !yielding.has(ruleId)).sort(byPrecedence)[0];
}

function matches(rule: PolicyRule, one: Case): boolean {
  return (
    names(rule.channels, one.channel) &&
    names(rule.audiences, one.audience) &&
    names(rule.relations, one.relation) &&
    names(rule.sectors, one.sector) &&
    (rule.goods === undefined || one.goods === undefined || rule.goods.includes(one.goods)) &&
    rule.conditions.every((condition) => one.conditions.has(condition))
  );
}

function names(codes: AnyOr<string>, code: string): boolean {
  return codes === 'any' || codes.includes(code);
}

function byPrecedence(a: PolicyRule, b: PolicyRule): number {
  return (
    standing(a) - standing(b) ||
    BY_STRICTNESS.indexOf(a.result) - BY_STRICTNESS.indexOf(b.result) ||
    specificity(b) - specificity(a)
  );
}

/** An exception stands with the rules that it excepts from; rules of a sector before generic ones. */
function standing({ sectors, exceptionTo }: PolicyRule): number {
  if (exceptionTo.length > 0) return 0;
  return sectors === 'any' ? 2 : 1;
}

function specificity({ relations, conditions }: PolicyRule): number {
  return (relations === 'any' ? 0 : 1) + conditions.length;
}
