import type { JsonObject } from '#kernel';

/** A wrapped key as a rotation reads it. */
export interface StoredKey {
  readonly id: string;
  /** What its wrapping is bound to, besides the key-encryption key. */
  readonly owner: JsonObject;
  readonly wrapped: Buffer;
  readonly fp: Buffer;
}

/** A table that holds wrapped keys, as the statements that a rotation needs. */
export interface WrappedTable {
  /** (kekId, after id, limit): living keys under an epoch, in order of id. */
  readonly page: string;
  /** (kekId, ids): those that stand under this epoch. */
  readonly read: string;
  /** (old kekId, new kekId, ids, wrapped): replaces those that are still alive under the old epoch. */
  readonly replace: string;
}

const SUBJECT_KEY = `SELECT kid AS id, wrapped_dek AS wrapped, fp,
    json_build_object('kid', kid, 'subject_ref', subject_ref, 'scope', scope, 'gen', gen) AS owner
  FROM ks.subject_key WHERE kek_id = $1 AND wrapped_dek IS NOT NULL`;

const NAMED_ID = `(name || '/' || version)`;
const NAMED_KEY = `SELECT ${NAMED_ID} AS id, wrapped_key AS wrapped, fp,
    json_build_object('name', name, 'version', version) AS owner
  FROM ks.named_key WHERE kek_id = $1`;

/** Every table with wrapped keys. A new one must be added here, or its keys die with the epoch. */
export const wrappedTables: readonly WrappedTable[] = [
  {
    page: `${SUBJECT_KEY} AND kid > $2 ORDER BY kid LIMIT $3`,
    read: `${SUBJECT_KEY} AND kid = ANY($2)`,
    replace: `UPDATE ks.subject_key k SET wrapped_dek = n.wrapped, kek_id = $2
      FROM unnest($3::text[], $4::bytea[]) AS n(id, wrapped)
      WHERE k.kid = n.id AND k.kek_id = $1 AND k.wrapped_dek IS NOT NULL`,
  },
  {
    page: `${NAMED_KEY} AND ${NAMED_ID} > $2 ORDER BY 1 LIMIT $3`,
    read: `${NAMED_KEY} AND ${NAMED_ID} = ANY($2)`,
    replace: `UPDATE ks.named_key k SET wrapped_key = n.wrapped, kek_id = $2
      FROM unnest($3::text[], $4::bytea[]) AS n(id, wrapped)
      WHERE k.name || '/' || k.version = n.id AND k.kek_id = $1`,
  },
];
