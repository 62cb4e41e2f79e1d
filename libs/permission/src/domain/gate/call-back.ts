import type { Instant } from '#kernel';
import type { Relationship } from './facts.js';
import type { GateCase } from './gate-case.js';
import { newest } from './newest.js';
import { isForAnother } from './question.js';
import { endOfWorkingDays } from './working-days.js';

/** Days in which whoever asked to be called back may be (C. conso. R.223-4). */
const WORKING_DAYS = 5;

/**
 * The newest request to be called back that can still be answered; `undefined`: nobody asked the data controller
 * itself, too long ago, or about something else. A request that names no products is for whatever it is answered with.
 */
export function callBackAsked({
  facts,
  controllerId,
  question,
  categories,
  isPublicHoliday,
}: Pick<GateCase, 'facts' | 'controllerId' | 'question' | 'categories' | 'isPublicHoliday'>):
  { readonly request: Relationship; readonly until: Instant } | undefined {
  if (isForAnother(question, controllerId)) return undefined;
  const request = newest(
    facts.relationships,
    (one) => one.at,
    ({ kind, controllerId: asked, at, productCategories }) =>
      kind === 'call-back-requested' &&
      asked === controllerId &&
      at <= question.at &&
      isWithin(categories, productCategories),
  );
  if (request === undefined) return undefined;
  const until = endOfWorkingDays(request.at, WORKING_DAYS, isPublicHoliday);
  return question.at <= until ? { request, until } : undefined;
}

/** Whoever does not say what the call is about may call about anything that the purpose offers. */
function isWithin(categories: readonly string[], asked: readonly string[]): boolean {
  if (asked.length === 0) return true;
  return categories.length > 0 && categories.every((category) => asked.includes(category));
}
