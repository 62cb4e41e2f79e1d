import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { LedgerEvent } from '#event-store';
import { allocatedId, fold, Rejection, type Channel, type Instant } from '#kernel';
import { LedgerReader, type CommandContext, type Outcome } from '#runtime';
import {
  consentStream,
  requestState,
  type ConsentEvent,
  type ConsentGiven,
  type RequestState,
} from '../contract.js';
import type { AnswerConsentRequest } from '../domain/consent.commands.js';
import { consentDecider } from '../domain/consent.decider.js';
import type { ConsentQuestion, ConsentState } from '../domain/consent-state.js';
import type { FormFacts } from '../domain/facts.js';
import { openRequestsOn, type PutTo } from '../domain/request-state.js';
import { Acts } from './acts.js';
import { AnswerConsentRequestCommand, RequestConsentCommand } from './consent.commands.js';
import { ConsentFacts } from './consent-facts.js';
import { ConsentEvidence, type EvidenceInput } from './evidence.js';

type Data<T extends ConsentEvent['type']> = Extract<ConsentEvent, { type: T }>['data'];

/** A request for consent as it was put. */
export type Requested = Data<'ConsentRequested'>;
/** Answers to the questions of a request. */
export type RequestAnswers = Data<'ConsentRequestAnswered'>['answers'];

/** A request for consent, as a client names it. */
export interface AskInput {
  readonly form: { readonly formId: string; readonly version: number };
  /** Absent: everything that the form offers. */
  readonly choices?: readonly { readonly purposeId: string; readonly channels: readonly Channel[] }[];
  readonly contactPointId: string;
  readonly controllerId?: string;
  readonly reason: Requested['reason'];
  readonly expiresAt: Instant;
  /** Whether it takes the place of open requests that put one of its questions by the same address. */
  readonly supersede?: boolean;
}

/** A request that was put, and what has become of it. */
export interface PutRequest {
  readonly requested: Requested;
  /** The form version that it names, if it can still be read. */
  readonly form: FormFacts | undefined;
  /**
   * `open`: a yes would count. `answered`, `lapsed`: it was used, or nobody did in time. `superseded`: a newer request
   * stands in its place. `moved`: the person has no longer the address to which the link was sent. `ended`: the form
   * version is in use no more.
   */
  readonly state: RequestState;
  /** What was answered, and the consents of that act. */
  readonly answer?: {
    readonly answers: RequestAnswers;
    readonly occurredAt: Instant;
    readonly consents: readonly ConsentGiven[];
  };
}

/** Who answers: what is the same for every answer by a link. */
const BY_LINK = {
  indicatedBy: 'data-subject',
  age: 'not-asserted',
  source: { kind: 'web-form' },
} as const;

/** Asks people for consent by a link, and records what they answer there. Sends nothing. */
@Injectable()
export class Asking {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: ConsentFacts,
    private readonly acts: Acts,
    private readonly evidence: ConsentEvidence,
    private readonly reader: LedgerReader,
  ) {}

  /**
   * Rejects as `RequestConsent`; `controller-unknown` also where the purposes are not this controller's, and
   * `consent-request-against-no` also where `isAgainst` says that something else than a refusal or withdrawal stands
   * against asking: an objection, an address on the suppression list.
   */
  async ask(
    subjectId: string,
    input: AskInput,
    context: CommandContext,
    isAgainst: (question: ConsentQuestion) => boolean = () => false,
  ): Promise<Outcome<ConsentEvent>> {
    const { form: named, contactPointId, reason, expiresAt, controllerId } = input;
    const occurredAt = context.now;
    const [subject, form] = await Promise.all([
      this.facts.subject(subjectId, occurredAt),
      this.facts.form(named.formId, named.version),
    ]);
    const asks = await Promise.all(
      questionsOf(input, form).map(async (question) => ({
        ...question,
        purpose: await this.facts.purpose(question.purposeId, occurredAt),
      })),
    );
    if (controllerId !== undefined && asks.some(({ purpose }) => purpose?.controllerId !== controllerId)) {
      throw new Rejection(
        'controller-unknown',
        'The purposes belong to another data controller.',
        '/controllerId',
      );
    }
    for (const { purposeId, channel, purpose } of asks) {
      if (purpose !== undefined && isAgainst({ purposeId, channel, controllerId: purpose.controllerId })) {
        throw new Rejection('consent-request-against-no', undefined, '/choices');
      }
    }
    const requestId = requestIdOf(context);
    const endedRequestIds = await this.endedAmong(subjectId, { asks, contactPointId }, context.now);
    const asked = {
      requestId,
      subjectId,
      subject,
      form,
      asks,
      contactPointId,
      reason,
      occurredAt,
      expiresAt,
    };
    const data = { ...asked, supersede: input.supersede ?? false, endedRequestIds };
    return this.bus.execute(new RequestConsentCommand({ type: 'RequestConsent', data }, context));
  }

  /** Whether an earlier attempt of this command has recorded its request: then nothing is judged anew. */
  async isAsked(subjectId: string, context: CommandContext): Promise<boolean> {
    if (!context.mayBeRetry) return false;
    return (await this.requestIn(subjectId, requestIdOf(context))).requested !== undefined;
  }

  /** A request of a person as it stands now; `undefined`: they were never asked so. Throws `UndecodableEvent`. */
  async find(subjectId: string, requestId: string, now: Instant): Promise<PutRequest | undefined> {
    const { events, requested, state } = await this.requestIn(subjectId, requestId);
    if (requested === undefined) return undefined;
    const [form, subject] = await Promise.all([
      this.facts.form(requested.form.formId, requested.form.version),
      this.facts.subject(subjectId, now),
    ]);
    const answer = answerIn(events, requestId);
    const hasAddress = subject.contactPoints.some(
      (point) => point.contactPointId === requested.contactPointId,
    );
    const found = requestState({
      answered: answer !== undefined,
      superseded: state.requests.get(requestId)?.supersededBy !== undefined,
      lapsed: requested.expiresAt <= now,
      moved: !hasAddress,
      ended: !isInUse(form, now),
    });
    return { requested, form, state: found, ...(answer && { answer }) };
  }

  /** Whether a yes by this form version would count at an instant. */
  async isFormInUse({ formId, version }: Requested['form'], at: Instant): Promise<boolean> {
    return isInUse(await this.facts.form(formId, version), at);
  }

  /**
   * Records what the person answered by the link; a refusal is never declined. Whatever shows how they came is sealed
   * for an answer that says yes. Rejects as `AnswerConsentRequest`.
   */
  async answer(
    { subjectId, requestId }: { readonly subjectId: string; readonly requestId: string },
    answers: RequestAnswers,
    trace: EvidenceInput,
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const { state, requested } = await this.requestIn(subjectId, requestId);
    const wish = await this.answerTo(subjectId, requestId, requested, answers, context);
    const isYes = saysYes(wish, state, context);
    const sealed = isYes ? await this.evidence.seal(subjectId, trace, context) : [];
    const evidence = isYes ? [...(requested?.signUp?.evidence ?? []), ...sealed] : [];
    const data = { ...wish, ...(evidence.length > 0 && { evidence }) };
    return this.bus.execute(new AnswerConsentRequestCommand({ type: 'AnswerConsentRequest', data }, context));
  }

  private async answerTo(
    subjectId: string,
    requestId: string,
    requested: Requested | undefined,
    answers: RequestAnswers,
    context: CommandContext,
  ): Promise<AnswerConsentRequest['data']> {
    const occurredAt = context.now;
    const named = requested?.form ?? { formId: requestId, version: 1 };
    const basis = { formId: named.formId, formVersion: named.version };
    const { age = BY_LINK.age, source = BY_LINK.source } = requested?.signUp ?? {};
    const made = await this.acts.of(subjectId, { ...BY_LINK, age, source, basis, occurredAt }, context);
    const act = { ...made, basis: { ...made.basis, ...expressionOf(requested) } } as typeof made;
    const yeses = answers.filter(({ choice }) => choice === 'given');
    const isKnown = act.basis.kind === 'form' && act.basis.form !== undefined;
    const agreements = await Promise.all(
      (isKnown ? yeses : []).map(({ purposeId, channel }) =>
        this.acts.agreement({ purposeId, channels: [channel], consentType: 'expressed' }, act, context),
      ),
    );
    return { ...act, requestId, answers, agreements };
  }

  /** Of the open requests that put one of these questions by the same address, those whose form is in use no more. */
  private async endedAmong(subjectId: string, put: PutTo, now: Instant): Promise<readonly string[]> {
    const events = (await this.reader.history(consentStream(subjectId))) as readonly ConsentEvent[];
    const open = openRequestsOn(fold(consentDecider, events).requests, put, now);
    const found = await Promise.all(
      open.map(async ({ requestId, asked }) =>
        (await this.isFormInUse(asked.form, now)) ? [] : [requestId],
      ),
    );
    return found.flat();
  }

  private async requestIn(subjectId: string, requestId: string) {
    const events = (await this.reader.history(consentStream(subjectId))) as readonly (LedgerEvent &
      ConsentEvent)[];
    const state = fold(consentDecider, events);
    const found = events.find(
      (event) => event.type === 'ConsentRequested' && event.data.requestId === requestId,
    );
    const requested = found?.type === 'ConsentRequested' ? found.data : undefined;
    return { events, state, requested };
  }
}

function isInUse(form: FormFacts | undefined, at: Instant): boolean {
  return form !== undefined && (form.validUntil === undefined || at < form.validUntil);
}

function requestIdOf({ commandId }: CommandContext): string {
  return allocatedId(commandId, 'request');
}

/** What is asked, purpose by purpose and channel by channel. */
function questionsOf({ choices }: AskInput, form: FormFacts | undefined) {
  return (choices ?? form?.offers ?? []).flatMap(({ purposeId, channels }) =>
    channels.map((channel) => ({ purposeId, channel })),
  );
}

/** By a click in a message the person completes their sign-up; otherwise they choose on our page. */
function expressionOf(requested: Requested | undefined) {
  return requested?.reason === 'sign-up-to-confirm'
    ? { expression: { method: 'double-opt-in', defaultState: 'unchecked' } }
    : { expression: { method: 'web-button', defaultState: 'unchecked' } };
}

function answerIn(events: readonly ConsentEvent[], requestId: string): PutRequest['answer'] {
  const found = events.find(
    (event) => event.type === 'ConsentRequestAnswered' && event.data.requestId === requestId,
  );
  if (found?.type !== 'ConsentRequestAnswered') return undefined;
  const { answers, occurredAt, actId } = found.data;
  const consents = events.flatMap((event) =>
    event.type === 'ConsentGiven' && event.data.actId === actId ? [event.data] : [],
  );
  return { answers, occurredAt, consents };
}

/** Whether a yes will stand: nothing is sealed for an answer that leaves none behind. */
function saysYes(
  data: AnswerConsentRequest['data'],
  state: ConsentState,
  { now, actor }: CommandContext,
): boolean {
  try {
    const command = { type: 'AnswerConsentRequest', data, metadata: { now, actor } } as const;
    return consentDecider.decide(command, state).some(({ type }) => type === 'ConsentGiven');
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
}
