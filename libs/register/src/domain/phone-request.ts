import { parisDay, Rejection, type Day } from '#kernel';
import type { CollectionFormVersion } from '../contract.js';

/** Since this day consumers are called on prior consent only (C. conso. L.223-1; rule PH-C-1). */
export const PHONE_CONSENT_SINCE: Day = '2026-08-11';
/** A consent to calls holds one year at most, without tacit renewal (R.223-1 I 3°). */
export const PHONE_CONSENT_MONTHS = 12;

/** What of a form version the rule looks at. */
export type PhoneRequest = Pick<CollectionFormVersion, 'validityMonths' | 'shown' | 'validUntil'>;
type Offer = CollectionFormVersion['offers'][number];

/**
 * A request for consent to calls tells who calls, about what, for how long, that one may say no, how to take it back,
 * and is available on a durable medium (R.223-1 I 1° to 5°). `offers` are the places of the offers it applies to.
 * Rejects: `phone-request-incomplete`, `consent-period-too-long`.
 */
export function requireCompletePhoneRequest(
  form: PhoneRequest & { readonly offers: readonly Offer[] },
  offers: readonly number[],
): void {
  if (offers.length === 0 || isOver(form)) return;
  for (const index of offers) {
    if (form.offers[index]?.goodsNature === undefined) {
      incomplete('the nature of the goods or services', `/offers/${String(index)}/goodsNature`);
    }
  }
  if (form.validityMonths === undefined) incomplete('the period of validity', '/validityMonths');
  if (form.validityMonths > PHONE_CONSENT_MONTHS) {
    throw new Rejection(
      'consent-period-too-long',
      `At most ${String(PHONE_CONSENT_MONTHS)} months for calls (R.223-1 I 3°)`,
      '/validityMonths',
    );
  }
  for (const [element, isShown] of Object.entries(form.shown)) {
    if (!isShown) incomplete(`what it has to show (${element})`, `/shown/${element}`);
  }
}

/** A version that was no longer shown when the rule came is judged by the law of its time. */
function isOver({ validUntil }: PhoneRequest): boolean {
  return validUntil !== undefined && parisDay(validUntil) < PHONE_CONSENT_SINCE;
}

function incomplete(what: string, pointer: string): never {
  throw new Rejection('phone-request-incomplete', `A request for calls lacks ${what} (R.223-1 I)`, pointer);
}
