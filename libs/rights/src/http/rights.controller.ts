import { Body, Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AckDto, Ctx, LedgerPost, UuidParam } from '#http';
import { allocatedId, defined } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { Objections } from '../application/objections.js';
import { Statements } from '../application/statements.js';
import {
  LiftRestrictionCommand,
  NotifyRestrictionLiftCommand,
  RestrictProcessingCommand,
} from '../application/rights.commands.js';
import {
  LiftDto,
  LiftNoticeDto,
  ObjectionRaisedDto,
  RaiseObjectionDto,
  RestrictDto,
  RestrictedDto,
} from './rights.dto.js';

/** Objections and restrictions of one data subject. */
@Controller('v1/subjects/:subjectId')
export class RightsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly objections: Objections,
    private readonly statements: Statements,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('objections', {
    scope: 'rights:write',
    summary: 'Record an objection (Art. 21); to marketing it is absolute',
    isNo: true,
    answer: ObjectionRaisedDto,
  })
  async object(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RaiseObjectionDto,
    @Ctx() context: CommandContext,
  ): Promise<ObjectionRaisedDto> {
    const { purposeId, occurredAt = context.now, ...rest } = body;
    const raised = await this.objections.raise(
      subjectId,
      defined({ ...rest, purpose: purposeId, occurredAt }),
      context,
    );
    return { ...this.tokens.ack(raised.outcome), objectionId: raised.objectionId };
  }

  @LedgerPost('restrictions', {
    scope: 'restrictions:write',
    summary: 'Limit processing to storage (Art. 18)',
    answer: RestrictedDto,
  })
  async restrict(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RestrictDto,
    @Ctx() context: CommandContext,
  ): Promise<RestrictedDto> {
    const { ground, purposeIds, initiator, source, requestId, occurredAt = context.now } = body;
    const restrictionId = allocatedId(context.commandId, 'restriction');
    const statement = await this.statements.seal(subjectId, body.statement, context);
    const data = defined({
      restrictionId,
      subjectId,
      ground,
      purposeIds,
      initiator,
      source,
      requestId,
      occurredAt,
      statement,
    });
    const outcome = await this.bus.execute<RestrictProcessingCommand, Outcome>(
      new RestrictProcessingCommand({ type: 'RestrictProcessing', data }, context),
    );
    return { ...this.tokens.ack(outcome), restrictionId };
  }

  @LedgerPost('restrictions/:restrictionId/lift-notices', {
    scope: 'restrictions:write',
    summary: 'Record that the person was told before the lifting (Art. 18(3))',
    answer: AckDto,
  })
  async notify(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('restrictionId') restrictionId: string,
    @Body() { means, notifiedAt }: LiftNoticeDto,
    @Ctx() context: CommandContext,
  ) {
    const data = { restrictionId, subjectId, means, notifiedAt: notifiedAt ?? context.now };
    return this.tokens.ack(
      await this.bus.execute<NotifyRestrictionLiftCommand, Outcome>(
        new NotifyRestrictionLiftCommand({ type: 'NotifyRestrictionLift', data }, context),
      ),
    );
  }

  @LedgerPost('restrictions/:restrictionId/lift', {
    scope: 'restrictions:write',
    summary: 'Lift a restriction, after notice to the person',
    answer: AckDto,
  })
  async lift(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('restrictionId') restrictionId: string,
    @Body() { reason, occurredAt }: LiftDto,
    @Ctx() context: CommandContext,
  ) {
    const data = { restrictionId, subjectId, reason, occurredAt: occurredAt ?? context.now };
    return this.tokens.ack(
      await this.bus.execute<LiftRestrictionCommand, Outcome>(
        new LiftRestrictionCommand({ type: 'LiftRestriction', data }, context),
      ),
    );
  }
}
