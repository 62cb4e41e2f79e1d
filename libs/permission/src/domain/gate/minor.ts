import type { Consent } from './facts.js';
import { newest } from './newest.js';

/**
 * Whether a consent was given by a person under 15 without a holder of parental authority (LIL art. 45, GDPR Art. 8), by
 * what it says itself or by what the ledger knows from another: nobody was older before than later, and who does not say
 * their age has not turned 15 for all that is known.
 */
export function isOfMinorAlone(consent: Consent, consents: readonly Consent[]): boolean {
  if (consent.hasParentalConsent) return false;
  if (isUnder15(consent)) return true;
  if (!consents.some(isUnder15)) return false;
  if (consents.some((one) => isUnder15(one) && one.givenAt >= consent.givenAt)) return true;
  return consent.age === 'not-asserted' && lastSaid(consent, consents) === 'under-15';
}

/** What the person said last of their age when they gave a consent. */
function lastSaid({ givenAt }: Consent, consents: readonly Consent[]): string | undefined {
  const said = (one: Consent): boolean => one.givenAt <= givenAt && one.age !== 'not-asserted';
  return newest(consents, (one) => one.givenAt, said)?.age;
}

function isUnder15({ age }: Consent): boolean {
  return age === 'under-15';
}
