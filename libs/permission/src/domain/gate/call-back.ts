import type { Instant } from '#kernel';
import type { Relationship } from './facts.js';
import type { GateCase } from './gate-case.js';
import { endOfWorkingDays } from './working-days.js';

/** Days in which whoever asked to be called back may be (C. conso. R.223-4). */
const WORKING_DAYS = 5;

/** The newest request to be called back that can still be answered; `undefined`: nobody asked, or too long ago. */
export function callBackAsked({
  facts,
  controllerId,
  question,
  isPublicHoliday,
}: Pick<GateCase, 'facts' | 'controllerId' | 'question' | 'isPublicHoliday'>):
  { readonly request: Relationship; readonly until: Instant } | undefined {
  let request: Relationship | undefined;
  for (const one of facts.relationships) {
    const isOne =
      one.kind === 'call-back-requested' && one.controllerId === controllerId && one.at <= question.at;
    if (isOne && (request === undefined || isNewer(one, request))) request = one;
  }
  if (request === undefined) return undefined;
  const until = endOfWorkingDays(request.at, WORKING_DAYS, isPublicHoliday);
  return question.at <= until ? { request, until } : undefined;
}

function isNewer(a: Relationship, b: Relationship): boolean {
  return a.at === b.at ? a.eventId > b.eventId : a.at > b.at;
}
