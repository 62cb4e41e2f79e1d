import type { Uuid } from '#kernel';
import type { KeyDatabase, Queryable } from '../database/key-database.js';
import { envelopeAlgorithms } from '../envelope/envelope.js';
import { fromBase64Url } from '../envelope/encoding.js';
import type { DekVault } from './dek-vault.js';
import { destroyScope } from './destruction.js';
import {
  OrderedEnds,
  inBatches,
  type LedgerDeclaration,
  type LedgerErasure,
  type ReconcileReport,
  type ReconciledKey,
} from './reconcile-facts.js';
import { lockSubject } from './subject-lock.js';

const BATCH = 500;

interface KeyRef {
  readonly kid: string;
  readonly subject_ref: Uuid;
  readonly scope: string;
  readonly gen: number;
}

/**
 * Replays the ledger's erasures into the key store (`evidence.md` §3, rule 5): a restored backup must revive nobody.
 * Idempotent; may run beside erasures that are under way.
 */
export class Reconciliation {
  constructor(
    private readonly db: KeyDatabase,
    private readonly vault: Pick<DekVault, 'evict'>,
    private readonly batchSize = BATCH,
  ) {}

  /** Both sequences must reach the head that the ledger has when this is called, or later. */
  async run(
    erasures: AsyncIterable<LedgerErasure>,
    declarations: AsyncIterable<LedgerDeclaration>,
  ): Promise<ReconcileReport> {
    const since = await this.now();
    const ends = new OrderedEnds();
    const reshredded: ReconciledKey[] = [];
    let count = 0;
    for await (const batch of inBatches(erasures, this.batchSize)) {
      for (const erasure of batch) ends.add(erasure);
      count += batch.length;
      await this.fence(batch);
      for (const index of await this.undone(batch)) {
        const erasure = batch[index];
        if (erasure !== undefined) reshredded.push(...(await this.redo(erasure)));
      }
      await this.markAbsent(batch.flatMap(keysOf), ends);
    }
    this.vault.evict(reshredded.map(({ kid }) => kid));
    const missing: ReconciledKey[] = [];
    for await (const batch of inBatches(declarations, this.batchSize)) {
      missing.push(...(await this.markAbsent(batch, ends)));
    }
    return {
      erasures: count,
      reshredded,
      claimsReleased: await this.releaseClosed('contact_claim'),
      archiveReleased: await this.releaseClosed('archive_entry'),
      destroyedWithoutOrder: await this.unordered(ends, since),
      missing,
    };
  }

  private async now(): Promise<Date> {
    const [row] = await this.db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return row?.now ?? new Date(0);
  }

  /** Fences the fingerprints that erasures name, so that not even a lost row can come back. */
  private async fence(batch: readonly LedgerErasure[]): Promise<void> {
    const keys = batch.flatMap(keysOf);
    await this.db.query(
      `INSERT INTO ks.fenced_fp (fp, subject_ref, scope)
       SELECT * FROM unnest($1::bytea[], $2::uuid[], $3::text[]) ON CONFLICT DO NOTHING`,
      [
        keys.map(({ fp }) => fromBase64Url(fp, 32)),
        keys.map(({ subjectId }) => subjectId),
        keys.map(({ scope }) => scope),
      ],
    );
  }

  /** Indices of the erasures whose effect is not, or not wholly, in the key store. */
  private async undone(batch: readonly LedgerErasure[]): Promise<number[]> {
    const rows = await this.db.query<{ i: number }>(
      `SELECT w.i::integer - 1 AS i
         FROM unnest($1::uuid[], $2::text[], $3::integer[]) WITH ORDINALITY AS w(subject_ref, scope, gen, i)
         LEFT JOIN ks.subject_fence f ON f.subject_ref = w.subject_ref AND f.scope = w.scope
        WHERE f.subject_ref IS NULL
           OR (w.gen IS NULL AND NOT f.closed)
           OR f.erased_through_gen < coalesce(w.gen, 0)
           OR EXISTS (SELECT FROM ks.subject_key k
                       WHERE k.subject_ref = w.subject_ref AND k.scope = w.scope AND k.state <> 'shredded'
                         AND k.gen <= coalesce(w.gen, k.gen))
        ORDER BY w.i`,
      [
        batch.map(({ subjectId }) => subjectId),
        batch.map(({ scope }) => scope),
        batch.map(({ throughGeneration }) => (throughGeneration === 'all' ? null : throughGeneration)),
      ],
    );
    return rows.map(({ i }) => i);
  }

  /** Destroys again what an erasure destroyed; answers the keys that were alive. */
  private redo({ subjectId, scope, throughGeneration, erasureId }: LedgerErasure): Promise<ReconciledKey[]> {
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, subjectId);
      const alive = await tx.query<KeyRef>(
        `SELECT kid, subject_ref, scope, gen FROM ks.subject_key
          WHERE subject_ref = $1 AND scope = $2 AND state <> 'shredded' AND gen <= coalesce($3::integer, gen)
          ORDER BY gen`,
        [subjectId, scope, throughGeneration === 'all' ? null : throughGeneration],
      );
      await destroyScope(
        tx,
        subjectId,
        throughGeneration === 'all' ? scope : { scope, throughGeneration },
        erasureId,
      );
      return alive.map(refOf);
    });
  }

  /**
   * Gives keys of the ledger without a row a mark in their place: shredded by its erasure, or lost. Nothing may use
   * their generation again. Answers those that should be alive.
   */
  private async markAbsent(batch: readonly LedgerDeclaration[], ends: OrderedEnds): Promise<ReconciledKey[]> {
    // A mark of an earlier run without an erasure still counts as missing, and is reported until it is resolved.
    const known = await this.db.query<{ kid: string }>(
      `SELECT kid FROM ks.subject_key
        WHERE kid = ANY($1) AND (state <> 'shredded' OR erasure_id IS NOT NULL)`,
      [batch.map(({ kid }) => kid)],
    );
    const kids = new Set(known.map(({ kid }) => kid));
    const absent = batch.filter(({ kid }) => !kids.has(kid));
    for (const key of absent) await this.db.transaction((tx) => insertMark(tx, key, ends.erasureOf(key)));
    return absent
      .filter((key) => ends.erasureOf(key) === undefined)
      .map(({ kid, subjectId, scope, generation }) => ({ kid, subjectId, scope, generation }));
  }

  /** What finds people by something of a closed scope, or finds what a closed scope retained. */
  private async releaseClosed(table: 'contact_claim' | 'archive_entry'): Promise<number> {
    const released = await this.db.query(
      `DELETE FROM ks.${table} c USING ks.subject_fence f
        WHERE f.subject_ref = c.subject_ref AND f.scope = c.scope AND f.closed RETURNING 1`,
    );
    return released.length;
  }

  /** Keys destroyed before this run began, so that an erasure that is under way raises no false alarm. */
  private async unordered(ends: OrderedEnds, before: Date): Promise<ReconciledKey[]> {
    const found: ReconciledKey[] = [];
    for (let after = ''; ;) {
      const rows = await this.db.query<KeyRef>(
        `SELECT kid, subject_ref, scope, gen FROM ks.subject_key
          WHERE state = 'shredded' AND erasure_id IS NOT NULL AND erased_at < $1 AND kid > $2
          ORDER BY kid LIMIT $3`,
        [before, after, this.batchSize],
      );
      const last = rows.at(-1);
      if (last === undefined) return found;
      after = last.kid;
      found.push(...rows.map(refOf).filter((key) => ends.erasureOf(key) === undefined));
    }
  }
}

/** Without an erasure the key counts as lost: its envelopes answer `key-lost`, not `erased`. */
async function insertMark(tx: Queryable, key: LedgerDeclaration, erasureId: Uuid | undefined): Promise<void> {
  await lockSubject(tx, key.subjectId);
  const fp = fromBase64Url(key.fp, 32);
  await tx.query(
    `INSERT INTO ks.subject_key (kid, subject_ref, scope, gen, state, stream, alg, fp, erased_at)
     VALUES ($1, $2, $3, $4, 'shredded', $5, $6, $7, now()) ON CONFLICT DO NOTHING`,
    [key.kid, key.subjectId, key.scope, key.generation, key.stream, key.alg, fp],
  );
  if (erasureId === undefined) return;
  await tx.query('UPDATE ks.subject_key SET erasure_id = $2 WHERE kid = $1 AND erasure_id IS NULL', [
    key.kid,
    erasureId,
  ]);
  await tx.query(
    'INSERT INTO ks.fenced_fp (fp, subject_ref, scope) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    [fp, key.subjectId, key.scope],
  );
}

function refOf({ kid, subject_ref, scope, gen }: KeyRef): ReconciledKey {
  return { kid, subjectId: subject_ref, scope, generation: gen };
}

/** The keys that an erasure names. */
function keysOf({ subjectId, scope, keys = [] }: LedgerErasure): LedgerDeclaration[] {
  return keys.map((key) => ({ ...key, subjectId, scope, alg: envelopeAlgorithms[0] }));
}
