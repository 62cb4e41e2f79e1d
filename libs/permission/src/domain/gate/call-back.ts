import type { Instant } from '#kernel';
import type { Relationship } from './facts.js';
import type { GateCase } from './gate-case.js';
import { newest } from './newest.js';
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
  const request = newest(
    facts.relationships,
    (one) => one.at,
    ({ kind, controllerId: asked, at }) =>
      kind === 'call-back-requested' && asked === controllerId && at <= question.at,
  );
  if (request === undefined) return undefined;
  const until = endOfWorkingDays(request.at, WORKING_DAYS, isPublicHoliday);
  return question.at <= until ? { request, until } : undefined;
}
