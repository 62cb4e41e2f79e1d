import { hear, standingAnswer, type Instant, type Standing } from '#kernel';
import type { ContactFacts, GivenConsent, KindOfNo, KnownRestriction, SaidNo } from './contact-facts.js';

/** One question: a purpose on a channel, for one data controller or (`null`) for every one. */
export interface Question {
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
}

/** What stands on one purpose and channel. */
export interface ChoiceState extends Question {
  /** `given` is the only state that may carry a contact; a restriction limits even that one. */
  readonly state: 'given' | 'expired' | KindOfNo;
  readonly since: Instant;
  /** The event that decides. */
  readonly decidedBy: string;
  readonly consentId?: string;
  readonly validUntil?: Instant;
  /** Contact points that a standing consent covers and that are still the person's. */
  readonly contactPointIds?: readonly string[];
  readonly proofGrade?: string;
  readonly missing?: readonly string[];
  /** Processing is limited to storage (Art. 18): whatever stands may not be used. */
  readonly restricted: boolean;
}

/** A "no" that covers more than one question, later purposes and channels included. */
export interface WideNo extends Question {
  readonly kind: KindOfNo;
  readonly since: Instant;
  readonly decidedBy: string;
}

type Facts = Pick<ContactFacts, 'consents' | 'nos' | 'restrictions' | 'contactPoints'>;

/**
 * What stands, per purpose and channel: the newest yes against the newest "no" that covers it, "no" winning ties.
 * A restriction is laid over it and survives any new consent: it changes what may be done, never what was said.
 * The result does not depend on the order of the facts.
 */
export function choiceStates(facts: Facts, at: Instant): readonly ChoiceState[] {
  return questionsOf(facts)
    .map((question) => stateOf(question, facts, at))
    .sort(byQuestion);
}

/** The "no"s that cover every purpose or every channel, newest first. */
export function wideNos(nos: readonly SaidNo[]): readonly WideNo[] {
  return nos
    .filter(isWide)
    .map(({ purposeId, channel, controllerId, kind, at, eventId }) => ({
      ...{ purposeId, channel, controllerId, kind },
      since: at,
      decidedBy: eventId,
    }))
    .sort((a, b) => compareTexts(b.since, a.since) || compareTexts(a.decidedBy, b.decidedBy));
}

/** Whether a "no" covers a question. An unknown purpose may be any purpose, so it covers all of them. */
export function covers(no: Question, question: Question): boolean {
  return (
    (coversEveryPurpose(no) || no.purposeId === question.purposeId) &&
    (no.channel === 'all' || no.channel === question.channel) &&
    (no.controllerId === null || no.controllerId === question.controllerId)
  );
}

/** The question that a consent answers. */
export function isOnQuestion(consent: Question, question: Question): boolean {
  return (
    consent.purposeId === question.purposeId &&
    consent.channel === question.channel &&
    consent.controllerId === question.controllerId
  );
}

/** Whether the end of validity that was stated to the person has come. */
export function isExpired({ validUntil }: Pick<GivenConsent, 'validUntil'>, at: Instant): boolean {
  return validUntil !== null && validUntil <= at;
}

/** Whether a restriction that is not lifted limits a purpose. */
export function limits(
  { state, purposeIds }: Pick<KnownRestriction, 'state' | 'purposeIds'>,
  purposeId: string,
): boolean {
  return state !== 'lifted' && (purposeIds === 'all' || purposeIds.includes(purposeId));
}

/** Every question that somebody answered; a "no" for every controller joins the questions of each. */
function questionsOf({ consents, nos }: Facts): readonly Question[] {
  const narrow = nos.filter((no) => !isWide(no));
  const named = [...consents, ...narrow.filter(({ controllerId }) => controllerId !== null)];
  const asked = new Map<string, Question>(named.map((one) => [keyOf(one), questionOf(one)]));
  const answered = new Set(named.map(({ purposeId, channel }) => `${purposeId} ${channel}`));
  for (const no of narrow) {
    if (!answered.has(`${no.purposeId} ${no.channel}`)) asked.set(keyOf(no), questionOf(no));
  }
  return [...asked.values()];
}

function stateOf(question: Question, facts: Facts, at: Instant): ChoiceState {
  const consents = facts.consents.filter((consent) => isOnQuestion(consent, question));
  let standing: Standing = {};
  for (const { givenAt, eventId } of consents)
    standing = hear(standing, { says: 'yes', at: givenAt, eventId });
  for (const no of facts.nos) {
    if (covers(no, question)) standing = hear(standing, { says: 'no', at: no.at, eventId: no.eventId });
  }
  const answer = standingAnswer(standing);
  if (answer === undefined) throw new RangeError('A question without an answer');
  const restricted = facts.restrictions.some((restriction) => limits(restriction, question.purposeId));
  const common = { ...question, since: answer.at, decidedBy: answer.eventId, restricted };
  const consent = consents.find(({ eventId }) => answer.says === 'yes' && eventId === answer.eventId);
  if (consent === undefined) {
    const no = facts.nos.find(({ eventId }) => eventId === answer.eventId);
    return { ...common, state: no?.kind ?? 'refused' };
  }
  const standingConsents = consents.filter(({ givenAt }) => givenAt > (standing.no?.at ?? ''));
  return {
    ...common,
    state: isExpired(consent, at) ? 'expired' : 'given',
    consentId: consent.consentId,
    ...(consent.validUntil === null ? {} : { validUntil: consent.validUntil }),
    contactPointIds: coveredPoints(standingConsents, facts, at),
    proofGrade: consent.grade,
    missing: consent.missing,
  };
}

/** A contact point that was replaced or removed is not reached any more; its successor inherits nothing. */
function coveredPoints(consents: readonly GivenConsent[], facts: Facts, at: Instant): readonly string[] {
  const active = new Set(
    facts.contactPoints.filter(({ state }) => state === 'active').map((point) => point.contactPointId),
  );
  const covered = consents.filter((consent) => !isExpired(consent, at)).flatMap((c) => c.contactPointIds);
  return [...new Set(covered)].filter((id) => active.has(id)).sort(compareTexts);
}

function isWide({ purposeId, channel }: SaidNo): boolean {
  return purposeId === 'all' || purposeId === 'unknown' || channel === 'all';
}

function coversEveryPurpose({ purposeId }: { readonly purposeId: string }): boolean {
  return purposeId === 'all' || purposeId === 'unknown';
}

function questionOf({ purposeId, channel, controllerId }: Question): Question {
  return { purposeId, channel, controllerId };
}

function keyOf({ purposeId, channel, controllerId }: Question): string {
  return `${purposeId} ${channel} ${controllerId ?? ''}`;
}

function byQuestion(a: Question, b: Question): number {
  return compareTexts(keyOf(a), keyOf(b));
}

/** By code unit: the same in every locale. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
