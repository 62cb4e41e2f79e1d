import { effectOfNo, Rejection, type Instant } from '#kernel';
import type { ConsentEvent } from '../contract.js';
import type { ExpireConsent, InvalidateConsent, RevokeConsent } from './consent.commands.js';
import { firstNoAgainst, type ConsentState, type KnownConsent } from './consent-state.js';

/**
 * A consent ends once, at its stated end, however often and by whomever the clock is read; one that had ended before,
 * or whose end has not come, is left as it is. Rejects: `consent-unknown`.
 */
export function expireConsent(
  { data, metadata }: ExpireConsent,
  state: ConsentState,
): readonly ConsentEvent[] {
  const consent = consentOf(state, data.consentId);
  const { validUntil } = consent;
  if (validUntil === undefined || validUntil > metadata.now) return [];
  if (hasEndedBy(state, consent, validUntil)) return [];
  return [{ type: 'ConsentExpired', data: { ...ended(data.subjectId, consent), occurredAt: validUntil } }];
}

/**
 * A consent that had ended by then already is left as it is. What claims a later instant counts from now. Rejects:
 * `consent-unknown`.
 */
export function revokeConsent(
  { data, metadata }: RevokeConsent,
  state: ConsentState,
): readonly ConsentEvent[] {
  const { actId, reason, occurredAt } = data;
  const consent = consentOf(state, data.consentId);
  const from = effectOfNo(occurredAt, metadata.now);
  const isOver = consent.validUntil !== undefined && consent.validUntil <= from;
  if (isOver || hasEndedBy(state, consent, from)) return [];
  return [{ type: 'ConsentRevoked', data: { actId, ...ended(data.subjectId, consent), reason, occurredAt } }];
}

/**
 * Also a consent that has ended since may turn out never to have been one: what was done under it is then judged anew.
 * What was found invalid already is left as it is. Rejects: `consent-unknown`.
 */
export function invalidateConsent({ data }: InvalidateConsent, state: ConsentState): readonly ConsentEvent[] {
  const { actId, defects, occurredAt } = data;
  const consent = consentOf(state, data.consentId);
  if (state.endings.get(data.consentId)?.isInvalid === true) return [];
  return [
    { type: 'ConsentInvalidated', data: { actId, ...ended(data.subjectId, consent), defects, occurredAt } },
  ];
}

function consentOf({ consents }: ConsentState, consentId: string): KnownConsent {
  const consent = consents.find((one) => one.consentId === consentId);
  if (consent === undefined) throw new Rejection('consent-unknown');
  return consent;
}

/** Whether something on record had ended a consent at an instant: the person's "no", or an ending of its own. */
function hasEndedBy(state: ConsentState, consent: KnownConsent, at: Instant): boolean {
  const own = state.endings.get(consent.consentId);
  if (own?.isInvalid === true) return true;
  return [own?.at, firstNoAgainst(state, consent)].some((end) => end !== undefined && end <= at);
}

function ended(subjectId: string, { consentId, purposeId, channel, controllerId }: KnownConsent) {
  return { consentId, subjectId, purposeId, channel, controllerId };
}
