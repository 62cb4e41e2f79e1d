import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Asking, type PutRequest, type RequestAnswers } from '#consent';
import type { ConsentEvent, ConsentGiven } from '#consent/contract';
import type { LedgerEvent } from '#event-store';
import { Personal, type Clock, type Language } from '#kernel';
import { noticeStream, type RegisterEvent } from '#register/contract';
import { CLOCK, LedgerReader, type CommandContext } from '#runtime';
import { LookUps, SubjectFacts } from '#subjects';
import { maskedAddress } from '../domain/masked-address.js';
import type { Words } from '../domain/sentences/words.js';
import { ControllerNames } from './controller-names.js';
import { QuestionTexts, type Question } from './question-texts.js';
import { RequestLinks, type RequestPlace } from './request-links.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/** How long a click is tried, in milliseconds: as long as a command, for nobody clicks twice to be sure. */
const PATIENCE_MS = 20_000;

/** A question as the page puts it. */
export interface PutQuestion extends Question {
  readonly words: Words;
  /** The words of the form version, which the answer is proven by. */
  readonly label: string | undefined;
}

/** What the page behind a link shows. */
export interface RequestView extends RequestPlace, Pick<PutRequest, 'requested' | 'state' | 'answer'> {
  /** What its address carries. */
  readonly token: string;
  readonly controller: string;
  readonly questions: readonly PutQuestion[];
  /** Language of the form's words. */
  readonly language: Language;
  /** Months for which a yes is valid, where the form states them. */
  readonly validityMonths: number | undefined;
}

/** A notice as the person reads it. */
export interface ShownNotice {
  readonly language: Language;
  readonly title: { readonly fr: string; readonly en?: string };
  readonly text: string;
}

/** What an answer recorded, as the page tells it. */
export interface RecordedAnswer {
  readonly given: readonly (Question & {
    readonly words: Words;
    readonly validUntil: string | undefined;
    /** The token by which just this is withdrawn. */
    readonly withdrawal: string;
  })[];
  readonly refused: readonly Words[];
  /** A yes was said beside a no, too late to count. */
  readonly isYesLeftOut: boolean;
  /** The address it holds for, masked. */
  readonly address: string | undefined;
}

/** Requests for consent as the people see them who follow their link, and what they answer. */
@Injectable()
export class PutRequests {
  constructor(
    private readonly asking: Asking,
    private readonly links: RequestLinks,
    private readonly unsubscribe: UnsubscribeLinks,
    private readonly controllers: ControllerNames,
    private readonly questions: QuestionTexts,
    private readonly subjects: SubjectFacts,
    private readonly looks: LookUps,
    private readonly reader: LedgerReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The request behind a link, which changes by no look at it; `undefined`: it is none of ours, or damaged. */
  async find(token: string): Promise<RequestView | undefined> {
    const put = await this.behind(token);
    if (put === undefined) return undefined;
    const { place, requested, form, state, answer } = put;
    const [controller, named] = await Promise.all([
      this.controllers.nameOf(requested.controllerId),
      this.questions.of(requested.asks),
    ]);
    const questions = requested.asks.map(({ purposeId, channel }, index) => {
      const offer = form?.offers.find((one) => one.purposeId === purposeId && one.channels.includes(channel));
      return { purposeId, channel, words: named[index] as Words, label: offer?.label };
    });
    return {
      ...{ ...place, token, requested, state, questions, controller: controller ?? '' },
      ...{ language: form?.language ?? 'fr', validityMonths: form?.validityMonths },
      ...(answer && { answer }),
    };
  }

  /** The notice that the form of a request names, in the form's language; `undefined`: there is no such request. */
  async notice(token: string): Promise<ShownNotice | undefined> {
    const { form } = (await this.behind(token)) ?? {};
    if (form === undefined) return undefined;
    const { notice, language } = form;
    const history = (await this.reader.history(noticeStream(notice.noticeId))) as readonly (LedgerEvent &
      RegisterEvent)[];
    const published = history.find(
      (event) => event.type === 'NoticePublished' && event.data.version === notice.version,
    );
    if (published?.type !== 'NoticePublished') return undefined;
    const text = history.flatMap((event) =>
      event.type === 'NoticeTextRecorded' &&
      event.data.version === notice.version &&
      event.data.language === language
        ? [event.data.text]
        : [],
    );
    return { language, title: published.data.title, text: text.join('') };
  }

  /**
   * Records what the person answered; a no is never declined, and a yes whole or not at all. Rejects as
   * `AnswerConsentRequest`.
   */
  async answer(
    view: RequestView,
    answers: RequestAnswers,
    userAgent: string | undefined,
  ): Promise<RecordedAnswer> {
    const { subjectId, requestId, requested } = view;
    const context = this.contextOf(subjectId);
    const trace = userAgent === undefined ? {} : { userAgent: Personal.of(userAgent) };
    const { events } = await this.asking.answer({ subjectId, requestId }, answers, trace, context);
    const wordsOf = ({ purposeId, channel }: Question): Words | undefined =>
      view.questions.find((one) => one.purposeId === purposeId && one.channel === channel)?.words;
    const consents = consentsOf(events);
    const tokens = await this.unsubscribe.mint(
      consents.map(({ purposeId, channel, controllerId }) => ({
        subjectId,
        purposeId,
        channel,
        controllerId,
      })),
    );
    return {
      given: consents.map(({ purposeId, channel, validUntil }, index) => ({
        ...{ purposeId, channel, validUntil, withdrawal: tokens[index] ?? '' },
        words: wordsOf({ purposeId, channel }) as Words,
      })),
      refused: answers.flatMap((one) => (one.choice === 'refused' ? (wordsOf(one) ?? []) : [])),
      isYesLeftOut: consents.length === 0 && answers.some(({ choice }) => choice === 'given'),
      address: await this.addressOf(subjectId, requested.contactPointId, context),
    };
  }

  private async behind(token: string): Promise<(PutRequest & { readonly place: RequestPlace }) | undefined> {
    const place = await this.links.open(token);
    if (place === undefined) return undefined;
    const put = await this.asking.find(place.subjectId, place.requestId, this.clock.now());
    return put && { ...put, place };
  }

  /**
   * The address of the person, masked, as they see what the ledger holds of them; the look stands in the ledger. What
   * they answered stands already: if the address cannot be had now, the page does without it.
   */
  private async addressOf(
    subjectId: string,
    contactPointId: string,
    context: CommandContext,
  ): Promise<string | undefined> {
    try {
      const { contactPoints } = await this.subjects.of(subjectId);
      const kind = contactPoints.find((point) => point.contactPointId === contactPointId)?.kind;
      if (kind !== 'email' && kind !== 'phone') return undefined;
      const look = { fields: [kind], reason: 'data-subject-request' } as const;
      const shown = await this.looks.reveal(subjectId, look, true, context);
      const value = shown.find((point) => point.contactPointId === contactPointId)?.value;
      return value && maskedAddress(value.reveal());
    } catch {
      return undefined;
    }
  }

  private contextOf(subjectId: string): CommandContext {
    const commandId = randomUUID();
    return {
      commandId,
      now: this.clock.now(),
      actor: { k: 'subject', ref: subjectId },
      mayBeRetry: false,
      deadline: performance.now() + PATIENCE_MS,
      correlationId: commandId,
    };
  }
}

function consentsOf(events: readonly ConsentEvent[]): readonly ConsentGiven[] {
  return events.flatMap((event) => (event.type === 'ConsentGiven' ? [event.data] : []));
}
