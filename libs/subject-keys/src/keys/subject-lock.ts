import type { Uuid } from '#kernel';
import type { Queryable } from '../database/key-database.js';
import { SubjectErased } from '../errors.js';

/** Takes the row lock under which everything about one person's keys and claims happens, until the transaction ends. */
export async function lockSubject(tx: Queryable, subjectId: Uuid): Promise<void> {
  await tx.query('INSERT INTO ks.subject (ref) VALUES ($1) ON CONFLICT DO NOTHING', [subjectId]);
  await tx.query('SELECT 1 FROM ks.subject WHERE ref = $1 FOR UPDATE', [subjectId]);
}

/** Throws {@link SubjectErased} if the person's scope is closed. Answers the generation through which it is erased. */
export async function assertNotFenced(tx: Queryable, subjectId: Uuid, scope: string): Promise<number> {
  const [fence] = await tx.query<{ closed: boolean; erased_through_gen: number }>(
    'SELECT closed, erased_through_gen FROM ks.subject_fence WHERE subject_ref = $1 AND scope = $2',
    [subjectId, scope],
  );
  if (fence?.closed === true) throw new SubjectErased(subjectId, scope);
  return fence?.erased_through_gen ?? 0;
}
