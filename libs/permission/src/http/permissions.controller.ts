import { Body, Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ActorOf,
  Ctx,
  Lang,
  LedgerAsk,
  Problem,
  rowProblem,
  validate,
  type Caller,
  type UiLanguage,
} from '#http';
import { NIL_UUID } from '#kernel';
import type { Preferences } from '#consent';
import { inTurns } from '#contacts';
import { Tokens, type CommandContext } from '#runtime';
import { subjectStream } from '#subjects/contract';
import { Gate, type Answered, type Asked, type Unanswerable } from '../application/gate.js';
import { RecordedDecisions, type RecordedDecision } from '../application/recorded-decisions.js';
import { ToldPreferences } from '../application/told-preferences.js';
import { askedOf, inBody } from './asked.js';
import { CheckPermissionDto, CheckPermissionsDto } from './check.dto.js';
import {
  PermissionDto,
  PermissionsDto,
  type PermissionRowDto,
  type RecordedDecisionDto,
} from './permission.dto.js';
import { permissionView, preferencesView } from './permission.view.js';

const WHAT =
  'Answers yes only where everything that is needed is known; whoever and whatever is unknown gets a no with its reasons. A no that was acknowledged before is always known, whatever the read models are doing. Texts follow Accept-Language. No legal advice.';

/** Answers kept, or told with more, at the same time. */
const PARALLEL = 16;

/** A question with whether its answer is to be kept, and told with what the person likes to read. */
type AskedRow = Asked & { readonly isRecorded: boolean; readonly tellsPreferences: boolean };

/** What goes with an answer where it is asked for. */
interface Beside {
  readonly recorded?: RecordedDecision | undefined;
  readonly preferences?: Preferences | undefined;
}

const UNANSWERED: Unanswerable = { problem: new Problem('internal') };

/** May we contact this person? */
@Controller('v1/permissions')
export class PermissionsController {
  constructor(
    private readonly gate: Gate,
    private readonly tokens: Tokens,
    private readonly decisions: RecordedDecisions,
    private readonly preferences: ToldPreferences,
  ) {}

  @LedgerAsk('check', {
    scope: 'permissions:check',
    summary: 'May this person be contacted, for this purpose, on this channel, now or at an instant?',
    description: WHAT,
    answer: PermissionDto,
    otherAnswers: {
      409: { description: 'The answer is to be kept, and the address is not exactly one person’s.' },
      410: { description: 'A past day of somebody who is erased, and the caller may not ask.' },
    },
  })
  async check(
    @Body() body: CheckPermissionDto,
    @ActorOf() caller: Caller,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PermissionDto> {
    const asked = rowOf(body);
    assertMayAskMore([asked], caller);
    const [answer = UNANSWERED] = await this.answers([asked], caller);
    if ('problem' in answer) throw answer.problem;
    const beside = await this.besideOf(asked, answer, context, 0);
    speak(reply, language);
    return this.viewOf(asked, answer, beside, language);
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
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PermissionsDto> {
    const rows = questions.map(readRow);
    const sound = rows.filter((row): row is AskedRow => !('problem' in row));
    assertMayAskMore(sound, caller);
    const found = [...(await this.answers(sound, caller))];
    const answers = rows.map((row) => ('problem' in row ? row : (found.shift() ?? UNANSWERED)));
    const beside = await this.besideAll(rows, answers, context);
    speak(reply, language);
    const items = rows.map((row, place): PermissionRowDto => {
      const [answer = UNANSWERED, more = {}] = [answers[place], beside.get(place)];
      const { problem } = [answer, more].find(isUnanswerable) ?? UNANSWERED;
      const isAnswered = 'whom' in row && 'decision' in answer && !isUnanswerable(more);
      if (isAnswered) return { answer: this.viewOf(row, answer, more, language) };
      return { problem: rowProblem(problem, `/questions/${String(place)}`, language) };
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

  /** What goes with each answer for which it is asked, by the place of its question. */
  private async besideAll(
    rows: readonly (AskedRow | Unanswerable)[],
    answers: readonly (Answered | Unanswerable)[],
    context: CommandContext,
  ): Promise<ReadonlyMap<number, Beside | Unanswerable>> {
    const beside = new Map<number, Beside | Unanswerable>();
    const wanted = rows.flatMap((row, place) => {
      const answer = answers[place];
      const isWanted = 'whom' in row && asksMore(row) && answer !== undefined && 'decision' in answer;
      return isWanted ? [{ row, place, answer }] : [];
    });
    await inTurns(wanted, PARALLEL, async ({ row, place, answer }) => {
      beside.set(place, await this.besideOf(row, answer, context, place).catch(asUnanswerable));
    });
    return beside;
  }

  /** Nothing is kept of an answer with which something that was asked for could not be told. */
  private async besideOf(
    asked: AskedRow,
    answer: Answered,
    context: CommandContext,
    place: number,
  ): Promise<Beside> {
    const preferences = asked.tellsPreferences ? await this.preferences.of(asked, answer) : undefined;
    const recorded = asked.isRecorded
      ? await this.decisions.record(asked, answer, context, place)
      : undefined;
    return { recorded, preferences };
  }

  private viewOf(
    asked: Asked,
    answer: Answered,
    { recorded, preferences }: Beside,
    language: UiLanguage,
  ): PermissionDto {
    const { position } = answer;
    const place = { stream: subjectStream(NIL_UUID), revision: undefined, events: [] };
    const token = position && this.tokens.ofOutcome({ ...place, position });
    const view = permissionView(asked, answer, token, language);
    return {
      ...view,
      ...(recorded && { recorded: this.recordedView(asked, recorded) }),
      ...(preferences && { preferences: preferencesView(preferences) }),
    };
  }

  /** Of an address the answer names no stream, as that would name the person. */
  private recordedView({ whom }: Asked, { decisionId, outcome }: RecordedDecision): RecordedDecisionDto {
    const mayTell = 'subjectId' in whom || outcome.position !== undefined;
    return { decisionId, ...(mayTell ? { token: this.tokens.ofOutcome(outcome) } : {}) };
  }
}

function readRow(row: object): AskedRow | Unanswerable {
  try {
    return rowOf(validate(CheckPermissionDto, row, 'json'));
  } catch (error) {
    return asUnanswerable(error);
  }
}

function rowOf(body: CheckPermissionDto): AskedRow {
  const { record = false, include = [] } = body;
  return { ...askedOf(body), isRecorded: record, tellsPreferences: include.includes('preferences') };
}

function asksMore({ isRecorded, tellsPreferences }: AskedRow): boolean {
  return isRecorded || tellsPreferences;
}

/** Keeping an answer writes to the ledger, and wishes are read of people: not everybody may who may ask. */
function assertMayAskMore(rows: readonly AskedRow[], { scopes }: Caller): void {
  if (rows.some(({ isRecorded }) => isRecorded) && !scopes.has('permissions:record')) {
    throw new Problem('forbidden', { note: 'permissions:record', pointer: '/record' });
  }
  if (rows.some(({ tellsPreferences }) => tellsPreferences) && !scopes.has('consents:read')) {
    throw new Problem('forbidden', { note: 'consents:read', pointer: '/include' });
  }
}

function isUnanswerable(answer: object | undefined): answer is Unanswerable {
  return answer !== undefined && 'problem' in answer;
}

function asUnanswerable(error: unknown): Unanswerable {
  if (error instanceof Problem) return { problem: error };
  throw error;
}

function speak(reply: FastifyReply, language: UiLanguage): void {
  void reply.headers({ 'content-language': language, vary: 'accept-language' });
}
