import type { Uuid } from '#kernel';
import type { RowOutcome } from '#runtime';
import type { UiLanguage } from './problem-type.js';
import { rowProblem, type RowProblemDto } from './row-problem.js';

/** What became of one row of a batch: what its record tells, or why it was declined. */
export type RowAnswer<T> =
  | ({ readonly subjectId: Uuid; readonly recorded: true } & T)
  | { readonly subjectId: Uuid; readonly recorded: false; readonly problem: RowProblemDto };

/**
 * Answers a batch row by row, in its order. `member`: pointer of the list in the request, such as `/events`; `tell`: what
 * a record says beside whom it is about.
 */
export function rowAnswers<R extends object, T extends object>(
  wanted: readonly { readonly subjectId: Uuid }[],
  outcomes: readonly RowOutcome<R>[],
  {
    member,
    language,
    tell,
  }: { readonly member: string; readonly language: UiLanguage; readonly tell: (recorded: R) => T },
): RowAnswer<T>[] {
  return outcomes.map((outcome, index) => {
    const { subjectId = '' } = wanted[index] ?? {};
    if (!('declined' in outcome)) return { subjectId, recorded: true, ...tell(outcome) };
    const problem = rowProblem(outcome.declined, `${member}/${String(index)}`, language);
    return { subjectId, recorded: false, problem };
  });
}
