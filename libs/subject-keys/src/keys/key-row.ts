import type { Instant, JsonObject, Uuid } from '#kernel';
import { toBase64Url } from '../envelope/encoding.js';

/** Life of a data key: it seals only while `active`, opens until `shredded`, and never comes back. */
export type KeyState = 'pending' | 'active' | 'retired' | 'shredded';

/** What may be told about a data key: everything but the key. `fp` is base64url. */
export interface KeyInfo {
  readonly kid: string;
  readonly subjectId: Uuid;
  readonly scope: string;
  readonly generation: number;
  readonly state: KeyState;
  readonly alg: string;
  readonly fp: string;
  /** The personal stream of this generation. */
  readonly stream: string;
  readonly createdAt: Instant;
  readonly erasedAt?: Instant;
  readonly erasureId?: Uuid;
}

/** A row of `ks.subject_key`. */
export interface KeyRow {
  readonly kid: string;
  readonly subject_ref: Uuid;
  readonly scope: string;
  readonly gen: number;
  readonly state: KeyState;
  readonly stream: string;
  readonly alg: string;
  readonly kek_id: string | null;
  readonly wrapped_dek: Buffer | null;
  readonly fp: Buffer;
  readonly created_at: Date;
  readonly erased_at: Date | null;
  readonly erasure_id: Uuid | null;
}

/** The columns of a {@link KeyRow}, for an alias `k`. */
export const KEY_COLUMNS = `k.kid, k.subject_ref, k.scope, k.gen, k.state, k.stream, k.alg, k.kek_id, k.wrapped_dek,
  k.fp, k.created_at, k.erased_at, k.erasure_id`;

/** True where a key alias `k` may not live: its fingerprint or its generation stands behind a fence. */
export const IS_FENCED = `(EXISTS (SELECT FROM ks.fenced_fp ff WHERE ff.fp = k.fp)
  OR EXISTS (SELECT FROM ks.subject_fence sf WHERE sf.subject_ref = k.subject_ref AND sf.scope = k.scope
               AND (sf.closed OR k.gen <= sf.erased_through_gen)))`;

/** What the wrapping of a data key is bound to, besides its key-encryption key: nobody can swap rows. */
export function ownerOf(row: Pick<KeyRow, 'kid' | 'subject_ref' | 'scope' | 'gen'>): JsonObject {
  return { kid: row.kid, subject_ref: row.subject_ref, scope: row.scope, gen: row.gen };
}

/** The row without the key. */
export function infoOf(row: KeyRow): KeyInfo {
  return {
    kid: row.kid,
    subjectId: row.subject_ref,
    scope: row.scope,
    generation: row.gen,
    state: row.state,
    alg: row.alg,
    fp: toBase64Url(row.fp),
    stream: row.stream,
    createdAt: row.created_at.toISOString(),
    ...(row.erased_at === null ? {} : { erasedAt: row.erased_at.toISOString() }),
    ...(row.erasure_id === null ? {} : { erasureId: row.erasure_id }),
  };
}
