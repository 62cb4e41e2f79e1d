import { Injectable } from '@nestjs/common';
import { allocatedId, Rejection } from '#kernel';
import type { CommandContext } from '#runtime';
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

/** What became of a row. */
export type RowOutcome = RelationshipRecorded | { readonly declined: Rejection };

/** People about whom facts are recorded at the same time. */
const PARALLEL_SUBJECTS = 8;

/** Facts about many people in one request. */
@Injectable()
export class RelationshipBatch {
  constructor(private readonly events: RelationshipEvents) {}

  /**
   * For each row, in order, what became of it. A row that is declined stops no other; nor does one that failed, whose
   * failure is thrown when all others have come to their end: a retry then completes the batch. Rows about one person
   * are recorded in their order.
   */
  async record(rows: readonly RelationshipRow[], context: CommandContext): Promise<readonly RowOutcome[]> {
    const outcomes = new Map<number, RowOutcome>();
    const failures: unknown[] = [];
    const people = byPerson(rows).values();
    const work = async (): Promise<void> => {
      for (const theirs of people) {
        for (const { row, index } of theirs) {
          await this.recordRow(row, index, context).then(
            (outcome) => outcomes.set(index, outcome),
            (error: unknown) => failures.push(error),
          );
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_SUBJECTS }, work));
    if (failures.length > 0) throw failures[0];
    return rows.flatMap((_, index) => outcomes.get(index) ?? []);
  }

  /** Each row is a command of its own, derived from the batch's, so that a retry finds each where it stands. */
  private async recordRow(
    { subjectId, input }: RelationshipRow,
    index: number,
    context: CommandContext,
  ): Promise<RowOutcome> {
    const own = { ...context, commandId: allocatedId(context.commandId, `row ${String(index)}`) };
    try {
      const recorded = await this.events.record(subjectId, input, own);
      if (recorded.outcome.events.length > 0) return recorded;
      // A repetition of a batch whose kept answer is gone with somebody's erasure: this row was declined then.
      return { declined: new Rejection('subject-unknown') };
    } catch (error) {
      if (error instanceof Rejection) return { declined: error };
      throw error;
    }
  }
}

interface PlacedRow {
  readonly row: RelationshipRow;
  readonly index: number;
}

function byPerson(rows: readonly RelationshipRow[]): readonly (readonly PlacedRow[])[] {
  const people = new Map<string, PlacedRow[]>();
  for (const [index, row] of rows.entries()) {
    const theirs = people.get(row.subjectId);
    if (theirs === undefined) people.set(row.subjectId, [{ row, index }]);
    else theirs.push({ row, index });
  }
  return [...people.values()];
}
