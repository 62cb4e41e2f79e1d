import { addYears, isTelephone, type Instant } from '#kernel';
import { earlier } from './earlier.js';
import type { Consent } from './facts.js';
import type { PhoneConsentOnDay } from './gate-day.js';
import type { Question } from './question.js';

/** When and on which channel a consent would be used. */
interface Use {
  readonly question: Pick<Question, 'channel' | 'at'>;
  readonly phoneConsent: PhoneConsentOnDay;
}

type Slot = Consent['acceptedSlots'][number];

/**
 * When a consent ends by what was stated to the person, and one to be called after the time that the law allows at the
 * latest, whatever was stated (C. conso. R.223-1 I 3°). `null`: never.
 */
export function statedEnd({ givenAt, validUntil }: Consent, { question, phoneConsent }: Use): Instant | null {
  const { maxYears } = phoneConsent;
  if (maxYears === undefined || !isTelephone(question.channel)) return validUntil;
  const latest = yearsAfter(givenAt, maxYears);
  return earlier(validUntil, latest);
}

/** When a consent that carries a contact stops to do so if nothing is said; `undefined`: no end is known. */
export function endOf(consent: Consent, use: Use): Instant | undefined {
  const slot = isBound(consent, use) ? slotAt(consent, use.question.at) : undefined;
  return earlier(earlier(statedEnd(consent, use), consent.staleFrom), slot?.to ?? null) ?? undefined;
}

/** By the UTC calendar, at the same time of day. */
function yearsAfter(instant: Instant, years: number): Instant {
  return `${addYears(instant.slice(0, 10), years)}${instant.slice(10)}`;
}

/** Whether a consent to be called names slots, and none for the instant: it is void outside them (R.223-1 II). */
export function isOutsideSlots(consent: Consent, use: Use): boolean {
  return isBound(consent, use) && slotAt(consent, use.question.at) === undefined;
}

function isBound({ acceptedSlots }: Consent, { question, phoneConsent }: Use): boolean {
  return phoneConsent.isBoundToSlots && acceptedSlots.length > 0 && isTelephone(question.channel);
}

/** The slot that lasts longest of those in which an instant lies. */
function slotAt({ acceptedSlots }: Consent, at: Instant): Slot | undefined {
  let found: Slot | undefined;
  for (const slot of acceptedSlots) {
    if (slot.from <= at && at < slot.to && (found === undefined || slot.to > found.to)) found = slot;
  }
  return found;
}
