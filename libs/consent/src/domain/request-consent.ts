import { addMonths, defined, kindReachedBy, Rejection, type Instant } from '#kernel';
import { MAX_QUESTIONS, type ConsentEvent } from '../contract.js';
import type { Agreement, AnswerConsentRequest, RequestConsent } from './consent.commands.js';
import { isAlreadySaid, standingNos, type ConsentQuestion, type ConsentState } from './consent-state.js';
import { assertActCanStand, assertBasisCanStand, assertCanBeAsked, consentsOf } from './give-consent.js';
import { openRequestsOn, type KnownRequest } from './request-state.js';

/**
 * A person is asked only what they could agree to at once, and not against a "no" of theirs, unless they signed up
 * themselves and are asked to confirm it; and not the same twice at a time by one address, unless the newer request is to
 * stand in the place of the older. Rejects: `subject-erased`, `subject-unknown`, `contact-point-unknown`,
 * `consent-request-expired`, `consent-request-against-no`, `consent-request-open`, `controller-unknown` (one request is
 * one data controller's), and as `GiveConsent` for form, purposes and channels.
 */
export function requestConsent(
  { data, metadata }: RequestConsent,
  state: ConsentState,
): readonly ConsentEvent[] {
  const { subject, form, asks, contactPointId, occurredAt, expiresAt, reason, requestId, subjectId } = data;
  if (occurredAt > metadata.now) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
  if (subject.status === 'erased') throw new Rejection('subject-erased');
  if (subject.status === 'unknown') throw new Rejection('subject-unknown');
  if (!subject.contactPoints.some((point) => point.contactPointId === contactPointId)) {
    throw new Rejection('contact-point-unknown', undefined, '/contactPointId');
  }
  if (expiresAt <= metadata.now) throw new Rejection('consent-request-expired', undefined, '/expiresAt');
  const basis = { kind: 'form', form, notice: undefined } as const;
  const [controllerId, ...others] = new Set(
    asks.map(({ purpose, channel }) => {
      const question = assertCanBeAsked({ subject, basis, occurredAt }, purpose, channel);
      assertIsWelcome(state, { ...question, channel }, data);
      return question.controllerId;
    }),
  );
  assertBasisCanStand(basis, occurredAt);
  if (controllerId === undefined || others.length > 0 || form === undefined) {
    throw new Rejection('controller-unknown', 'The purposes belong to several data controllers.', '/choices');
  }
  const { formId, version } = form;
  const questions = asks.map(({ purposeId, channel }) => ({ purposeId, channel }));
  const supersedes = supersededIn(data, state, metadata.now);
  const asked = { contactPointId, form: { formId, version }, reason, supersedes, occurredAt, expiresAt };
  const who = { requestId, subjectId, controllerId, signUp: data.signUp };
  return [{ type: 'ConsentRequested', data: defined({ ...who, asks: questions, ...asked }) }];
}

/** The open requests in whose place this one stands; `undefined`: there is none. Rejects: `consent-request-open`. */
function supersededIn(
  { asks, contactPointId, supersede, endedRequestIds }: RequestConsent['data'],
  { requests }: ConsentState,
  now: Instant,
): string[] | undefined {
  const open = openRequestsOn(requests, { asks, contactPointId }, now).filter(
    ({ requestId }) => !endedRequestIds.includes(requestId),
  );
  const [first] = open;
  if (first === undefined) return undefined;
  if (supersede) return open.map(({ requestId }) => requestId).slice(0, MAX_QUESTIONS);
  const { requestId, asked } = first;
  throw new Rejection(
    'consent-request-open',
    `Request ${requestId} may be answered until ${asked.expiresAt}.`,
    '/choices',
    { requestId, expiresAt: asked.expiresAt },
  );
}

/** Months during which a refusal stands against asking again. */
const COOL_DOWN_MONTHS = 6;

/** Whoever took a consent back is not asked again until they come by themselves; whoever refused, not for a while. */
function assertIsWelcome(
  state: ConsentState,
  question: ConsentQuestion,
  { reason, occurredAt }: RequestConsent['data'],
): void {
  if (reason === 'sign-up-to-confirm') return;
  const isUnwelcome = standingNos(state, question).some(
    ({ kind, answer }) => kind === 'withdrawn' || addMonths(answer.at, COOL_DOWN_MONTHS) > occurredAt,
  );
  if (isUnwelcome) throw new Rejection('consent-request-against-no', undefined, '/choices');
}

/**
 * An answer counts once, before the request lapses, and while the person has the address to which the link was sent;
 * a refusal in it always counts, also late, used twice, or in answer to nothing the ledger knows. Of an answer that says
 * both, the yes is then left out. Nothing said leaves the request open. Rejects, where it says yes alone:
 * `consent-request-unknown`, `consent-request-answered`, `consent-request-superseded`, `consent-request-expired`,
 * `contact-point-unknown`, `choice-not-offered-by-form`, and as `GiveConsent`.
 */
export function answerRequest(
  { data, metadata }: AnswerConsentRequest,
  state: ConsentState,
): readonly ConsentEvent[] {
  const { requestId, actId, subjectId, answers, occurredAt } = data;
  const request = state.requests.get(requestId);
  const says = (choice: string): boolean => answers.some((answer) => answer.choice === choice);
  const refusals = refusalsOf(data, state, request);
  const consents = says('given') ? consentsIn(data, request, metadata.now, says('refused')) : [];
  const isFirst = request?.asked !== undefined && request.answeredBy === undefined;
  if (!isFirst || !(says('given') || says('refused'))) return refusals;
  const answered = { requestId, subjectId, actId, answers, occurredAt };
  return [{ type: 'ConsentRequestAnswered', data: answered }, ...consents, ...refusals];
}

/** The consents of an answer; none where it cannot count and what it refuses must be kept all the same. */
function consentsIn(
  data: AnswerConsentRequest['data'],
  request: KnownRequest | undefined,
  now: Instant,
  saysNoToo: boolean,
): readonly ConsentEvent[] {
  try {
    const asked = openQuestion(data, request, now);
    assertActCanStand(data, now);
    return data.agreements
      .flatMap((agreement) => confinedTo(asked.contactPointId, agreement, data.subject))
      .flatMap((agreement) => consentsOf(data, agreement));
  } catch (error) {
    if (error instanceof Rejection && saysNoToo) return [];
    throw error;
  }
}

function openQuestion(
  { subject, answers }: AnswerConsentRequest['data'],
  request: KnownRequest | undefined,
  now: Instant,
): NonNullable<KnownRequest['asked']> {
  const asked = request?.asked;
  if (asked === undefined) throw new Rejection('consent-request-unknown');
  if (request?.answeredBy !== undefined) throw new Rejection('consent-request-answered');
  if (request?.supersededBy !== undefined) throw new Rejection('consent-request-superseded');
  if (asked.expiresAt <= now) throw new Rejection('consent-request-expired');
  if (!subject.contactPoints.some(({ contactPointId }) => contactPointId === asked.contactPointId)) {
    throw new Rejection('contact-point-unknown');
  }
  answers.forEach(({ purposeId, channel }, index) => {
    if (asked.asks.some((ask) => ask.purposeId === purposeId && ask.channel === channel)) return;
    throw new Rejection('choice-not-offered-by-form', 'It was not asked.', `/answers/${String(index)}`);
  });
  return asked;
}

/** Who clicked has the address to which the link was sent, and no other of its kind: the yes covers that one alone. */
function confinedTo(
  contactPointId: string,
  agreement: Agreement,
  { contactPoints }: AnswerConsentRequest['data']['subject'],
): readonly Agreement[] {
  const kind = contactPoints.find((point) => point.contactPointId === contactPointId)?.kind;
  return agreement.channels.map((channel) => ({
    ...agreement,
    channels: [channel],
    ...(kindReachedBy(channel.channel) === kind ? { contactPointIds: [contactPointId] } : {}),
  }));
}

function refusalsOf(
  { answers, actId, subjectId, occurredAt, source, indicatedBy }: AnswerConsentRequest['data'],
  state: ConsentState,
  request: KnownRequest | undefined,
): readonly ConsentEvent[] {
  const form = request?.asked?.form;
  return answers
    .filter(({ choice }) => choice === 'refused')
    .filter((no) => !isAlreadySaid(state, { ...no, controllerId: undefined, at: occurredAt }))
    .map(({ purposeId, channel }) => ({
      type: 'ConsentRefused',
      data: {
        ...{ actId, subjectId, purposeId, channel, occurredAt, source, indicatedBy },
        ...(form && { form }),
      },
    }));
}
