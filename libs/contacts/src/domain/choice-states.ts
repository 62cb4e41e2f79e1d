import { hear, standingAnswer, type Answer, type Instant, type Standing } from '#kernel';
import { isOpen } from './asked-consent.js';
import { hasEnded, isValid, lastingEnd } from './consent-end.js';
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
  readonly state: 'given' | 'requested' | 'expired' | 'revoked' | 'invalidated' | KindOfNo;
  readonly since: Instant;
  /** The event that decides; of a consent that expired and is not marked so yet, the one that gave it. */
  readonly decidedBy: string;
  readonly consentId?: string;
  readonly validUntil?: Instant;
  /** Contact points that a standing consent covers and that are still the person's. */
  readonly contactPointIds?: readonly string[];
  readonly proofGrade?: string;
  readonly missing?: readonly string[];
  /** What the person is asked and has not answered, whatever stands. */
  readonly request?: OpenRequest;
  /** Processing is limited to storage (Art. 18): whatever stands may not be used. */
  readonly restricted: boolean;
}

/** A question that the person may still answer. */
export interface OpenRequest {
  readonly requestId: string;
  readonly reason: string;
  readonly since: Instant;
  readonly expiresAt: Instant;
}

/** A "no" that covers more than one question, later purposes and channels included. */
export interface WideNo extends Question {
  readonly kind: KindOfNo;
  readonly since: Instant;
  readonly decidedBy: string;
}

type Facts = Pick<ContactFacts, 'consents' | 'nos' | 'restrictions' | 'contactPoints' | 'requests'>;

/**
 * What stands, per purpose and channel: the newest yes that has not ended against the newest "no" that covers it, "no"
 * winning ties; else how the newest yes ended, if no "no" is newer. A consent that never was valid is as if it had not
 * been said, unless nothing else was. An open request shows where neither a yes nor a "no" stands. A restriction is laid over it and survives any new consent: it changes what may be done, never what was said.
 * The result does not depend on the order of the facts.
 */
export function choiceStates(facts: Facts, at: Instant): readonly ChoiceState[] {
  return questionsOf(facts, at)
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

/** Whether a restriction that is not lifted limits a purpose. */
export function limits(
  { state, purposeIds }: Pick<KnownRestriction, 'state' | 'purposeIds'>,
  purposeId: string,
): boolean {
  return state !== 'lifted' && (purposeIds === 'all' || purposeIds.includes(purposeId));
}

/** Every question that was answered or is open; a "no" for every controller joins the questions of each. */
function questionsOf({ consents, nos, requests }: Facts, at: Instant): readonly Question[] {
  const narrow = nos.filter((no) => !isWide(no));
  const open = requests.filter((request) => isOpen(request, requests, at));
  const put = open.flatMap(({ asks, controllerId }) => asks.map((ask) => ({ ...ask, controllerId })));
  const named = [...consents, ...put, ...narrow.filter(({ controllerId }) => controllerId !== null)];
  const asked = new Map<string, Question>(named.map((one) => [keyOf(one), questionOf(one)]));
  const answered = new Set(named.map(({ purposeId, channel }) => `${purposeId} ${channel}`));
  for (const no of narrow) {
    if (!answered.has(`${no.purposeId} ${no.channel}`)) asked.set(keyOf(no), questionOf(no));
  }
  return [...asked.values()];
}

function stateOf(question: Question, facts: Facts, at: Instant): ChoiceState {
  const restricted = facts.restrictions.some((restriction) => limits(restriction, question.purposeId));
  const request = openRequest(question, facts, at);
  const common = { ...question, ...(request === undefined ? {} : { request: request.open }), restricted };
  const consents = facts.consents.filter((consent) => isOnQuestion(consent, question));
  const lasting = consents.filter((consent) => !hasEnded(consent, at));
  const answer = answerTo(question, lasting, facts);
  const given = lasting.find(({ eventId }) => answer?.says === 'yes' && eventId === answer.eventId);
  if (given !== undefined && answer !== undefined) {
    const standing = lasting.filter(({ givenAt }) => givenAt > (lastNo(question, facts)?.at ?? ''));
    const contactPointIds = coveredPoints(standing, facts);
    return { ...common, state: 'given', ...placeOf(answer), ...consentOf(given), contactPointIds };
  }
  const ended = newest(consents, answer);
  if (request !== undefined && (answer === undefined || ended !== undefined)) {
    return { ...common, state: 'requested', since: request.open.since, decidedBy: request.eventId };
  }
  if (ended !== undefined) {
    const { state, at: since, eventId } = lastingEnd(ended, at);
    return {
      ...common,
      state,
      since,
      decidedBy: eventId ?? ended.eventId,
      ...consentOf(ended),
      contactPointIds: [],
    };
  }
  if (answer === undefined) throw new RangeError('A question without an answer');
  const no = facts.nos.find(({ eventId }) => eventId === answer.eventId);
  return { ...common, state: no?.kind ?? 'refused', ...placeOf(answer) };
}

/** The newest yes of these against the newest "no"; `undefined`: neither was said. */
function answerTo(question: Question, consents: readonly GivenConsent[], facts: Facts): Answer | undefined {
  const no = lastNo(question, facts);
  const standing = consents.reduce<Standing>(
    (heard, { givenAt, eventId }) => hear(heard, { says: 'yes', at: givenAt, eventId }),
    no === undefined ? {} : { no },
  );
  return standingAnswer(standing);
}

function lastNo(question: Question, { nos }: Facts): Answer | undefined {
  return nos
    .filter((no) => covers(no, question))
    .reduce<Standing>((heard, { at, eventId }) => hear(heard, { says: 'no', at, eventId }), {}).no;
}

/** The newest consent that was one, if no "no" is newer; one that never was valid only where nothing else was said. */
function newest(consents: readonly GivenConsent[], no: Answer | undefined): GivenConsent | undefined {
  const valid = consents.filter((consent) => isValid(consent) && consent.givenAt > (no?.at ?? ''));
  const candidates = valid.length > 0 || no !== undefined ? valid : consents;
  return [...candidates].sort((a, b) =>
    compareTexts(`${b.givenAt} ${b.eventId}`, `${a.givenAt} ${a.eventId}`),
  )[0];
}

function placeOf({ at: since, eventId: decidedBy }: Answer): Pick<ChoiceState, 'since' | 'decidedBy'> {
  return { since, decidedBy };
}

function consentOf({ consentId, validUntil, grade: proofGrade, missing }: GivenConsent) {
  return { consentId, ...(validUntil === null ? {} : { validUntil }), proofGrade, missing };
}

/** The newest request that puts a question and is open. */
function openRequest(question: Question, { requests }: Facts, at: Instant) {
  const open = requests
    .filter((request) => isOpen(request, requests, at))
    .filter(({ asks, controllerId }) => asks.some((ask) => isOnQuestion({ ...ask, controllerId }, question)))
    .sort((a, b) => compareTexts(`${b.requestedAt} ${b.eventId}`, `${a.requestedAt} ${a.eventId}`));
  const [request] = open;
  if (request === undefined) return undefined;
  const { requestId, reason, requestedAt: since, expiresAt, eventId } = request;
  return { open: { requestId, reason, since, expiresAt }, eventId };
}

/** A contact point that was replaced or removed is not reached any more; its successor inherits nothing. */
function coveredPoints(consents: readonly GivenConsent[], facts: Facts): readonly string[] {
  const active = new Set(
    facts.contactPoints.filter(({ state }) => state === 'active').map((point) => point.contactPointId),
  );
  const covered = consents.flatMap((consent) => consent.contactPointIds);
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
