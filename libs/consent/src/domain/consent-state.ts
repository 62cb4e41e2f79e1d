import {
  effectOfNo,
  hear,
  standingAnswer,
  type Answer,
  type Channel,
  type Instant,
  type Standing,
} from '#kernel';
import type { ConsentEvent } from '../contract.js';
import { evolveEndings, type KnownEndings } from './ending-state.js';
import { evolveRequests, type KnownRequest } from './request-state.js';

/** One "no" as it was said: it may cover every purpose, every channel, or a purpose that the ledger does not know. */
export interface HeardNo {
  readonly kind: 'refused' | 'withdrawn';
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | undefined;
  readonly answer: Answer;
}

/** One consent, as far as later decisions need it. */
export interface KnownConsent {
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: Channel;
  readonly controllerId: string;
  readonly answer: Answer;
  /** End that was stated to the person. */
  readonly validUntil?: Instant;
}

/** What a person has said about being contacted; built from `consent-<subject>` alone. */
export interface ConsentState {
  readonly consents: readonly KnownConsent[];
  readonly nos: readonly HeardNo[];
  /** How consents ended otherwise than by a "no" of the person, by consent. */
  readonly endings: ReadonlyMap<string, KnownEndings>;
  /** What the person was asked, by request. */
  readonly requests: ReadonlyMap<string, KnownRequest>;
}

export const initialConsentState: ConsentState = {
  consents: [],
  nos: [],
  endings: new Map(),
  requests: new Map(),
};

/** Total over any order of events. */
export function evolveConsent(state: ConsentState, event: ConsentEvent): ConsentState {
  switch (event.type) {
    case 'ConsentGiven': {
      const { consentId, purposeId, channel, controllerId, occurredAt, validUntil } = event.data;
      const answer: Answer = { says: 'yes', at: occurredAt, eventId: consentId };
      const consent = {
        consentId,
        purposeId,
        channel,
        controllerId,
        answer,
        ...(validUntil && { validUntil }),
      };
      return { ...state, consents: [...state.consents, consent] };
    }
    case 'ConsentRefused':
    case 'ConsentWithdrawn': {
      const { actId, purposeId, channel, controllerId, occurredAt } = event.data;
      const answer: Answer = { says: 'no', at: effectOfNo(occurredAt, occurredAt), eventId: actId };
      const kind = event.type === 'ConsentRefused' ? 'refused' : 'withdrawn';
      return { ...state, nos: [...state.nos, { kind, purposeId, channel, controllerId, answer }] };
    }
    case 'ConsentExpired':
    case 'ConsentRevoked':
    case 'ConsentInvalidated':
      return { ...state, endings: evolveEndings(state.endings, event) };
    case 'ConsentRequested':
    case 'ConsentRequestAnswered':
      return { ...state, requests: evolveRequests(state.requests, event) };
    case 'ChoicesCaptured':
      return state;
  }
}

/** The question on which an answer stands: one purpose of one data controller, on one channel. */
export interface ConsentQuestion {
  readonly purposeId: string;
  readonly channel: Channel;
  readonly controllerId: string;
}

/**
 * The answer that stands on a question: the newer of the newest consent and the newest "no" that covers it; at equal
 * times "no" wins, and a consent older than a standing "no" never lifts it. A consent that ended does not count, and
 * leaves older and newer ones as they are. `undefined`: nothing stands, which means no.
 */
export function standingConsent(state: ConsentState, question: ConsentQuestion): Answer | undefined {
  const yes = standingYes(state, question);
  let standing: Standing = yes === undefined ? {} : { yes };
  for (const no of state.nos) if (covers(no, question)) standing = hear(standing, no.answer);
  return standingAnswer(standing);
}

/**
 * Whether an earlier "no", at least as late, already covers the whole of a new one: then recording it adds nothing.
 * A later repeat is recorded, because a late-arriving consent dated between the two must not lift it.
 */
export function isAlreadySaid(
  state: ConsentState,
  no: Omit<HeardNo, 'answer' | 'kind'> & { readonly at: string },
): boolean {
  return state.nos.some(
    (earlier) =>
      earlier.answer.at >= no.at &&
      (coversEveryPurpose(earlier) || (earlier.purposeId === no.purposeId && no.purposeId !== 'unknown')) &&
      (earlier.channel === 'all' || earlier.channel === no.channel) &&
      (earlier.controllerId === undefined || earlier.controllerId === no.controllerId),
  );
}

/** The newest consent to a question that has not ended of itself, whatever "no" stands against it. */
function standingYes(state: ConsentState, { purposeId, channel }: ConsentQuestion): Answer | undefined {
  return state.consents
    .filter((consent) => consent.purposeId === purposeId && consent.channel === channel)
    .filter(({ consentId }) => !state.endings.has(consentId))
    .reduce<Standing>((standing, { answer }) => hear(standing, answer), {}).yes;
}

/** Every "no" on a question that no later consent that stands has lifted. */
export function standingNos(state: ConsentState, question: ConsentQuestion): readonly HeardNo[] {
  const standing = standingConsent(state, question);
  if (standing?.says !== 'no') return [];
  const lastYes = standingYes(state, question);
  return state.nos.filter((no) => covers(no, question) && no.answer.at >= (lastYes?.at ?? ''));
}

/** The first "no" that covers a consent and is not older than it; `undefined`: the person has not taken it back. */
export function firstNoAgainst(state: ConsentState, consent: KnownConsent): Instant | undefined {
  return state.nos
    .filter((no) => no.answer.at >= consent.answer.at && covers(no, consent))
    .map(({ answer }) => answer.at)
    .reduce<Instant | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
}

function covers(no: HeardNo, question: ConsentQuestion): boolean {
  return (
    (coversEveryPurpose(no) || no.purposeId === question.purposeId) &&
    (no.channel === 'all' || no.channel === question.channel) &&
    (no.controllerId === undefined || no.controllerId === question.controllerId)
  );
}

/** An unknown purpose may be any purpose: until somebody finds out, it blocks like `all`. */
function coversEveryPurpose(no: { readonly purposeId: string }): boolean {
  return no.purposeId === 'all' || no.purposeId === 'unknown';
}
