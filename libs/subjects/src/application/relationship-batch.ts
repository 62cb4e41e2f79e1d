import { Injectable } from '@nestjs/common';
import { Rejection } from '#kernel';
import { recordRows, type CommandContext, type RowOutcome } from '#runtime';
import {
  RelationshipEvents,
  type RelationshipInput,
  type RelationshipRecorded,
} from './relationship-events.js';

/** One row of a batch. */
export interface RelationshipRow {
  readonly subjectId: string;
  readonly input: RelationshipInput;
}

/** Facts about many people in one request. */
@Injectable()
export class RelationshipBatch {
  constructor(private readonly events: RelationshipEvents) {}

  /** As `recordRows`. */
  record(
    rows: readonly RelationshipRow[],
    context: CommandContext,
  ): Promise<readonly RowOutcome<RelationshipRecorded>[]> {
    return recordRows(rows, context, async ({ subjectId, input }, own) => {
      const recorded = await this.events.record(subjectId, input, own);
      if (recorded.outcome.events.length > 0) return recorded;
      // A repetition of a batch whose kept answer is gone with somebody's erasure: this row was declined then.
      throw new Rejection('subject-unknown');
    });
  }
}
