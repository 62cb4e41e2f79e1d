import type { Instant, Relation } from '#kernel';
import { judgeCalls, type CallJudgement } from './calls.js';
import type { Decision, Reason } from './decision.js';
import { reasonCodes } from './decision.js';
import { earlier } from './earlier.js';
import { gateDay } from './gate-day.js';
import { gateCase, type GateCase, type GateInput } from './gate-case.js';
import { prospectingFooting, ruleInForce, serviceFooting, type Footing, type RuleInForce } from './ground.js';
import { addCaseReasons, addPersonReasons, noReasons, restrictionReasons } from './obstacles.js';
import { nosOn } from './standing-nos.js';
import { endOfRetention, lastSignOfLife, mayEndBefore } from './retention.js';

/**
 * May we contact this person? A pure function of facts, purpose, policy and question. Everything that stands against
 * the contact is reported, in the order of {@link reasonCodes}; whatever is not known is a "no".
 */
export function decide(input: GateInput): Decision {
  const { facts, purpose, question, policy } = input;
  const day = gateDay(policy, question.at);
  if (day === undefined) return refused([{ code: 'no-policy-for-date', deciding: [] }], 'none');
  if (purpose === undefined) {
    const nos = nosOn(facts, { ...question, controllerId: question.controllerId ?? '' });
    const reasons = [...noReasons(nos), ...restrictionReasons(facts, question.purposeId)];
    addPersonReasons(reasons, facts);
    reasons.push({ code: 'purpose-unknown', deciding: [] });
    return refused(reasons, 'none');
  }
  return judge(gateCase(input, purpose, day));
}

function judge(one: GateCase): Decision {
  const rule = one.isService ? undefined : ruleInForce(one);
  const footing = rule === undefined ? serviceFooting(one) : prospectingFooting(one, rule);
  const calls = one.isService ? NO_CALL_RULE : judgeCalls(one);
  const reasons = [...noReasons(one.standingNos)];
  addAll(reasons, restrictionReasons(one.facts, one.purpose.purposeId));
  addPersonReasons(reasons, one.facts);
  addCaseReasons(reasons, one);
  addAll(reasons, calls.reasons);
  if ('reasons' in footing) addAll(reasons, footing.reasons);
  const decision =
    reasons.length > 0 || 'reasons' in footing
      ? refused(reasons, one.relation)
      : permitted(one, footing, calls.openUntil);
  return withRule(decision, one, rule, calls.ruleId);
}

function addAll(reasons: Reason[], more: readonly Reason[]): void {
  for (const one of more) reasons.push(one);
}

const NO_CALL_RULE: CallJudgement = { reasons: [] };

function withRule(
  decision: Decision,
  { variant }: GateCase,
  rule: RuleInForce | undefined,
  callRuleId: string | undefined,
): Decision {
  const told: Writable<Decision> = decision;
  if (variant !== undefined) told.variantId = variant.variantId;
  if (rule !== undefined) {
    const { ruleId, result, certainty } = rule;
    told.rule =
      callRuleId === undefined ? { ruleId, result, certainty } : { ruleId, result, certainty, callRuleId };
  }
  return told;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function permitted(
  one: GateCase,
  footing: Exclude<Footing, { readonly reasons: unknown }>,
  openUntil: Instant | undefined,
): Decision {
  const { day, question, relation } = one;
  const validUntil = withinRetention(one, earlier(earlier(footing.until, openUntil), day.nextTurn));
  const decision: Writable<Decision> = {
    permitted: true,
    reasons: [],
    ground: footing.ground,
    deciding: footing.deciding,
    duties: footing.duties,
    obligations: one.isService ? [] : day.obligations(question.channel),
    relation,
  };
  if (footing.consent !== undefined) decision.proofGrade = footing.consent.grade;
  if (validUntil !== undefined) decision.validUntil = validUntil;
  return decision;
}

/** The end of a permission, or that of the retention where it comes first. */
function withinRetention(
  { facts, policy, controllerId, relationLastAt, isAgeing }: GateCase,
  end: Instant | undefined,
): Instant | undefined {
  const { years } = policy.retention;
  // A dealing is a sign of life too, so the last one of them is no older.
  const ageing = relationLastAt ?? (isAgeing ? lastSignOfLife(facts, controllerId) : undefined);
  if (ageing === undefined || !mayEndBefore(ageing, years, end)) return end;
  return earlier(end, endOfRetention(ageing, years));
}

function refused(reasons: readonly Reason[], relation: Relation): Decision {
  const inOrder = reasons.length < 2 ? reasons : [...reasons].sort(byOrderOfReport);
  const [only] = inOrder;
  const deciding =
    inOrder.length === 1 && only !== undefined ? only.deciding : inOrder.flatMap((reason) => reason.deciding);
  return { permitted: false, reasons: inOrder, deciding, duties: [], obligations: [], relation };
}

function byOrderOfReport(a: Reason, b: Reason): number {
  return reasonCodes.indexOf(a.code) - reasonCodes.indexOf(b.code);
}
