import type { Instant, Relation } from '#kernel';
import { policyOn } from '../policy/policy-on.js';
import { judgeCalls } from './calls.js';
import type { AppliedRule, Decision, Reason } from './decision.js';
import { reasonCodes } from './decision.js';
import { dayJudged, gateCase, type GateCase, type GateInput } from './gate-case.js';
import { prospectingFooting, ruleInForce, serviceFooting, type Footing } from './ground.js';
import { caseReasons, noReasons, personReasons, restrictionReasons } from './obstacles.js';
import { nosOn } from './standing-nos.js';
import { nextTurn } from './turning-days.js';

/**
 * May we contact this person? A pure function of facts, purpose, policy and question. Everything that stands against
 * the contact is reported, in the order of {@link reasonCodes}; whatever is not known is a "no".
 */
export function decide(input: GateInput): Decision {
  const { facts, purpose, question, policy } = input;
  const day = policyOn(policy, dayJudged(question));
  if (day === undefined) return refused([{ code: 'no-policy-for-date', deciding: [] }], 'none');
  if (purpose === undefined) {
    const nos = nosOn(facts, { ...question, controllerId: question.controllerId ?? '' });
    const reasons = [
      ...[...noReasons(nos), ...restrictionReasons(facts, question.purposeId), ...personReasons(facts)],
      { code: 'purpose-unknown', deciding: [] } as const,
    ];
    return refused(reasons, 'none');
  }
  return judge(gateCase({ ...input, purpose }, day));
}

function judge(one: GateCase): Decision {
  const rule = one.isService ? undefined : ruleInForce(one);
  const footing = rule === undefined ? serviceFooting(one) : prospectingFooting(one, rule);
  const calls = one.isService ? { reasons: [] } : judgeCalls(one);
  const reasons = [
    ...noReasons(one.standingNos),
    ...restrictionReasons(one.facts, one.purpose.purposeId),
    ...personReasons(one.facts),
    ...caseReasons(one),
    ...('reasons' in footing ? footing.reasons : []),
    ...calls.reasons,
  ];
  const applied: AppliedRule | undefined = rule && {
    ...{ ruleId: rule.ruleId, result: rule.result, certainty: rule.certainty },
    ...(calls.ruleId === undefined ? {} : { callRuleId: calls.ruleId }),
  };
  const told = {
    ...(applied === undefined ? {} : { rule: applied }),
    ...(one.variant === undefined ? {} : { variantId: one.variant.variantId }),
  };
  if (reasons.length > 0 || 'reasons' in footing) return { ...refused(reasons, one.relation), ...told };
  return { ...permitted(one, footing, calls.openUntil), ...told };
}

function permitted(
  one: GateCase,
  footing: Exclude<Footing, { readonly reasons: unknown }>,
  openUntil: Instant | undefined,
): Decision {
  const { day, question, policy, relation, relationUntil, retentionEnd } = one;
  const turn = nextTurn(policy, dayJudged(question));
  const validUntil = earliest([footing.until, openUntil, relationUntil, retentionEnd, turn]);
  return {
    permitted: true,
    reasons: [],
    ground: footing.ground,
    deciding: footing.deciding,
    duties: footing.duties,
    obligations: one.isService ? [] : obligationsOn(day.obligations, question.channel),
    relation,
    ...(footing.consent === undefined ? {} : { proofGrade: footing.consent.grade }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

function refused(reasons: readonly Reason[], relation: Relation): Decision {
  const inOrder = [...reasons].sort((a, b) => reasonCodes.indexOf(a.code) - reasonCodes.indexOf(b.code));
  const deciding = inOrder.flatMap((reason) => reason.deciding);
  return { permitted: false, reasons: inOrder, deciding, duties: [], obligations: [], relation };
}

function obligationsOn(obligations: GateCase['day']['obligations'], channel: string): readonly string[] {
  return obligations
    .filter(({ channels }) => channels === 'any' || (channels as readonly string[]).includes(channel))
    .map(({ ruleId }) => ruleId);
}

function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.reduce<Instant | undefined>(
    (first, one) => (first === undefined || (one !== undefined && one < first) ? one : first),
    undefined,
  );
}
