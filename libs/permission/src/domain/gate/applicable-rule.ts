import type { Relation } from '#kernel';
import type { AnyOr, PolicyRule } from '../policy/policy.js';
import type { Condition, Goods, PolicyResult } from '../policy/vocabulary.js';

/** What decides which rule of a channel applies. */
export interface Case {
  readonly audience: string;
  readonly relation: Relation;
  readonly sector: string;
  /** Goods of the sector; absent: they may be any of them. */
  readonly goods?: Goods | undefined;
  readonly isMet: (condition: Condition) => boolean;
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
 * The first of the rules that applies to a case; one that yields to an exception whose conditions are met is out. The
 * rules are those of a day and a channel, ordered {@link byPrecedence}. `undefined`: none applies, and the fallback of
 * the policy holds.
 */
export function applicableRule(rules: readonly PolicyRule[], one: Case): PolicyRule | undefined {
  const matching = rules.filter((rule) => matches(rule, one));
  return matching.find(({ ruleId }) => !matching.some(({ exceptionTo }) => exceptionTo.includes(ruleId)));
}

function matches(rule: PolicyRule, one: Case): boolean {
  return (
    names(rule.audiences, one.audience) &&
    names(rule.relations, one.relation) &&
    names(rule.sectors, one.sector) &&
    (rule.goods === undefined || one.goods === undefined || rule.goods.includes(one.goods)) &&
    rule.conditions.every(one.isMet)
  );
}

function names(codes: AnyOr<string>, code: string): boolean {
  return codes === 'any' || codes.includes(code);
}

/**
 * Rules that name the sector go before generic ones, the stricter before the milder, and among equals the one that
 * names the relation.
 */
export function byPrecedence(a: PolicyRule, b: PolicyRule): number {
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
