import { Body, Controller, Headers, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { RequestAnswers } from '#consent';
import { MAX_QUESTIONS } from '#consent/contract';
import { asPage, EnumField, Lang, PublicGet, PublicPost, shapedParam, text, type UiLanguage } from '#http';
import { Rejection } from '#kernel';
import { PutRequests, type RequestView } from '../application/put-requests.js';
import {
  answeredPage,
  closedPage,
  damagedRequestPage,
  noticePage,
  requestPage,
} from './consent-request.page.js';

/** What was answered on the page: everything, nothing, or one radio button for each question. */
export class RequestAnswerDto {
  @EnumField(['yes', 'no', 'choices'])
  answer!: 'yes' | 'no' | 'choices';
}
const choiceOf = (index: number): string => `c${String(index)}`;
for (let index = 0; index < MAX_QUESTIONS; index += 1) {
  EnumField(['yes', 'no'], { optional: true })(RequestAnswerDto.prototype, choiceOf(index));
}

/** The token in the address; what is longer is none of ours. */
const Token = (): ParameterDecorator => shapedParam('token', text({ max: 500 }));
const GONE = 410;

/**
 * The page behind the link of a request for consent. Looking at it changes nothing, so that a mail scanner that follows
 * links agrees to nothing; the click answers, once. No script, no cookie, no login.
 */
@ApiExcludeController()
@Controller('c')
export class ConsentRequestPageController {
  constructor(private readonly requests: PutRequests) {}

  @PublicGet(':token', { summary: 'Page that asks a person for consent; changes nothing.' })
  async show(
    @Token() token: string,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const view = await this.requests.find(token);
    return view === undefined ? damaged(reply, language) : pageFor(reply, language, view);
  }

  @PublicGet(':token/notice', { summary: 'The notice that a request for consent names, word for word.' })
  async notice(
    @Token() token: string,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const notice = await this.requests.notice(token);
    if (notice === undefined) return damaged(reply, language);
    return asPage(reply, language, noticePage(language, notice, token));
  }

  @PublicPost(':token', {
    summary: 'Records what the person answers to a request for consent.',
    accepts: ['application/x-www-form-urlencoded', 'application/json'],
  })
  async answer(
    @Token() token: string,
    @Body() body: RequestAnswerDto,
    @Headers('user-agent') userAgent: string | undefined,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const view = await this.requests.find(token);
    if (view === undefined) return damaged(reply, language);
    const answers = answersOf(body, view);
    if (answers.every(({ choice }) => choice === 'not-answered')) {
      return pageFor(reply, language, view, true);
    }
    try {
      const recorded = await this.requests.answer(view, answers, userAgent);
      return asPage(reply, language, answeredPage(language, recorded));
    } catch (error) {
      // It could be answered when it was read and could not when it was recorded, or the yes could never stand.
      if (!(error instanceof Rejection)) throw error;
      const now = (await this.requests.find(token)) ?? view;
      return pageFor(reply, language, { ...now, state: now.state === 'open' ? 'ended' : now.state });
    }
  }
}

/** One answer for each question; an alert says where nothing was chosen. */
function answersOf(body: RequestAnswerDto, { questions }: RequestView): RequestAnswers {
  const chosen = body as unknown as Readonly<Record<string, 'yes' | 'no' | undefined>>;
  const choices = { yes: 'given', no: 'refused' } as const;
  return questions.map(({ purposeId, channel }, index) => {
    const said = body.answer === 'choices' ? chosen[choiceOf(index)] : body.answer;
    return { purposeId, channel, choice: said === undefined ? 'not-answered' : choices[said] };
  });
}

function pageFor(
  reply: FastifyReply,
  language: UiLanguage,
  view: RequestView,
  isNothingSaid = false,
): string {
  if (view.state === 'open') return asPage(reply, language, requestPage(language, view, isNothingSaid));
  void reply.status(GONE);
  return asPage(reply, language, closedPage(language, view.state, view));
}

function damaged(reply: FastifyReply, language: UiLanguage): string {
  void reply.status(404);
  return asPage(reply, language, damagedRequestPage(language));
}
