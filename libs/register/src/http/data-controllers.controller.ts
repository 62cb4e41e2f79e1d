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
import { allocatedId } from '#kernel';
import { LedgerReader, Tokens, type CommandContext, type Outcome } from '#runtime';
import { refuseOversized } from '../application/fact-size.js';
import {
  DeclareDataControllerCommand,
  ReviseDataControllerCommand,
} from '../application/register.commands.js';
import { controllerStream } from '../contract.js';
import { idOfCode } from '../domain/code-identity.js';
import { controllerDecider, type ControllerProposal } from '../domain/controller.decider.js';
import { standingDescription } from '../domain/described.js';
import { RegisterLists } from '../read-model/register-lists.query.js';
import { DataControllerAckDto, DataControllerDto, DataControllerViewDto } from './data-controller.dto.js';
import { DataControllerPageDto } from './pages.dto.js';

/** Data controllers: the legal persons that decide on purposes. */
@Controller('v1/controllers')
export class DataControllersController {
  constructor(
    private readonly bus: CommandBus,
    private readonly tokens: Tokens,
    private readonly reader: LedgerReader,
    private readonly lists: RegisterLists,
  ) {}

  @LedgerPost('', {
    scope: 'register:write',
    summary: 'Declare a data controller (Art. 4(7))',
    answer: DataControllerAckDto,
    otherAnswers: { 200: { description: 'Declared already, word for word.', answer: DataControllerAckDto } },
  })
  async declare(
    @Body() body: DataControllerDto,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DataControllerAckDto> {
    const controllerId =
      body.siren === undefined
        ? allocatedId(context.commandId, 'controller')
        : idOfCode('controller', body.siren);
    const data = proposalOf(controllerId, body, context);
    const outcome = await this.bus.execute<DeclareDataControllerCommand, Outcome>(
      new DeclareDataControllerCommand({ type: 'DeclareDataController', data }, context),
    );
    if (outcome.events.length === 0) void reply.status(200);
    return { ...this.tokens.ack(outcome), controllerId };
  }

  @LedgerPut(':controllerId', {
    scope: 'register:write',
    summary: 'Describe a data controller anew',
    ifMatch: true,
    answer: DataControllerAckDto,
  })
  async revise(
    @UuidParam('controllerId') controllerId: string,
    @Body() body: DataControllerDto,
    @IfMatchRevision() ifRevision: bigint,
    @Ctx() context: CommandContext,
  ): Promise<DataControllerAckDto> {
    const data = { ...proposalOf(controllerId, body, context), ifRevision };
    const outcome = await this.bus.execute<ReviseDataControllerCommand, Outcome>(
      new ReviseDataControllerCommand({ type: 'ReviseDataController', data }, context),
    );
    return { ...this.tokens.ack(outcome), controllerId };
  }

  @LedgerGet(':controllerId', {
    scope: 'register:read',
    summary: 'A data controller as it is described now',
    answer: DataControllerViewDto,
  })
  async one(
    @UuidParam('controllerId') controllerId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DataControllerViewDto> {
    const { state, revision } = await this.reader.fold(controllerDecider, controllerStream(controllerId));
    const standing = standingDescription(state);
    if (standing === undefined || revision === undefined) throw new Problem('not-found');
    void reply.header('etag', entityTag(revision));
    const { occurredAt, ...controller } = standing;
    return { ...controller, describedAt: occurredAt, revision: Number(revision) };
  }

  @LedgerGet('', {
    scope: 'register:read',
    summary: 'Data controllers by name',
    answer: DataControllerPageDto,
  })
  async list(@Query() query: PageQuery, @MinToken('register') _: string | undefined) {
    const { items, ...rest } = await this.lists.controllers(query);
    const views = items.map(({ data, describedAt, revision }) => ({
      ...data,
      describedAt: describedAt.toISOString(),
      revision: Number(revision),
    }));
    return { items: views, ...rest };
  }
}

function proposalOf(
  controllerId: string,
  { occurredAt, ...described }: DataControllerDto,
  { now }: CommandContext,
): ControllerProposal {
  const controller = { controllerId, ...described };
  refuseOversized(controller);
  return { controller, occurredAt: occurredAt ?? now };
}
