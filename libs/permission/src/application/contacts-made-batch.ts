import { Injectable } from '@nestjs/common';
import { allocatedId, Rejection } from '#kernel';
import type { CommandContext } from '#runtime';
import { ContactsMade, type MadeContact, type RecordedContact } from './contacts-made.js';

/** What became of a row. */
export type RowOutcome = RecordedContact | { readonly declined: Rejection };

/** People about whom contacts are recorded at the same time. */
const PARALLEL_SUBJECTS = 8;

/** The contacts of a campaign or of a day's calls in one request. */
@Injectable()
export class ContactsMadeBatch {
  constructor(private readonly contacts: ContactsMade) {}

  /**
   * For each row, in order, what became of it. A row that is declined stops no other; nor does one that failed, whose
   * failure is thrown when all others have come to their end: a retry then completes the batch. People who asked to
   * stop come first; the rows about one person are recorded in their order.
   */
  async record(rows: readonly MadeContact[], context: CommandContext): Promise<readonly RowOutcome[]> {
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
  private async recordRow(row: MadeContact, index: number, context: CommandContext): Promise<RowOutcome> {
    const own = { ...context, commandId: allocatedId(context.commandId, `row ${String(index)}`) };
    try {
      return await this.contacts.record(row, own);
    } catch (error) {
      if (error instanceof Rejection) return { declined: error };
      throw error;
    }
  }
}

interface PlacedRow {
  readonly row: MadeContact;
  readonly index: number;
}

/** Each person's rows in their order; the people who asked to stop first. */
function byPerson(rows: readonly MadeContact[]): readonly (readonly PlacedRow[])[] {
  const people = new Map<string, PlacedRow[]>();
  const stops = rows.filter(({ outcome }) => outcome === 'asked-to-stop');
  for (const { subjectId } of [...stops, ...rows]) people.set(subjectId, []);
  for (const [index, row] of rows.entries()) people.get(row.subjectId)?.push({ row, index });
  return [...people.values()];
}
