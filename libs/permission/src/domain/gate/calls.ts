import type { Instant } from '#kernel';
import { countedCalls } from '#solicitation/contract';
import { refusalInQuietTime } from './call-frequency.js';
import { callWindow } from './call-window.js';
import type { DecidingEvent, Reason } from './decision.js';
import type { Solicitation } from './facts.js';
import type { GateCase } from './gate-case.js';
import type { CallRuleOnDay } from './gate-day.js';

/** What the rule on days, hours and number of calls says. */
export interface CallJudgement {
  readonly ruleId?: string;
  readonly reasons: readonly Reason[];
  /** Until when the hours allow the call. */
  readonly openUntil?: Instant | undefined;
}

/** Judges days, hours and number of calls (C. conso. D.223-9), where a rule of the day covers channel and audience. */
export function judgeCalls(one: GateCase): CallJudgement {
  const rule = one.day.callRule(one.question.channel, one.facts.subject?.audience ?? '');
  if (rule === undefined) return NO_RULE;
  const { reasons, openUntil } = hoursOf(one, rule);
  return {
    ruleId: rule.rule.ruleId,
    reasons: [...reasons, ...numberReasons(one, rule)],
    openUntil,
  };
}

const NO_RULE: CallJudgement = { reasons: [] };

function hoursOf(
  one: GateCase,
  rule: CallRuleOnDay,
): { readonly reasons: readonly Reason[]; readonly openUntil?: Instant } {
  const { question, points, isPublicHoliday, consent } = one;
  if ('consent' in consent) {
    if (rule.rule.derogationBy === 'consent') return { reasons: [] };
    const slot = consent.consent.acceptedSlots.find(
      ({ from, to }) => from <= question.at && question.at < to,
    );
    if (slot !== undefined) return { reasons: [], openUntil: slot.to };
  }
  const window = callWindow(rule, question.at, points, isPublicHoliday);
  if ('openUntil' in window) return { reasons: [], openUntil: window.openUntil };
  return { reasons: [{ code: window.closed, deciding: [] }] };
}

function numberReasons(one: GateCase, { rule, countsSince, quietSince }: CallRuleOnDay): readonly Reason[] {
  const { facts, question, controllerId, day } = one;
  const { at } = question;
  if (facts.solicitations.length === 0) return [];
  const others =
    question.attemptId === undefined
      ? facts.solicitations
      : facts.solicitations.filter(({ attemptId }) => attemptId !== question.attemptId);
  const { perDays, counts } = rule;
  const counted = countedCalls(others, {
    controllerId,
    at,
    perDays,
    counts,
    today: day.today,
    since: countsSince,
  });
  const refusal = refusalInQuietTime(facts.solicitations, { controllerId, at, since: quietSince });
  const reasons: Reason[] = [];
  if (counted.length >= rule.maxCalls) {
    reasons.push({ code: 'call-limit-reached', deciding: counted.map(placeOf) });
  }
  if (refusal !== undefined) reasons.push({ code: 'quiet-after-refusal', deciding: [placeOf(refusal)] });
  return reasons;
}

function placeOf({ eventId, revision }: Solicitation): DecidingEvent {
  return { eventId, revision, category: 'solicitation' };
}
