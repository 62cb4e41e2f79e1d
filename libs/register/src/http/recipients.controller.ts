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
import { allocatedId, defined } from '#kernel';
import { LedgerReader, Tokens, type CommandContext, type Outcome } from '#runtime';
import { refuseOversized } from '../application/fact-size.js';
import { RegisterFacts } from '../application/register-facts.js';
import {
  DeclareRecipientCommand,
  RetireRecipientCommand,
  ReviseRecipientCommand,
} from '../application/register.commands.js';
import { recipientStream } from '../contract.js';
import { standingDescription } from '../domain/described.js';
import { recipientDecider, type RecipientProposal } from '../domain/recipient.decider.js';
import { RegisterLists } from '../read-model/register-lists.query.js';
import { RecipientPageDto } from './pages.dto.js';
import {
  RecipientAckDto,
  DataRecipientDto,
  DataRecipientViewDto,
  RetireRecipientDto,
} from './recipient.dto.js';

/** Recipients of personal data (Art. 4(9)): who is told when somebody is erased (Art. 19). */
@Controller('v1/recipients')
export class RecipientsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly tokens: Tokens,
    private readonly reader: LedgerReader,
    private readonly facts: RegisterFacts,
    private readonly lists: RegisterLists,
  ) {}

  @LedgerPost('', { scope: 'register:write', summary: 'Declare a recipient', answer: RecipientAckDto })
  async declare(@Body() body: DataRecipientDto, @Ctx() context: CommandContext): Promise<RecipientAckDto> {
    const recipientId = allocatedId(context.commandId, 'recipient');
    const data = await this.proposalOf(recipientId, body, context);
    const outcome = await this.bus.execute<DeclareRecipientCommand, Outcome>(
      new DeclareRecipientCommand({ type: 'DeclareRecipient', data }, context),
    );
    return { ...this.tokens.ack(outcome), recipientId };
  }

  @LedgerPut(':recipientId', {
    scope: 'register:write',
    summary: 'Describe a recipient anew',
    ifMatch: true,
    answer: RecipientAckDto,
  })
  async revise(
    @UuidParam('recipientId') recipientId: string,
    @Body() body: DataRecipientDto,
    @IfMatchRevision() ifRevision: bigint,
    @Ctx() context: CommandContext,
  ): Promise<RecipientAckDto> {
    const data = { ...(await this.proposalOf(recipientId, body, context)), ifRevision };
    const outcome = await this.bus.execute<ReviseRecipientCommand, Outcome>(
      new ReviseRecipientCommand({ type: 'ReviseRecipient', data }, context),
    );
    return { ...this.tokens.ack(outcome), recipientId };
  }

  @LedgerPost(':recipientId/retire', {
    scope: 'register:write',
    summary: 'Say that nothing is disclosed to it any more; it is told of erasures as before',
    answer: RecipientAckDto,
  })
  async retire(
    @UuidParam('recipientId') recipientId: string,
    @Body() { reason, occurredAt }: RetireRecipientDto,
    @Ctx() context: CommandContext,
  ): Promise<RecipientAckDto> {
    const data = { recipientId, reason, occurredAt: occurredAt ?? context.now };
    const outcome = await this.bus.execute<RetireRecipientCommand, Outcome>(
      new RetireRecipientCommand({ type: 'RetireRecipient', data }, context),
    );
    return { ...this.tokens.ack(outcome), recipientId };
  }

  @LedgerGet(':recipientId', {
    scope: 'register:read',
    summary: 'A recipient as it is described now',
    answer: DataRecipientViewDto,
  })
  async one(
    @UuidParam('recipientId') recipientId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DataRecipientViewDto> {
    const { state, revision } = await this.reader.fold(recipientDecider, recipientStream(recipientId));
    const standing = standingDescription(state.descriptions);
    if (standing === undefined || revision === undefined) throw new Problem('not-found');
    void reply.header('etag', entityTag(revision));
    const { occurredAt, ...recipient } = standing;
    const ending = state.ending && { reason: state.ending.reason, occurredAt: state.ending.occurredAt };
    return defined({ ...recipient, describedAt: occurredAt, ending, revision: Number(revision) });
  }

  @LedgerGet('', { scope: 'register:read', summary: 'Recipients by name', answer: RecipientPageDto })
  async list(@Query() query: PageQuery, @MinToken('recipients') _: string | undefined) {
    const { items, ...rest } = await this.lists.recipients(query);
    const views = items.map(({ data, describedAt, retiredAt, retirement, revision }) => ({
      ...data,
      describedAt: describedAt.toISOString(),
      ...(retiredAt && { ending: { reason: retirement, occurredAt: retiredAt.toISOString() } }),
      revision: Number(revision),
    }));
    return { items: views, ...rest };
  }

  private async proposalOf(
    recipientId: string,
    { occurredAt, identifiesBy, ...described }: DataRecipientDto,
    { now }: CommandContext,
  ): Promise<RecipientProposal> {
    const recipient = { recipientId, ...described, identifiesBy: defined({ ...identifiesBy }) };
    refuseOversized(recipient);
    const { purposeIds } = recipient;
    const knownPurposeIds = purposeIds === 'all' ? [] : await this.facts.knownPurposes(purposeIds);
    return { recipient, occurredAt: occurredAt ?? now, knownPurposeIds };
  }
}
