import { endOfParisDay, type Instant } from '#kernel';
import { covers, isOnQuestion, limits, type Question } from './choice-states.js';
import type { TimelineData, TimelineEvent } from './timeline-event.js';

type Consent = TimelineData<'ConsentGiven'>;
type No = TimelineData<'ConsentRefused' | 'ConsentWithdrawn' | 'ObjectionRaised' | 'SuppressionMatched'>;

/** Steps that follow a restriction or an erasure. */
const LATER_STEPS: readonly TimelineEvent['type'][] = [
  'RestrictionLiftNotified',
  'RestrictionLifted',
  'ErasureOrdered',
  'KeyDestructionStarted',
  'SubjectKeyDestroyed',
];

/** Endings of one consent alone. */
const ENDINGS: readonly TimelineEvent['type'][] = ['ConsentExpired', 'ConsentRevoked', 'ConsentInvalidated'];

/** The acts by which a consent was given: its own, and the sign-up that it confirmed. */
export function actsOf({ actId }: Consent, events: readonly TimelineEvent[]): ReadonlySet<string> {
  const answered = events.flatMap((event) =>
    event.type === 'ConsentRequestAnswered' && event.data.actId === actId ? [event.data.requestId] : [],
  );
  const signUps = events.flatMap((event) =>
    event.type === 'ConsentRequested' && answered.includes(event.data.requestId)
      ? (event.data.signUp?.actId ?? [])
      : [],
  );
  return new Set([actId, ...signUps]);
}

/**
 * Whether an act bears on a consent: the form or the answer it came from, requests that put its question, later answers
 * to the same question, its own ending, a "no" that covers it, restrictions of its purpose, and the erasure of the
 * person.
 */
export function bearsOn(consent: Consent, event: TimelineEvent, acts: ReadonlySet<string>): boolean {
  if (event.type === 'ChoicesCaptured' || event.type === 'ConsentRequestAnswered') {
    return acts.has(event.data.actId);
  }
  if (event.type === 'ConsentRequested') {
    const { controllerId, asks } = event.data;
    return asks.some((ask) => isOnQuestion({ ...ask, controllerId }, consent));
  }
  if (isEnding(event)) return event.data.consentId === consent.consentId;
  if (event.type === 'ConsentGiven') {
    return isOnQuestion(event.data, consent) && event.data.occurredAt >= consent.occurredAt;
  }
  if (isNo(event)) return endsOnQuestion(event.data, consent) && lastOf(event.data) >= consent.occurredAt;
  if (event.type === 'ProcessingRestricted') {
    return limits({ state: 'standing', purposeIds: event.data.purposeIds }, consent.purposeId);
  }
  return LATER_STEPS.includes(event.type);
}

function isEnding(
  event: TimelineEvent,
): event is Extract<TimelineEvent, { type: 'ConsentExpired' | 'ConsentRevoked' | 'ConsentInvalidated' }> {
  return ENDINGS.includes(event.type);
}

function isNo(event: TimelineEvent): event is Extract<TimelineEvent, { data: No }> {
  return ['ConsentRefused', 'ConsentWithdrawn', 'ObjectionRaised', 'SuppressionMatched'].includes(event.type);
}

/** Until when a "no" stands against what was said before. */
function lastOf(no: No): Instant {
  return 'enteredOn' in no ? endOfParisDay(no.enteredOn) : no.occurredAt;
}

function endsOnQuestion({ purposeId, channel, controllerId }: No, question: Question): boolean {
  return covers({ purposeId, channel, controllerId: controllerId ?? null }, question);
}
