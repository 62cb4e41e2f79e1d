import { Injectable } from '@nestjs/common';
import { Asking, type AskInput, type Requested } from '#consent';
import type { ConsentEvent } from '#consent/contract';
import { defined, Rejection } from '#kernel';
import { recordRows, type CommandContext, type Outcome, type RowOutcome } from '#runtime';
import { SubjectFacts } from '#subjects';
import { isObjectedTo, type ObjectionQuestion } from '../domain/objected-to.js';
import { requestText } from '../domain/request-texts.js';
import { capital } from '../domain/sentences/phrases.js';
import { ContactStates } from './contact-states.js';
import { ControllerNames } from './controller-names.js';
import { QuestionTexts } from './question-texts.js';
import { RequestLinks } from './request-links.js';

const DAY_MS = 86_400_000;

/** One person to be asked. */
export interface PersonToAsk extends Omit<AskInput, 'expiresAt'> {
  readonly subjectId: string;
  readonly expiresInDays: number;
}

/** What is sent to the person, by whoever sends: link and texts. */
export interface RequestToSend {
  readonly requestId: string;
  readonly url: string;
  readonly expiresAt: string;
  readonly textFr: string;
  readonly textEn: string;
  /** Earlier requests in whose place it stands. */
  readonly supersedes?: readonly string[];
}

/** A request that was recorded, and what is to be sent. */
export interface PutToPerson extends RequestToSend {
  readonly outcome: Outcome<ConsentEvent>;
}

/** Asks people for consent: records the request, and hands out what whoever sends messages puts into one. */
@Injectable()
export class ConsentRequests {
  constructor(
    private readonly asking: Asking,
    private readonly subjects: SubjectFacts,
    private readonly states: ContactStates,
    private readonly links: RequestLinks,
    private readonly controllers: ControllerNames,
    private readonly questions: QuestionTexts,
  ) {}

  /**
   * Rejects as `RequestConsent`, and `subject-restricted`: who had the use of their data stopped is not asked (Art.
   * 18(2)). Who objected (Art. 21) is not asked either, nor whoever has an address on the suppression list.
   */
  async ask(person: PersonToAsk, context: CommandContext): Promise<PutToPerson> {
    const { subjectId, expiresInDays, ...input } = person;
    const isAgainst = (await this.asking.isAsked(subjectId, context))
      ? () => false
      : await this.objections(subjectId);
    const expiresAt = new Date(Date.parse(context.now) + expiresInDays * DAY_MS).toISOString();
    const outcome = await this.asking.ask(subjectId, { ...input, expiresAt }, context, isAgainst);
    const message = await this.toSend(outcome);
    if (message === undefined) throw new Error('A request was recorded without its event');
    return { ...message, outcome };
  }

  /** As `recordRows`: each row is a request of its own. */
  askAll(
    people: readonly PersonToAsk[],
    context: CommandContext,
  ): Promise<readonly RowOutcome<PutToPerson>[]> {
    return recordRows(people, context, (person, own) => this.ask(person, own));
  }

  /** What is to be sent for the request of an outcome; `undefined`: it holds none. */
  async toSend({ events }: Outcome<ConsentEvent>): Promise<RequestToSend | undefined> {
    const requested = events.find((event) => event.type === 'ConsentRequested');
    return requested && this.messageOf(requested.data);
  }

  /** What stands against asking a person, beyond what they said of consent. Rejects: `subject-restricted`. */
  private async objections(subjectId: string): Promise<(question: ObjectionQuestion) => boolean> {
    const { protection } = await this.subjects.of(subjectId);
    if (protection.isRestricted && !protection.isErased) throw new Rejection('subject-restricted');
    const { people } = await this.states.standing([subjectId]);
    return (question) => people.some(({ facts }) => isObjectedTo(facts, question));
  }

  private async messageOf({
    subjectId,
    requestId,
    controllerId,
    asks,
    reason,
    expiresAt,
    supersedes,
  }: Requested): Promise<RequestToSend> {
    const [url, controller, named] = await Promise.all([
      this.links.urlFor({ subjectId, requestId }),
      this.controllers.nameOf(controllerId),
      this.questions.of(asks),
    ]);
    const textIn = (language: 'fr' | 'en'): string => {
      const questions = named.map((words) => capital(words[language]));
      return requestText(language, { reason, controller: controller ?? '', questions, url, expiresAt });
    };
    return defined({ requestId, url, expiresAt, textFr: textIn('fr'), textEn: textIn('en'), supersedes });
  }
}
