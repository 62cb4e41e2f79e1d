import type { Instant } from '#kernel';
import type { Policy, PolicyRule } from '../policy/policy.js';
import type { Condition, Duty, Evidence } from '../policy/vocabulary.js';
import { applicableRule } from './applicable-rule.js';
import type { DecidingEvent, Ground, Reason } from './decision.js';
import type { Consent, EventPlace, Relationship } from './facts.js';
import type { GateCase } from './gate-case.js';
import { callBackAsked } from './call-back.js';
import { informationOn, informedBy, isInformed } from './informed.js';
import { isForAnother } from './question.js';
import { softOptIn } from './soft-opt-in.js';

/** The rule that holds for a case, or the policy's fallback. */
export type RuleInForce = Pick<PolicyRule, 'ruleId' | 'result' | 'certainty' | 'evidence' | 'duties'>;

/** What a contact would rest on, or what is missing for it. */
export type Footing =
  | {
      readonly ground: Ground;
      readonly deciding: readonly DecidingEvent[];
      readonly duties: readonly Duty[];
      readonly until?: Instant | undefined;
      readonly consent?: Consent;
    }
  | { readonly reasons: readonly Reason[] };

/**
 * The rule of the day for a case; where none applies, the fallback asks for consent. For whom a message is sent on behalf
 * of another, the data come from a third party, whatever the person has bought from the data controller.
 */
export function ruleInForce(one: GateCase): RuleInForce {
  const { day, question, facts, relation, purpose, policy, controllerId } = one;
  const rule = applicableRule(day.rules(question.channel), {
    audience: facts.subject?.audience ?? '',
    relation: isForAnother(question, controllerId) ? 'third-party-list' : relation,
    sector: purpose.sector,
    goods: question.message.goods,
    isMet: (condition) => isMet(condition, one),
  });
  return rule ?? fallbackOf(policy);
}

/** What a message of service rests on: the lawful basis of the purpose for this person (Art. 6). */
export function serviceFooting(one: GateCase): Footing {
  if (one.variant?.lawfulBasis === 'consent') return consentFooting(one, []);
  const { relationBy, consent, isLifting } = one;
  const deciding = relationBy === undefined ? [] : [placeOf(relationBy)];
  if (!isLifting || !('consent' in consent)) return { ground: 'service-message', deciding, duties: [] };
  // What the consent lifts stands again when it ends.
  const lifted = [...deciding, placeOfConsent(consent.consent)];
  return { ground: 'service-message', deciding: lifted, duties: [], until: consent.until };
}

/** What prospecting rests on under a rule: a consent always carries it, unless the rule forbids it all the same. */
export function prospectingFooting(one: GateCase, rule: RuleInForce): Footing {
  if (rule.result === 'forbidden') return { reasons: [{ code: 'forbidden-by-rule', deciding: [] }] };
  const isConsentNeeded = rule.result === 'opt-in' || one.variant?.lawfulBasis === 'consent';
  if ('consent' in one.consent || isConsentNeeded) return consentFooting(one, rule.duties);
  if (rule.result === 'soft-opt-in') return softOptInFooting(one, rule);
  return freeFooting(one, rule);
}

function consentFooting({ consent: found }: GateCase, duties: readonly Duty[]): Footing {
  if (!('consent' in found)) {
    const places = [found.newest, found.endedBy].filter((place) => place !== undefined);
    const deciding = places.map(placeOfConsent);
    return { reasons: [{ code: found.failing, deciding }] };
  }
  const { consent, until } = found;
  return { ground: 'consent', deciding: [placeOfConsent(consent)], duties, consent, until };
}

function softOptInFooting(one: GateCase, { duties }: RuleInForce): Footing {
  const { facts, controllerId, points, categories, question } = one;
  const sales = facts.relationships.filter(
    ({ kind, controllerId: supplier, at }) =>
      (kind === 'sale' || kind === 'contract-started') && supplier === controllerId && at <= question.at,
  );
  const { sale, missing } = softOptIn(sales, points, categories);
  if (sale === undefined || missing.length > 0) {
    const deciding = sale === undefined ? [] : [placeOf(sale)];
    return { reasons: [{ code: 'soft-opt-in-incomplete', deciding, missing }] };
  }
  return { ground: 'soft-opt-in', deciding: [placeOf(sale)], duties };
}

/** Opt-out and what is allowed without consent: what the rule wants shown must be known or be shown by the sender. */
function freeFooting(one: GateCase, rule: RuleInForce): Footing {
  const missing = rule.evidence.filter((evidence) => !isShown(evidence, one));
  if (missing.length > 0) return { reasons: [{ code: 'evidence-missing', deciding: [], missing }] };
  const { relationBy } = one;
  const isByContract = rule.evidence.includes('contract-in-performance') && relationBy !== undefined;
  if (isByContract)
    return { ground: 'ongoing-contract', deciding: [placeOf(relationBy)], duties: rule.duties };
  const asked = rule.evidence.includes('call-back-request') ? callBackAsked(one) : undefined;
  if (asked === undefined) {
    return { ground: 'no-objection', deciding: informationOn(rule.evidence, one), duties: rule.duties };
  }
  const { request, until } = asked;
  return { ground: 'requested-call-back', deciding: [placeOf(request)], duties: rule.duties, until };
}

function isShown(evidence: Evidence, one: GateCase): boolean {
  const { question, facts, relation } = one;
  // The ledger must know when it was asked for: the sender's word does not tell how many days are left.
  if (evidence === 'call-back-request') return callBackAsked(one) !== undefined;
  if (question.message.shows?.includes(evidence) === true) return true;
  if (evidence === 'contract-in-performance') return relation === 'contract-ongoing-related';
  // Who gave the data knows where it came from, and so does whoever was informed by Art. 14 (2)(f).
  if (evidence === 'source-named')
    return facts.subject?.collection === 'direct' || informedBy(one)?.article === 'art-14';
  return evidence === 'information-given' && isInformed(one);
}

/** What is not said counts as the case that needs more. */
function isMet(condition: Condition, one: GateCase): boolean {
  const { question, points } = one;
  const { message } = question;
  switch (condition) {
    case 'related-to-profession':
      return message.relatedToProfession === true;
    case 'unrelated-to-profession':
      return message.relatedToProfession !== true;
    case 'published-professional-contact':
      return points.length > 0 && points.every(({ use }) => use === 'published-professional');
    case 'strictly-professional-object':
      return message.strictlyProfessional === true;
    case 'non-commercial':
      return message.nature === 'non-commercial';
    case 'call-back-requested':
      return callBackAsked(one) !== undefined;
  }
}

function fallbackOf({ fallback }: Policy): RuleInForce {
  return { ruleId: fallback.ruleId, result: fallback.result, certainty: [], evidence: [], duties: [] };
}

function placeOf({ eventId, revision }: Relationship): DecidingEvent {
  return { eventId, revision, category: 'relationship' };
}

function placeOfConsent({ eventId, revision }: EventPlace): DecidingEvent {
  return { eventId, revision, category: 'consent' };
}
