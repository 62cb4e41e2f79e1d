import type { Instant, Uuid } from '#kernel';
import type { KeyDatabase, Queryable } from '../database/key-database.js';
import { toBase64Url } from '../envelope/encoding.js';
import { lockSubject } from './subject-lock.js';

/**
 * What is destroyed of a scope: its name alone closes it for ever, also if it never had a key; with a generation, only
 * keys up to it die and a younger one lives on (the erasure of one value, or a retention period that has ended).
 */
export type ScopeToDestroy = string | { readonly scope: string; readonly throughGeneration: number };

/** An order that already stands in the ledger as `KeyDestructionStarted`. */
export interface DestroyKeys {
  readonly subjectId: Uuid;
  readonly scopes: readonly ScopeToDestroy[];
  readonly erasureId: Uuid;
}

/** A key that is no more. `fp` is base64url. */
export interface DestroyedKey {
  readonly kid: string;
  readonly generation: number;
  readonly fp: string;
  readonly stream: string;
}

/** What this erasure destroyed in one scope: the content of `SubjectKeyDestroyed`. */
export interface DestroyedScope {
  readonly scope: string;
  /** No generation up to this one can ever live again; 0 if there was none. */
  readonly throughGeneration: number;
  readonly keys: readonly DestroyedKey[];
  readonly destroyedAt: Instant;
}

interface ShreddedRow {
  readonly kid: string;
  readonly gen: number;
  readonly fp: Buffer;
  readonly stream: string;
  readonly erased_at: Date;
}

interface FenceRow {
  readonly erased_through_gen: number;
  readonly erased_at: Date;
}

/**
 * Fences and shreds in one transaction under the person's row lock, so it is done or not done and no provision can
 * slip past (`evidence.md` §3, rule 2). Idempotent per erasure.
 */
export class KeyDestruction {
  constructor(private readonly db: KeyDatabase) {}

  async destroy({ subjectId, scopes, erasureId }: DestroyKeys): Promise<DestroyedScope[]> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, subjectId);
      const destroyed: DestroyedScope[] = [];
      for (const target of scopes) destroyed.push(await destroyScope(tx, subjectId, target, erasureId));
      return destroyed;
    });
  }
}

/** Fences and shreds one scope of a person whose row is locked. */
export async function destroyScope(
  tx: Queryable,
  subjectId: Uuid,
  target: ScopeToDestroy,
  erasureId: Uuid,
): Promise<DestroyedScope> {
  const scope = typeof target === 'string' ? target : target.scope;
  const limit = typeof target === 'string' ? undefined : target.throughGeneration;
  await shred(tx, subjectId, scope, limit, erasureId);
  const fence = await raiseFence(tx, subjectId, scope, limit, erasureId);
  const keys = await tx.query<ShreddedRow>(
    `SELECT kid, gen, fp, stream, erased_at FROM ks.subject_key
      WHERE subject_ref = $1 AND scope = $2 AND erasure_id = $3 ORDER BY gen`,
    [subjectId, scope, erasureId],
  );
  const newest = keys.at(-1);
  return {
    scope,
    throughGeneration: newest?.gen ?? limit ?? fence.erased_through_gen,
    keys: keys.map(({ kid, gen, fp, stream }) => ({ kid, generation: gen, fp: toBase64Url(fp), stream })),
    destroyedAt: (newest?.erased_at ?? fence.erased_at).toISOString(),
  };
}

async function shred(
  tx: Queryable,
  subjectId: Uuid,
  scope: string,
  limit: number | undefined,
  erasureId: Uuid,
): Promise<void> {
  await tx.query(
    `WITH dead AS (
       UPDATE ks.subject_key SET state = 'shredded', wrapped_dek = NULL, erased_at = now(), erasure_id = $4
        WHERE subject_ref = $1 AND scope = $2 AND gen <= coalesce($3::integer, gen)
          AND (state <> 'shredded' OR erasure_id IS NULL)
        RETURNING fp)
     INSERT INTO ks.fenced_fp (fp, subject_ref, scope) SELECT fp, $1, $2 FROM dead ON CONFLICT DO NOTHING`,
    [subjectId, scope, limit ?? null, erasureId],
  );
}

async function raiseFence(
  tx: Queryable,
  subjectId: Uuid,
  scope: string,
  limit: number | undefined,
  erasureId: Uuid,
): Promise<FenceRow> {
  const [fence] = await tx.query<FenceRow>(
    `INSERT INTO ks.subject_fence AS f (subject_ref, scope, erased_through_gen, closed, fps, erasure_id, erased_at)
     SELECT $1, $2, coalesce($3::integer, max(k.gen), 0), $3::integer IS NULL,
            coalesce(array_agg(k.fp ORDER BY k.gen) FILTER (WHERE k.state = 'shredded'), '{}'), $4, now()
       FROM ks.subject_key k WHERE k.subject_ref = $1 AND k.scope = $2
     ON CONFLICT (subject_ref, scope) DO UPDATE SET
       erased_through_gen = greatest(f.erased_through_gen, excluded.erased_through_gen),
       closed = f.closed OR excluded.closed,
       fps = ARRAY(SELECT DISTINCT unnest(f.fps || excluded.fps)),
       erasure_id = CASE WHEN f.closed THEN f.erasure_id ELSE excluded.erasure_id END,
       erased_at = CASE WHEN f.closed OR (f.erasure_id = excluded.erasure_id AND f.closed = excluded.closed)
                        THEN f.erased_at ELSE excluded.erased_at END
     RETURNING f.erased_through_gen, f.erased_at`,
    [subjectId, scope, limit ?? null, erasureId],
  );
  if (fence === undefined) throw new Error('the fence row was not returned');
  return fence;
}
