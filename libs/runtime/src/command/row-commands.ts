import { allocatedId, Rejection, type Uuid } from '#kernel';
import type { CommandContext } from './command-context.js';

/** What became of a row of a batch. */
export type RowOutcome<R> = R | { readonly declined: Rejection };

/** People about whom rows are recorded at the same time. */
const PARALLEL_SUBJECTS = 8;

/**
 * Records the rows of a batch; for each, in order, what became of it. A row that is declined stops no other; nor does
 * one that failed, whose failure is thrown when all others have come to their end: a retry then completes the batch.
 * Rows about one person are recorded in their order; the people of `first` come before all others. Each row is a command
 * of its own, derived from the batch's, so that a retry finds each where it stands.
 */
export async function recordRows<Row extends { readonly subjectId: Uuid }, R>(
  rows: readonly Row[],
  context: CommandContext,
  record: (row: Row, own: CommandContext) => Promise<R>,
  first: readonly Row[] = [],
): Promise<readonly RowOutcome<R>[]> {
  const outcomes = new Map<number, RowOutcome<R>>();
  const failures: unknown[] = [];
  const people = byPerson(rows, first).values();
  const work = async (): Promise<void> => {
    for (const theirs of people) {
      for (const { row, index } of theirs) {
        const own = { ...context, commandId: allocatedId(context.commandId, `row ${String(index)}`) };
        await orDeclined(record(row, own)).then(
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

async function orDeclined<R>(recorded: Promise<R>): Promise<RowOutcome<R>> {
  try {
    return await recorded;
  } catch (error) {
    if (error instanceof Rejection) return { declined: error };
    throw error;
  }
}

interface PlacedRow<Row> {
  readonly row: Row;
  readonly index: number;
}

function byPerson<Row extends { readonly subjectId: Uuid }>(
  rows: readonly Row[],
  first: readonly Row[],
): readonly (readonly PlacedRow<Row>[])[] {
  const people = new Map<Uuid, PlacedRow<Row>[]>();
  for (const { subjectId } of [...first, ...rows]) people.set(subjectId, []);
  for (const [index, row] of rows.entries()) people.get(row.subjectId)?.push({ row, index });
  return [...people.values()];
}
