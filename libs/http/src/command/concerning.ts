import type { Uuid } from '#kernel';

/**
 * Tells the command log whose erasure blanks the row of this answer, without telling the client: JSON does not show
 * the member. For answers that are about people whom neither path nor answer names.
 */
export function concerning<T extends object>(subjectIds: readonly Uuid[], answer: T): T {
  return Object.defineProperty(answer, 'subjectIds', { value: subjectIds, enumerable: false });
}
