import { Body, Controller, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import {
  Ctx,
  entityTag,
  IfMatchRevision,
  LedgerGet,
  LedgerPost,
  LedgerPut,
  MinToken,
  PageQuery,
  Problem,
  UuidParam,
} from '#http';
import { LedgerReader, Tokens, type CommandContext, type Outcome } from '#runtime';
import { refuseOversized } from '../application/fact-size.js';
import { RegisterFacts } from '../application/register-facts.js';
import {
  DeclarePurposeCommand,
  RetirePurposeCommand,
  RevisePurposeCommand,
} from '../application/register.commands.js';
import { purposeStream } from '../contract.js';
import { idOfCode } from '../domain/code-identity.js';
import { standingDescription } from '../domain/described.js';
import { purposeDecider, type PurposeProposal } from '../domain/purpose.decider.js';
import { RegisterLists } from '../read-model/register-lists.query.js';
import { PurposeAckDto, PurposeDto, PurposeViewDto, RetirePurposeDto } from './purpose.dto.js';
import { PurposePageDto } from './pages.dto.js';

/** Purposes: what data is used for, on which basis. */
@Controller('v1/purposes')
export class PurposesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RegisterFacts,
    private readonly tokens: Tokens,
    private readonly reader: LedgerReader,
    private readonly lists: RegisterLists,
  ) {}

  @LedgerPost('', {
    scope: 'register:write',
    summary: 'Declare a purpose',
    answer: PurposeAckDto,
    otherAnswers: { 200: { description: 'Declared already, word for word.', answer: PurposeAckDto } },
  })
  async declare(
    @Body() body: PurposeDto,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PurposeAckDto> {
    const purposeId = idOfCode('purpose', body.code);
    const data = await this.proposalOf(purposeId, body, context);
    const outcome = await this.bus.execute<DeclarePurposeCommand, Outcome>(
      new DeclarePurposeCommand({ type: 'DeclarePurpose', data }, context),
    );
    if (outcome.events.length === 0) void reply.status(200);
    return { ...this.tokens.ack(outcome), purposeId };
  }

  @LedgerPut(':purposeId', {
    scope: 'register:write',
    summary: 'Describe a purpose anew; a change of basis never works backwards',
    ifMatch: true,
    answer: PurposeAckDto,
  })
  async revise(
    @UuidParam('purposeId') purposeId: string,
    @Body() body: PurposeDto,
    @IfMatchRevision() ifRevision: bigint,
    @Ctx() context: CommandContext,
  ): Promise<PurposeAckDto> {
    const data = { ...(await this.proposalOf(purposeId, body, context)), ifRevision };
    const outcome = await this.bus.execute<RevisePurposeCommand, Outcome>(
      new RevisePurposeCommand({ type: 'RevisePurpose', data }, context),
    );
    return { ...this.tokens.ack(outcome), purposeId };
  }

  @LedgerPost(':purposeId/retire', {
    scope: 'register:write',
    summary: 'End a purpose: nothing new may rest on it',
    answer: PurposeAckDto,
  })
  async retire(
    @UuidParam('purposeId') purposeId: string,
    @Body() { reason, occurredAt }: RetirePurposeDto,
    @Ctx() context: CommandContext,
  ): Promise<PurposeAckDto> {
    const data = { purposeId, reason, occurredAt: occurredAt ?? context.now };
    const outcome = await this.bus.execute<RetirePurposeCommand, Outcome>(
      new RetirePurposeCommand({ type: 'RetirePurpose', data }, context),
    );
    return { ...this.tokens.ack(outcome), purposeId };
  }

  @LedgerGet(':purposeId', {
    scope: 'register:read',
    summary: 'A purpose as it is described now',
    answer: PurposeViewDto,
  })
  async one(
    @UuidParam('purposeId') purposeId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PurposeViewDto> {
    const { state, revision } = await this.reader.fold(purposeDecider, purposeStream(purposeId));
    const standing = standingDescription(state.descriptions);
    if (standing === undefined || revision === undefined) throw new Problem('not-found');
    void reply.header('etag', entityTag(revision));
    const { occurredAt, ...purpose } = standing;
    const { ending } = state;
    return {
      ...purpose,
      describedAt: occurredAt,
      ...(ending && { ending: { reason: ending.reason, occurredAt: ending.occurredAt } }),
      revision: Number(revision),
    };
  }

  @LedgerGet('', { scope: 'register:read', summary: 'Purposes by code', answer: PurposePageDto })
  async list(@Query() query: PageQuery, @MinToken('register') _: string | undefined) {
    const { items, ...rest } = await this.lists.purposes(query);
    const views = items.map(({ data, describedAt, retiredAt, retirement, revision }) => ({
      ...data,
      describedAt: describedAt.toISOString(),
      ...(retiredAt && { ending: { reason: retirement, occurredAt: retiredAt.toISOString() } }),
      revision: Number(revision),
    }));
    return { items: views, ...rest };
  }

  private async proposalOf(
    purposeId: string,
    { occurredAt, ...described }: PurposeDto,
    { now }: CommandContext,
  ): Promise<PurposeProposal> {
    const purpose = { purposeId, ...described };
    refuseOversized(purpose);
    const [known] = await this.facts.knownControllers([purpose.controllerId]);
    return { purpose, occurredAt: occurredAt ?? now, controllerKnown: known !== undefined };
  }
}
