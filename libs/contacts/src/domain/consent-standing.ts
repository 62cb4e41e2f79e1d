import type { Instant } from '#kernel';
import { covers, isOnQuestion } from './choice-states.js';
import { endOf, isValid, type ConsentEnd } from './consent-end.js';
import type { GivenConsent, KindOfNo, SaidNo } from './contact-facts.js';

/** What has become of one consent. */
export interface ConsentStanding {
  /** `renewed`: a newer consent to the same question stands beside it. */
  readonly state: 'given' | 'expired' | 'revoked' | 'invalidated' | 'renewed' | KindOfNo;
  /** The event that ended or renewed it. */
  readonly endedBy?: string;
  readonly endedAt?: Instant;
}

/**
 * What has become of a consent at an instant: it never was valid; else the first of what ended it, be it a "no" that
 * covers it, a revocation or its stated end; but of one that was renewed before its stated end, the renewal.
 */
export function consentStanding(
  consent: GivenConsent,
  { consents, nos }: { readonly consents: readonly GivenConsent[]; readonly nos: readonly SaidNo[] },
  at: Instant,
): ConsentStanding {
  const end = endOf(consent, at);
  if (end?.state === 'invalidated') return standingOf(end);
  const no = first(nos.filter((one) => one.at >= consent.givenAt && covers(one, consent)));
  if (no !== undefined && (end === undefined || no.at <= end.at)) {
    return { state: no.kind, endedBy: no.eventId, endedAt: no.at };
  }
  if (end?.state === 'revoked') return standingOf(end);
  const newer = first(
    consents
      .filter((other) => isOnQuestion(other, consent) && isNewer(other, consent) && isValid(other))
      .map((other) => ({ at: other.givenAt, eventId: other.eventId })),
  );
  if (newer !== undefined && (end === undefined || newer.at <= end.at)) {
    return { state: 'renewed', endedBy: newer.eventId, endedAt: newer.at };
  }
  return end === undefined ? { state: 'given' } : standingOf(end);
}

function standingOf({ state, at, eventId }: ConsentEnd): ConsentStanding {
  return { state, endedAt: at, ...(eventId === undefined ? {} : { endedBy: eventId }) };
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
