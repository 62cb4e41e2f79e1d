import type { Instant } from '#kernel';
import { countedCalls } from '#solicitation/contract';
import type { CallRule } from '../policy/policy.js';
import { refusalInQuietTime } from './call-frequency.js';
import { callWindow } from './call-window.js';
import type { DecidingEvent, Reason } from './decision.js';
import type { Solicitation } from './facts.js';
import type { GateCase } from './gate-case.js';

/** What the rule on days, hours and number of calls says. */
export interface CallJudgement {
  readonly ruleId?: string;
  readonly reasons: readonly Reason[];
  /** Until when the hours allow the call. */
  readonly openUntil?: Instant;
}

/** Judges days, hours and number of calls (C. conso. D.223-9), where a rule of the day covers channel and audience. */
export function judgeCalls(one: GateCase): CallJudgement {
  const rule = callRuleFor(one);
  if (rule === undefined) return { reasons: [] };
  const { reasons, openUntil } = hoursOf(one, rule);
  return {
    ruleId: rule.ruleId,
    reasons: [...reasons, ...numberReasons(one, rule)],
    ...(openUntil === undefined ? {} : { openUntil }),
  };
}

function callRuleFor({ day, question, facts }: GateCase): CallRule | undefined {
  const audience = facts.subject?.audience ?? '';
  return day.callRules.find(
    ({ channels, audiences }) =>
      channels.includes(question.channel) && (audiences as readonly string[]).includes(audience),
  );
}

function hoursOf(
  one: GateCase,
  rule: CallRule,
): { readonly reasons: readonly Reason[]; readonly openUntil?: Instant } {
  const { question, points, isPublicHoliday, consent } = one;
  if ('consent' in consent) {
    if (rule.derogationBy === 'consent') return { reasons: [] };
    const slot = consent.consent.acceptedSlots.find(
      ({ from, to }) => from <= question.at && question.at < to,
    );
    if (slot !== undefined) return { reasons: [], openUntil: slot.to };
  }
  const window = callWindow(rule, question.at, points, isPublicHoliday);
  if ('openUntil' in window) return { reasons: [], openUntil: window.openUntil };
  return { reasons: [{ code: window.closed, deciding: [] }] };
}

function numberReasons(one: GateCase, rule: CallRule): readonly Reason[] {
  const { facts, question, controllerId, today } = one;
  if (facts.solicitations.length === 0) return [];
  const period = { controllerId, at: question.at, today };
  const others = facts.solicitations.filter(({ attemptId }) => attemptId !== question.attemptId);
  const counted = countedCalls(others, {
    ...period,
    perDays: rule.perDays,
    counts: rule.counts,
  });
  const refusal = refusalInQuietTime(facts.solicitations, rule, period);
  return [
    ...(counted.length < rule.maxCalls
      ? []
      : [{ code: 'call-limit-reached', deciding: counted.map(placeOf) } as const]),
    ...(refusal === undefined
      ? []
      : [{ code: 'quiet-after-refusal', deciding: [placeOf(refusal)] } as const]),
  ];
}

function placeOf({ eventId, revision }: Solicitation): DecidingEvent {
  return { eventId, revision, category: 'solicitation' };
}
