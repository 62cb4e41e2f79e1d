import { Body, Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ActorOf, Lang, LedgerAsk, Problem, rowProblem, validate, type Caller, type UiLanguage } from '#http';
import { NIL_UUID } from '#kernel';
import { Tokens } from '#runtime';
import { subjectStream } from '#subjects/contract';
import { Gate, type Answered, type Asked, type Unanswerable } from '../application/gate.js';
import { askedOf, inBody } from './asked.js';
import { CheckPermissionDto, CheckPermissionsDto } from './check.dto.js';
import { PermissionDto, PermissionsDto, type PermissionRowDto } from './permission.dto.js';
import { permissionView } from './permission.view.js';

const WHAT =
  'Answers yes only where everything that is needed is known; whoever and whatever is unknown gets a no with its reasons. A no that was acknowledged before is always known, whatever the read models are doing. Texts follow Accept-Language. No legal advice.';

const UNANSWERED: Unanswerable = { problem: new Problem('internal') };

/** May we contact this person? */
@Controller('v1/permissions')
export class PermissionsController {
  constructor(
    private readonly gate: Gate,
    private readonly tokens: Tokens,
  ) {}

  @LedgerAsk('check', {
    scope: 'permissions:check',
    summary: 'May this person be contacted, for this purpose, on this channel, now or at an instant?',
    description: WHAT,
    answer: PermissionDto,
    otherAnswers: {
      410: { description: 'A past day of somebody who is erased, and the caller may not ask.' },
    },
  })
  async check(
    @Body() body: CheckPermissionDto,
    @ActorOf() caller: Caller,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PermissionDto> {
    const asked = askedOf(body);
    const [answer = UNANSWERED] = await this.answers([asked], caller);
    if ('problem' in answer) throw answer.problem;
    speak(reply, language);
    return this.viewOf(asked, answer, language);
  }

  @LedgerAsk('check-batch', {
    scope: 'permissions:check',
    summary: 'The same for at most 500 questions',
    description: `${WHAT} A question that is wrong has a problem in the place of its answer, and stops no other one.`,
    answer: PermissionsDto,
  })
  async checkBatch(
    @Body() { questions }: CheckPermissionsDto,
    @ActorOf() caller: Caller,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PermissionsDto> {
    const rows = questions.map(readRow);
    const sound = rows.filter((row): row is Asked => !('problem' in row));
    const answers = [...(await this.answers(sound, caller))];
    speak(reply, language);
    const items = rows.map((row, index): PermissionRowDto => {
      const answer = 'problem' in row ? row : (answers.shift() ?? UNANSWERED);
      if ('whom' in row && 'decision' in answer) return { answer: this.viewOf(row, answer, language) };
      const { problem } = 'problem' in answer ? answer : UNANSWERED;
      return { problem: rowProblem(problem, `/questions/${String(index)}`, language) };
    });
    return { items };
  }

  /** Of the past of somebody who is erased only those learn who may (as `GET /v1/subjects/{subjectId}`). */
  private async answers(
    asked: readonly Asked[],
    { roles }: Caller,
  ): Promise<readonly (Answered | Unanswerable)[]> {
    const mayReadErased = roles.some((role) => role === 'auditor' || role === 'dpo');
    const answers = await this.gate.checkAll(asked);
    return answers.map((answer) => {
      if ('problem' in answer) return { problem: inBody(answer.problem) };
      const isHidden = answer.isPast && answer.isErasedNow && !mayReadErased;
      return isHidden ? { problem: new Problem('erased') } : answer;
    });
  }

  private viewOf(asked: Asked, answer: Answered, language: UiLanguage): PermissionDto {
    const { position } = answer;
    const place = { stream: subjectStream(NIL_UUID), revision: undefined, events: [] };
    const token = position && this.tokens.ofOutcome({ ...place, position });
    return permissionView(asked, answer, token, language);
  }
}

function readRow(row: object): Asked | Unanswerable {
  try {
    return askedOf(validate(CheckPermissionDto, row, 'json'));
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    throw error;
  }
}

function speak(reply: FastifyReply, language: UiLanguage): void {
  void reply.headers({ 'content-language': language, vary: 'accept-language' });
}
