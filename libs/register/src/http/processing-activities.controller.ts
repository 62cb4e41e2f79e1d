import { Body, Controller, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Ctx, entityTag, IfMatchRevision, LedgerGet, LedgerPost, LedgerPut, Problem, UuidParam } from '#http';
import { LedgerReader, Tokens, type CommandContext, type Outcome } from '#runtime';
import { refuseOversized } from '../application/fact-size.js';
import { RegisterFacts } from '../application/register-facts.js';
import {
  RecordProcessingActivityCommand,
  RetireProcessingActivityCommand,
  ReviseProcessingActivityCommand,
} from '../application/register.commands.js';
import { activityStream } from '../contract.js';
import { activityDecider, type ActivityProposal } from '../domain/activity.decider.js';
import { idOfCode } from '../domain/code-identity.js';
import { standingDescription } from '../domain/described.js';
import {
  ActivityAckDto,
  ProcessingActivityDto,
  ProcessingActivityViewDto,
  RetireActivityDto,
} from './processing-activity.dto.js';

/** Lines of the register of processing activities (Art. 30). */
@Controller('v1/processing-activities')
export class ProcessingActivitiesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RegisterFacts,
    private readonly tokens: Tokens,
    private readonly reader: LedgerReader,
  ) {}

  @LedgerPost('', {
    scope: 'register:write',
    summary: 'Enter a line in the register',
    answer: ActivityAckDto,
    otherAnswers: { 200: { description: 'Entered already, word for word.', answer: ActivityAckDto } },
  })
  async record(
    @Body() body: ProcessingActivityDto,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ActivityAckDto> {
    const activityId = idOfCode('activity', body.reference);
    const data = await this.proposalOf(activityId, body, context);
    const outcome = await this.bus.execute<RecordProcessingActivityCommand, Outcome>(
      new RecordProcessingActivityCommand({ type: 'RecordProcessingActivity', data }, context),
    );
    if (outcome.events.length === 0) void reply.status(200);
    return { ...this.tokens.ack(outcome), activityId };
  }

  @LedgerPut(':activityId', {
    scope: 'register:write',
    summary: 'Describe a line anew; the former one stays readable for its time',
    ifMatch: true,
    answer: ActivityAckDto,
  })
  async revise(
    @UuidParam('activityId') activityId: string,
    @Body() body: ProcessingActivityDto,
    @IfMatchRevision() ifRevision: bigint,
    @Ctx() context: CommandContext,
  ): Promise<ActivityAckDto> {
    const data = { ...(await this.proposalOf(activityId, body, context)), ifRevision };
    const outcome = await this.bus.execute<ReviseProcessingActivityCommand, Outcome>(
      new ReviseProcessingActivityCommand({ type: 'ReviseProcessingActivity', data }, context),
    );
    return { ...this.tokens.ack(outcome), activityId };
  }

  @LedgerPost(':activityId/retire', {
    scope: 'register:write',
    summary: 'Mark a line as ended; it is never deleted',
    answer: ActivityAckDto,
  })
  async retire(
    @UuidParam('activityId') activityId: string,
    @Body() { reason, endedOn, occurredAt }: RetireActivityDto,
    @Ctx() context: CommandContext,
  ): Promise<ActivityAckDto> {
    const data = { activityId, reason, endedOn, occurredAt: occurredAt ?? context.now };
    const outcome = await this.bus.execute<RetireProcessingActivityCommand, Outcome>(
      new RetireProcessingActivityCommand({ type: 'RetireProcessingActivity', data }, context),
    );
    return { ...this.tokens.ack(outcome), activityId };
  }

  @LedgerGet(':activityId', {
    scope: 'register:read',
    summary: 'A line as it is described now',
    answer: ProcessingActivityViewDto,
  })
  async one(
    @UuidParam('activityId') activityId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProcessingActivityViewDto> {
    const { state, revision } = await this.reader.fold(activityDecider, activityStream(activityId));
    const standing = standingDescription(state.descriptions);
    if (standing === undefined || revision === undefined) throw new Problem('not-found');
    void reply.header('etag', entityTag(revision));
    const { occurredAt, ...activity } = standing;
    const { ending } = state;
    return {
      ...activity,
      describedAt: occurredAt,
      ...(ending && { ending: { reason: ending.reason, endedOn: ending.endedOn } }),
      revision: Number(revision),
    };
  }

  private async proposalOf(
    activityId: string,
    { occurredAt, ...described }: ProcessingActivityDto,
    { now }: CommandContext,
  ): Promise<ActivityProposal> {
    const activity = { activityId, ...described };
    refuseOversized(activity);
    const { controllerId, jointControllerIds, purposeIds } = activity;
    const named = [...(controllerId === undefined ? [] : [controllerId]), ...jointControllerIds];
    const [knownControllers, purposes] = await Promise.all([
      this.facts.knownControllers(named),
      this.facts.purposes(purposeIds),
    ]);
    const facts = { knownControllers, knownPurposes: purposes.map(({ purposeId }) => purposeId) };
    return { activity, occurredAt: occurredAt ?? now, facts };
  }
}
