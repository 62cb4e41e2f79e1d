import { canonicalJson, type Day, type Uuid } from '#kernel';
import type { ContactValue } from '../claims/blind-index.js';
import type { KeyDatabase, Queryable } from '../database/key-database.js';
import { lockSubject } from '../keys/subject-lock.js';
import { hmacSha256, type NamedKey, type NamedKeys } from '../named/named-keys.js';
import type { ReconcileGate } from '../reconcile-gate.js';

/** A retention scope that outlives the person's addresses. */
export interface ArchivedScope {
  readonly scope: string;
  /** From this day on there is no ground to keep it. */
  readonly until: Day;
}

/** Somebody of whom proof is retained. */
export interface ArchivedSubject {
  readonly subjectId: Uuid;
  /** The day on which the last of it goes. */
  readonly until: Day;
}

/** Of its own: who knows a claim's HMAC, for example from an old backup, can tell nothing of an entry here. */
const KEY_NAME = 'archive-index';

/**
 * Finds the proof that an erasure retained, by the addresses that it erased, for those who answer the person or the
 * authority. An entry lives as long as the scope that it leads to. Its key is never rotated in place: nobody can read
 * the addresses any more, so a new version serves new entries and the old ones stay for matching.
 * Every method throws `KeyStoreUnavailable` when the key store does not answer in time.
 */
export class ArchiveIndex {
  constructor(
    private readonly db: KeyDatabase,
    private readonly keys: NamedKeys,
    private readonly gate: ReconcileGate,
  ) {}

  /**
   * Lets these values lead to what is retained of a person, all or nothing; call it while the values can be read.
   * What leads there already does so for as long as its scope is kept, if that is longer now. Scopes that are closed
   * get no entry. Idempotent; answers how many entries are new.
   */
  async enter(
    subjectId: Uuid,
    values: readonly ContactValue[],
    scopes: readonly ArchivedScope[],
  ): Promise<number> {
    const key = await this.keys.current(KEY_NAME);
    const hmacs = values.map((value) => hmacOf(key, value));
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, subjectId);
      let entered = 0;
      for (const { scope, until } of scopes) {
        await prolong(tx, subjectId, scope, until);
        const kinds = values.map(({ kind }) => kind);
        const rows = await tx.query(
          `INSERT INTO ks.archive_entry (kind, key_version, hmac, subject_ref, scope, until)
           SELECT v.kind, $3::integer, v.hmac, $4::uuid, $5::text, $6::date FROM unnest($1::text[], $2::bytea[]) AS v(kind, hmac)
            WHERE NOT EXISTS (SELECT FROM ks.subject_fence f
                               WHERE f.subject_ref = $4 AND f.scope = $5 AND f.closed)
           ON CONFLICT DO NOTHING RETURNING 1`,
          [kinds, hmacs, key.version, subjectId, scope, until],
        );
        entered += rows.length;
      }
      return entered;
    });
  }

  /**
   * Everybody of whom something is retained and who once had this value, in the order of their ids. Throws
   * `KeysNotReconciled` until the restore guard has passed.
   */
  async find(value: ContactValue): Promise<ArchivedSubject[]> {
    this.gate.assertOpen();
    const versions = await this.keys.versions(KEY_NAME);
    const rows = await this.db.query<{ subject_ref: Uuid; until: Day }>(
      `SELECT a.subject_ref, max(a.until)::text AS until FROM ks.archive_entry a
        WHERE a.hmac = ANY($1)
          AND NOT EXISTS (SELECT FROM ks.subject_fence f
                           WHERE f.subject_ref = a.subject_ref AND f.scope = a.scope AND f.closed)
        GROUP BY a.subject_ref ORDER BY a.subject_ref`,
      [versions.map((key) => hmacOf(key, value))],
    );
    return rows.map(({ subject_ref, until }) => ({ subjectId: subject_ref, until }));
  }

  /** Nothing leads to these scopes of the person any more. Answers how many entries went, none if done before. */
  async releaseScopes(subjectId: Uuid, scopes: readonly string[]): Promise<number> {
    const released = await this.db.query(
      'DELETE FROM ks.archive_entry WHERE subject_ref = $1 AND scope = ANY($2) RETURNING 1',
      [subjectId, scopes],
    );
    return released.length;
  }
}

async function prolong(tx: Queryable, subjectId: Uuid, scope: string, until: Day): Promise<void> {
  await tx.query(
    'UPDATE ks.archive_entry SET until = $3 WHERE subject_ref = $1 AND scope = $2 AND until < $3',
    [subjectId, scope, until],
  );
}

function hmacOf({ key }: NamedKey, { kind, system, normalised }: ContactValue): Buffer {
  return hmacSha256(key, canonicalJson([kind, system ?? null, normalised.reveal()]));
}
