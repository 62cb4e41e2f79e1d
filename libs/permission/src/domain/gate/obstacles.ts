import type { DecidingEvent, Reason, ReasonCode } from './decision.js';
import type { GateFacts, No } from './facts.js';
import type { GateCase } from './gate-case.js';
import { needsNoAddress } from './reach.js';

/** What each kind of "no" is called among the reasons. */
const NO_CODES: Readonly<Record<No['kind'], ReasonCode>> = {
  objected: 'objected',
  'objected-on-grounds': 'objected-on-grounds',
  withdrawn: 'withdrawn',
  refused: 'refused',
  suppressed: 'suppressed',
};

/** One reason for each kind of "no" that stands, naming all of its kind. */
export function noReasons(nos: readonly No[]): readonly Reason[] {
  if (nos.length === 0) return [];
  const codes = [...new Set(nos.map(({ kind }) => NO_CODES[kind]))];
  return codes.map((code) => ({
    code,
    deciding: nos.filter(({ kind }) => NO_CODES[kind] === code).map(placeOfNo),
  }));
}

/** Restrictions that are not lifted: storage only, whatever else was said (Art. 18(2)). */
export function restrictionReasons({ restrictions }: GateFacts, purposeId: string): readonly Reason[] {
  const standing = restrictions.filter(
    ({ state, purposeIds }) => state !== 'lifted' && (purposeIds === 'all' || purposeIds.includes(purposeId)),
  );
  if (standing.length === 0) return [];
  const deciding = standing.map(({ eventId, revision }) => ({
    eventId,
    revision,
    category: 'rights' as const,
  }));
  return [{ code: 'restricted', deciding }];
}

/** What the person's own state has against any contact. */
export function personReasons({ subject, isParked }: GateFacts): readonly Reason[] {
  const checks: readonly (readonly [ReasonCode, boolean])[] = [
    ['person-unknown', subject === undefined],
    ['person-not-registered', subject !== undefined && !subject.isErased && subject.registeredAt === null],
    ['person-parked', isParked],
    ['person-erased', subject?.isErased === true],
  ];
  return reasonsOf(checks);
}

/** What stands against this contact before a rule is asked: retention, the purpose, the address. */
export function caseReasons(one: GateCase): readonly Reason[] {
  const { facts, purpose, question, variant, points, controllerId, retentionEnd } = one;
  const { retiredAt, channels } = purpose;
  const isRegistered = facts.subject?.registeredAt != null;
  return reasonsOf([
    ['retention-elapsed', retentionEnd !== undefined && retentionEnd <= question.at],
    ['purpose-retired', retiredAt !== undefined && retiredAt <= question.at],
    ['purpose-of-another-controller', controllerId !== purpose.controllerId],
    ['channel-not-declared', !channels.includes(question.channel)],
    ['no-variant-for-person', isRegistered && variant === undefined],
    ['no-contact-point', points.length === 0 && !needsNoAddress(question.channel)],
  ]);
}

function reasonsOf(checks: readonly (readonly [ReasonCode, boolean])[]): readonly Reason[] {
  return checks.filter(([, stands]) => stands).map(([code]) => ({ code, deciding: [] }));
}

function placeOfNo({ kind, eventId, revision }: No): DecidingEvent {
  const isConsent = kind === 'refused' || kind === 'withdrawn';
  return { eventId, revision, category: isConsent ? 'consent' : 'rights' };
}
