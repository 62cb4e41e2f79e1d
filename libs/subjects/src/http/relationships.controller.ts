import { Body, Controller } from '@nestjs/common';
import { concerning, Ctx, Lang, LedgerPost, rowAnswers, UuidParam, type UiLanguage } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { RelationshipBatch } from '../application/relationship-batch.js';
import { RelationshipEvents, type RelationshipInput } from '../application/relationship-events.js';
import {
  RecordRelationshipEventDto,
  RecordRelationshipEventsDto,
  RelationshipEventRecordedDto,
  RelationshipEventsAnswerDto,
} from './relationships.dto.js';

/** What happens between people and data controllers: what soft opt-in and retention rest on. */
@Controller('v1')
export class RelationshipsController {
  constructor(
    private readonly events: RelationshipEvents,
    private readonly batch: RelationshipBatch,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('subjects/:subjectId/relationship-events', {
    scope: 'relationships:write',
    summary: 'Record a sale, a contract or a step of the person towards one',
    answer: RelationshipEventRecordedDto,
  })
  async record(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RecordRelationshipEventDto,
    @Ctx() context: CommandContext,
  ): Promise<RelationshipEventRecordedDto> {
    const { relationshipEventId, outcome } = await this.events.record(
      subjectId,
      inputOf(body, context),
      context,
    );
    return { ...this.tokens.ack(outcome), relationshipEventId };
  }

  @LedgerPost('relationship-events', {
    scope: 'relationships:write',
    summary: 'Record such events of many people',
    description:
      'Answers row by row: what is declined stops no other row. A row of the wrong shape is a fault of the request.',
    status: 200,
    answer: RelationshipEventsAnswerDto,
  })
  async recordAll(
    @Body() { events }: RecordRelationshipEventsDto,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
  ): Promise<RelationshipEventsAnswerDto> {
    const wanted = events.map(({ subjectId, ...fact }) => ({ subjectId, input: inputOf(fact, context) }));
    const outcomes = await this.batch.record(wanted, context);
    const rows = rowAnswers(wanted, outcomes, {
      ...{ member: '/events', language },
      tell: ({ relationshipEventId, outcome }) => ({
        relationshipEventId,
        token: this.tokens.ofOutcome(outcome),
      }),
    });
    const appended = rows.filter(({ recorded }) => recorded).length;
    return concerning(
      wanted.map(({ subjectId }) => subjectId),
      { appended, declined: rows.length - appended, rows },
    );
  }
}

function inputOf(body: RecordRelationshipEventDto, { now }: CommandContext): RelationshipInput {
  const { kind, controllerId, productCategories, contractId, contactCollection, source, evidence } = body;
  return defined({
    ...{ kind, controllerId, productCategories, contractId, source },
    contactCollection:
      contactCollection &&
      defined({ ...contactCollection, form: contactCollection.form && { ...contactCollection.form } }),
    evidence: evidence && defined({ ...evidence }),
    occurredAt: body.occurredAt ?? now,
  });
}
