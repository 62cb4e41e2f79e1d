import { hear, standingAnswer, type Instant, type Standing } from '#kernel';

/** A consent as the contact state needs it. */
export interface GivenConsent {
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string;
  readonly contactPointIds: readonly string[];
  readonly givenAt: Instant;
  readonly validUntil: Instant | null;
  readonly grade: string;
  readonly missing: readonly string[];
  readonly eventId: string;
}

/** A "no" as the contact state needs it. */
export interface SaidNo {
  readonly eventId: string;
  readonly kind: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
  readonly at: Instant;
}

/** A restriction as the contact state needs it. */
export interface StandingRestriction {
  readonly restrictionId: string;
  readonly ground: string | null;
  readonly purposeIds: unknown;
  readonly state: string;
}

/** What stands on one purpose and channel. */
export interface ChoiceState {
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
  /** `given` is the only state that may carry a contact; a restriction limits even that one. */
  readonly state: 'given' | 'expired' | 'refused' | 'withdrawn' | 'objected' | 'objected-on-grounds';
  readonly since: Instant;
  readonly decidedBy: string;
  readonly consentId?: string;
  readonly validUntil?: Instant;
  readonly contactPointIds?: readonly string[];
  readonly proofGrade?: string;
  readonly missing?: readonly string[];
  /** Processing is limited to storage (Art. 18): whatever stands may not be used. */
  readonly restricted: boolean;
}

/**
 * What stands, per purpose and channel: the newest yes against the newest "no" that covers it, "no" winning ties.
 * A restriction is laid over it and survives any new consent: it changes what may be done, never what was said.
 */
export function choiceStates(
  consents: readonly GivenConsent[],
  nos: readonly SaidNo[],
  restrictions: readonly StandingRestriction[],
  at: Instant,
): readonly ChoiceState[] {
  return questionsOf(consents, nos)
    .map((question) => stateOf(question, consents, nos, restrictions, at))
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

interface Question {
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
}

function questionsOf(consents: readonly GivenConsent[], nos: readonly SaidNo[]): readonly Question[] {
  const questions = new Map<string, Question>();
  for (const { purposeId, channel, controllerId } of consents) {
    questions.set(keyOf({ purposeId, channel, controllerId }), { purposeId, channel, controllerId });
  }
  for (const { purposeId, channel, controllerId } of nos) {
    const isAsked = [...questions.values()].some(
      (q) =>
        q.purposeId === purposeId &&
        q.channel === channel &&
        (controllerId ?? q.controllerId) === q.controllerId,
    );
    if (!isAsked)
      questions.set(keyOf({ purposeId, channel, controllerId }), { purposeId, channel, controllerId });
  }
  return [...questions.values()];
}

function stateOf(
  question: Question,
  consents: readonly GivenConsent[],
  nos: readonly SaidNo[],
  restrictions: readonly StandingRestriction[],
  at: Instant,
): ChoiceState {
  let standing: Standing = {};
  for (const c of consents) {
    if (isSameQuestion(c, question))
      standing = hear(standing, { says: 'yes', at: c.givenAt, eventId: c.eventId });
  }
  for (const no of nos) {
    if (covers(no, question)) standing = hear(standing, { says: 'no', at: no.at, eventId: no.eventId });
  }
  const answer = standingAnswer(standing);
  const no = nos.find(({ eventId }) => eventId === answer?.eventId);
  const consent = consents.find(({ eventId }) => eventId === answer?.eventId);
  const restricted = restrictions.some((restriction) => limits(restriction, question.purposeId));
  const common = { ...question, since: answer?.at ?? at, decidedBy: answer?.eventId ?? '', restricted };
  if (consent === undefined) return { ...common, state: (no?.kind ?? 'refused') as ChoiceState['state'] };
  const isExpired = consent.validUntil !== null && consent.validUntil <= at;
  return {
    ...common,
    state: isExpired ? 'expired' : 'given',
    consentId: consent.consentId,
    ...(consent.validUntil === null ? {} : { validUntil: consent.validUntil }),
    contactPointIds: consent.contactPointIds,
    proofGrade: consent.grade,
    missing: consent.missing,
  };
}

function isSameQuestion(consent: GivenConsent, question: Question): boolean {
  return (
    consent.purposeId === question.purposeId &&
    consent.channel === question.channel &&
    consent.controllerId === question.controllerId
  );
}

function covers(no: SaidNo, question: Question): boolean {
  return (
    (no.purposeId === 'all' || no.purposeId === 'unknown' || no.purposeId === question.purposeId) &&
    (no.channel === 'all' || no.channel === question.channel) &&
    (no.controllerId === null || no.controllerId === question.controllerId)
  );
}

function limits({ state, purposeIds }: StandingRestriction, purposeId: string): boolean {
  if (state === 'lifted') return false;
  return !Array.isArray(purposeIds) || purposeIds.includes(purposeId);
}

function keyOf({ purposeId, channel, controllerId }: Question): string {
  return `${purposeId} ${channel} ${controllerId ?? ''}`;
}
