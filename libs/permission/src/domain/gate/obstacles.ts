import type { DecidingEvent, Reason, ReasonCode } from './decision.js';
import type { GateFacts, No } from './facts.js';
import type { GateCase } from './gate-case.js';
import { needsNoAddress } from './reach.js';
import { isEverySignBefore } from './retention.js';

/** What each kind of "no" is called among the reasons. */
const NO_CODES: Readonly<Record<No['kind'], ReasonCode>> = {
  objected: 'objected',
  'objected-on-grounds': 'objected-on-grounds',
  withdrawn: 'withdrawn',
  refused: 'refused',
  suppressed: 'suppressed',
};

const NONE: readonly Reason[] = [];

/** One reason for each kind of "no" that stands, naming all of its kind. */
export function noReasons(nos: readonly No[]): readonly Reason[] {
  if (nos.length === 0) return NONE;
  const codes = [...new Set(nos.map(({ kind }) => NO_CODES[kind]))];
  return codes.map((code) => ({
    code,
    deciding: nos.filter(({ kind }) => NO_CODES[kind] === code).map(placeOfNo),
  }));
}

/** Restrictions that are not lifted: storage only, whatever else was said (Art. 18(2)). */
export function restrictionReasons({ restrictions }: GateFacts, purposeId: string): readonly Reason[] {
  if (restrictions.length === 0) return NONE;
  const standing = restrictions.filter(
    ({ state, purposeIds }) => state !== 'lifted' && (purposeIds === 'all' || purposeIds.includes(purposeId)),
  );
  if (standing.length === 0) return NONE;
  const deciding = standing.map(({ eventId, revision }) => ({
    eventId,
    revision,
    category: 'rights' as const,
  }));
  return [{ code: 'restricted', deciding }];
}

/** Adds what the person's own state has against any contact. */
export function addPersonReasons(reasons: Reason[], { subject, isParked }: GateFacts): void {
  const isAnonymous = subject !== undefined && !subject.isErased && subject.registeredAt === null;
  if (subject === undefined) reasons.push(plain('person-unknown'));
  if (isAnonymous) reasons.push(plain('person-not-registered'));
  if (isParked) reasons.push(plain('person-parked'));
  if (subject?.isErased === true) reasons.push(plain('person-erased'));
}

/** Adds what stands against this contact before a rule is asked: retention, the purpose, the address. */
export function addCaseReasons(reasons: Reason[], one: GateCase): void {
  const { facts, purpose, question, variant, points, controllerId, isAgeing, day } = one;
  const { retiredAt, channels } = purpose;
  const isRegistered = facts.subject?.registeredAt != null;
  if (isAgeing && isEverySignBefore(facts, controllerId, day.retainedSince)) {
    reasons.push(plain('retention-elapsed'));
  }
  if (retiredAt !== undefined && retiredAt <= question.at) reasons.push(plain('purpose-retired'));
  if (controllerId !== purpose.controllerId) reasons.push(plain('purpose-of-another-controller'));
  if (!channels.includes(question.channel)) reasons.push(plain('channel-not-declared'));
  if (isRegistered && variant === undefined) reasons.push(plain('no-variant-for-person'));
  if (points.length === 0 && !needsNoAddress(question.channel)) reasons.push(plain('no-contact-point'));
}

function plain(code: ReasonCode): Reason {
  return { code, deciding: [] };
}

function placeOfNo({ kind, eventId, revision }: No): DecidingEvent {
  const isConsent = kind === 'refused' || kind === 'withdrawn';
  return { eventId, revision, category: isConsent ? 'consent' : 'rights' };
}
