import { Body, Controller } from '@nestjs/common';
import { concerning, Ctx, Lang, LedgerPost, rowAnswers, UuidParam, type UiLanguage } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { GivingInformation, type InformationInput } from '../application/giving-information.js';
import {
  NoticeDeliveredAckDto,
  NoticeDeliveredDto,
  NoticesDeliveredAnswerDto,
  NoticesDeliveredDto,
} from './information.dto.js';

/** Proof that people were informed of the processing of their data (Art. 13, 14). */
@Controller('v1')
export class InformationController {
  constructor(
    private readonly information: GivingInformation,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('subjects/:subjectId/notices-delivered', {
    scope: 'information:write',
    summary: 'Record that a person was informed (Art. 13, 14)',
    answer: NoticeDeliveredAckDto,
  })
  async record(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: NoticeDeliveredDto,
    @Ctx() context: CommandContext,
  ): Promise<NoticeDeliveredAckDto> {
    const { informationId, outcome } = await this.information.record(
      subjectId,
      inputOf(body, context),
      context,
    );
    return { ...this.tokens.ack(outcome), informationId };
  }

  @LedgerPost('notices-delivered', {
    scope: 'information:write',
    summary: 'Record that many people were informed',
    description:
      'Answers row by row: what is declined stops no other row. A row of the wrong shape is a fault of the request.',
    status: 200,
    answer: NoticesDeliveredAnswerDto,
  })
  async recordAll(
    @Body() { deliveries }: NoticesDeliveredDto,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
  ): Promise<NoticesDeliveredAnswerDto> {
    const wanted = deliveries.map(({ subjectId, ...fact }) => ({ subjectId, input: inputOf(fact, context) }));
    const outcomes = await this.information.recordAll(wanted, context);
    const rows = rowAnswers(wanted, outcomes, {
      ...{ member: '/deliveries', language },
      tell: ({ informationId, outcome }) => ({ informationId, token: this.tokens.ofOutcome(outcome) }),
    });
    const appended = rows.filter(({ recorded }) => recorded).length;
    return concerning(
      wanted.map(({ subjectId }) => subjectId),
      { appended, declined: rows.length - appended, rows },
    );
  }
}

function inputOf(body: NoticeDeliveredDto, { now }: CommandContext): InformationInput {
  const { controllerId, article, notice, means, contactPointId, evidence, occurredAt = now } = body;
  return defined({
    ...{ controllerId, article, notice: { ...notice }, means, contactPointId, occurredAt },
    evidence: evidence && defined({ ...evidence }),
  });
}
