import type { Instant } from '#kernel';
import { covers, isExpired, isOnQuestion } from './choice-states.js';
import type { GivenConsent, KindOfNo, SaidNo } from './contact-facts.js';

/** What has become of one consent. */
export interface ConsentStanding {
  /** `renewed`: a newer consent to the same question took its place. */
  readonly state: 'given' | 'expired' | 'renewed' | KindOfNo;
  /** The event that ended or renewed it. */
  readonly endedBy?: string;
  readonly endedAt?: Instant;
}

/**
 * What has become of a consent at an instant: ended by the first "no" that covers it and is not older, else renewed
 * by a newer consent to the same question, else expired, else it stands.
 */
export function consentStanding(
  consent: GivenConsent,
  { consents, nos }: { readonly consents: readonly GivenConsent[]; readonly nos: readonly SaidNo[] },
  at: Instant,
): ConsentStanding {
  const no = first(nos.filter((one) => one.at >= consent.givenAt && covers(one, consent)));
  if (no !== undefined) return { state: no.kind, endedBy: no.eventId, endedAt: no.at };
  const newer = first(
    consents
      .filter((other) => isOnQuestion(other, consent) && isNewer(other, consent))
      .map((other) => ({ at: other.givenAt, eventId: other.eventId })),
  );
  if (newer !== undefined) return { state: 'renewed', endedBy: newer.eventId, endedAt: newer.at };
  if (consent.validUntil === null || !isExpired(consent, at)) return { state: 'given' };
  return { state: 'expired', endedAt: consent.validUntil };
}

function isNewer(a: GivenConsent, b: GivenConsent): boolean {
  return a.givenAt === b.givenAt ? a.eventId > b.eventId : a.givenAt > b.givenAt;
}

function first<T extends { readonly at: Instant; readonly eventId: string }>(
  items: readonly T[],
): T | undefined {
  return items.reduce<T | undefined>(
    (found, item) =>
      found === undefined || item.at < found.at || (item.at === found.at && item.eventId < found.eventId)
        ? item
        : found,
    undefined,
  );
}
