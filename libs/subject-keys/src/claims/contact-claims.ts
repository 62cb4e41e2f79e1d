import type { Instant, Uuid } from '#kernel';
import type { KeyDatabase, Queryable } from '../database/key-database.js';
import { groupBy } from '../group-by.js';
import { assertNotFenced, lockSubject } from '../keys/subject-lock.js';
import type { ReconcileGate } from '../reconcile-gate.js';
import type { BlindIndex, ContactValue } from './blind-index.js';
import { ClaimInProgress, ExternalIdTaken } from './claim-errors.js';
import type { ClaimableKind } from './contact-kind.js';

/** A value that a command is about to record for a person. */
export interface ClaimContact extends ContactValue {
  readonly subjectId: Uuid;
  readonly contactPointId: Uuid;
  readonly commandId: Uuid;
  /** Retention scope in which the value is sealed; the claim dies with it. `identity` by default. */
  readonly scope?: string;
}

/** A claim after {@link ContactClaims.claim}: `live` with another contact point means that the person already has it. */
export interface ClaimOutcome {
  readonly state: 'pending' | 'live';
  readonly contactPointId: Uuid;
}

/** Who has a value, or is about to have it, and as which contact point. */
export interface ContactHolder {
  readonly subjectId: Uuid;
  readonly contactPointId: Uuid;
}

/** A claim that waits for its fact. */
export interface PendingClaim {
  readonly kind: ClaimableKind;
  readonly subjectId: Uuid;
  readonly contactPointId: Uuid;
  readonly commandId: Uuid;
  readonly createdAt: Instant;
}

/** At most this many values in one look-up. */
export const MAX_LOOK_UP = 500;

interface ClaimRow {
  readonly kind: ClaimableKind;
  readonly subject_ref: Uuid;
  readonly state: 'pending' | 'live';
  readonly command_id: Uuid;
  readonly contact_point_id: Uuid;
  readonly created_at: Date;
}

type FoundClaim = Pick<ClaimRow, 'state' | 'subject_ref' | 'contact_point_id'> & { readonly bidx: Buffer };

/**
 * Who may be found by which contact value, by keyed HMAC only. A claim is `pending` until its fact stands in the
 * ledger; look-ups see only live ones and answer every person who shares the value.
 * Every method throws `KeyStoreUnavailable` when the key store does not answer in time.
 */
export class ContactClaims {
  constructor(
    private readonly db: KeyDatabase,
    /** Connections of their own: a lock is held while its holder uses the others. */
    private readonly locks: KeyDatabase,
    private readonly index: BlindIndex,
    private readonly gate: ReconcileGate,
  ) {}

  /**
   * Claims a value under the person's row lock. Idempotent per command. Throws {@link ExternalIdTaken},
   * {@link ClaimInProgress}, `SubjectErased`.
   */
  async claim(wish: ClaimContact): Promise<ClaimOutcome> {
    const { version, bidx } = await this.index.current(wish);
    const all = await this.index.all(wish);
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, wish.subjectId);
      await assertNotFenced(tx, wish.subjectId, wish.scope ?? 'identity');
      const known = await existing(tx, wish, all);
      if (known !== undefined) return outcomeOf(known, wish);
      const inserted = await insert(tx, wish, version, bidx);
      if (inserted) return { state: 'pending', contactPointId: wish.contactPointId };
      // Only the index of external ids refuses here: another person took it since the look above.
      const taken = await existing(tx, wish, all);
      if (taken === undefined) throw new ClaimInProgress(wish.commandId);
      return outcomeOf(taken, wish);
    });
  }

  /** The command's facts stand: its claims are found from now on. Idempotent. */
  async confirm(commandId: Uuid): Promise<void> {
    await this.db.query(
      `UPDATE ks.contact_claim SET state = 'live' WHERE command_id = $1 AND state = 'pending'`,
      [commandId],
    );
  }

  /**
   * For each value, in order, all persons who have it (sorted). One query; at most {@link MAX_LOOK_UP} values, else
   * `RangeError`. Throws `KeysNotReconciled` until the restore guard has passed.
   */
  async findLive(values: readonly ContactValue[]): Promise<Uuid[][]> {
    const found = await this.claimsOn(values);
    return found.map((claims) => {
      const live = claims.filter(({ state }) => state === 'live');
      return [...new Set(live.map(({ subject_ref }) => subject_ref))].sort();
    });
  }

  /**
   * For each value, in order, everybody who has it, each with the contact point that does. As {@link findLive} beside.
   */
  async findLivePoints(values: readonly ContactValue[]): Promise<ContactHolder[][]> {
    const found = await this.claimsOn(values);
    return found.map((claims) => holdersOf(claims.filter(({ state }) => state === 'live')));
  }

  /**
   * For each value, in order, everybody who has it or is about to have it, whose fact may yet never come: never who
   * somebody *is*, but whom a "no" to this address must reach, so that it meets a registration under way. One query; at
   * most {@link MAX_LOOK_UP} values, else `RangeError`. Throws `KeysNotReconciled`.
   */
  async holders(values: readonly ContactValue[]): Promise<ContactHolder[][]> {
    const found = await this.claimsOn(values);
    return found.map(holdersOf);
  }

  /**
   * The person cannot be found by anything any more; with `scopes`, by nothing sealed in these. Answers how many claims
   * went, none if it was done before.
   */
  async releaseSubject(subjectId: Uuid, scopes?: readonly string[]): Promise<number> {
    const released = await this.db.query(
      `DELETE FROM ks.contact_claim WHERE subject_ref = $1 AND scope = ANY(coalesce($2, ARRAY[scope]))
       RETURNING 1`,
      [subjectId, scopes ?? null],
    );
    return released.length;
  }

  /**
   * The person cannot be found by these contact points any more, but still by each of `survivors` that has the very
   * same value: of two contact points of one value only one holds the claim. Answers how many claims went.
   */
  async releasePoints(
    subjectId: Uuid,
    contactPointIds: readonly Uuid[],
    survivors: readonly (ContactValue & { readonly contactPointId: Uuid })[],
  ): Promise<number> {
    const heirs = await Promise.all(
      survivors.map(async (one) => ({ heir: one.contactPointId, bidx: await this.index.all(one) })),
    );
    return this.db.transaction(async (tx) => {
      await lockSubject(tx, subjectId);
      for (const { heir, bidx } of heirs) {
        await tx.query(
          `UPDATE ks.contact_claim SET contact_point_id = $1
            WHERE subject_ref = $2 AND bidx = ANY($3) AND contact_point_id = ANY($4)`,
          [heir, subjectId, bidx, contactPointIds],
        );
      }
      const released = await tx.query(
        'DELETE FROM ks.contact_claim WHERE subject_ref = $1 AND contact_point_id = ANY($2) RETURNING 1',
        [subjectId, contactPointIds],
      );
      return released.length;
    });
  }

  /**
   * Runs `work` while nobody else holds the lock of one of these values: what is found inside stays the only match
   * until `work` has recorded its own. Every registration that looks up before it creates must use it.
   */
  async withMatchLock<T>(values: readonly ContactValue[], work: () => Promise<T>): Promise<T> {
    const indices = await Promise.all(values.map((value) => this.index.all(value)));
    return this.locks.withAdvisoryLocks(
      indices.flat().map((bidx) => bidx.readBigInt64BE(0)),
      work,
    );
  }

  /** Claims that have waited for their fact longer than this, oldest first: confirm them or drop them. */
  async stalePending(olderThanMs: number, limit = 500): Promise<PendingClaim[]> {
    const rows = await this.db.query<ClaimRow>(
      `SELECT kind, subject_ref, state, command_id, contact_point_id, created_at FROM ks.contact_claim
        WHERE state = 'pending' AND created_at <= now() - make_interval(secs => $1) ORDER BY created_at LIMIT $2`,
      [olderThanMs / 1000, limit],
    );
    return rows.map((row) => ({
      kind: row.kind,
      subjectId: row.subject_ref,
      contactPointId: row.contact_point_id,
      commandId: row.command_id,
      createdAt: row.created_at.toISOString(),
    }));
  }

  /**
   * Starts a new version of the blind index's key. Then {@link reindex} every living contact value, and
   * {@link finishIndexVersion}. Look-ups ask both versions meanwhile.
   */
  startIndexVersion(): Promise<number> {
    return this.index.addVersion();
  }

  /** Rewrites the claim of one contact point under the current key version. Idempotent. */
  async reindex(value: ContactValue & { readonly contactPointId: Uuid }): Promise<void> {
    const { version, bidx } = await this.index.current(value);
    await this.db.query(
      `UPDATE ks.contact_claim SET bidx = $1, bik_ver = $2
        WHERE contact_point_id = $3 AND kind = $4 AND bidx = ANY($5) AND bik_ver <> $2`,
      [bidx, version, value.contactPointId, value.kind, await this.index.all(value)],
    );
  }

  /** Destroys the old versions of the key if no claim uses them; answers how many claims still do. */
  async finishIndexVersion(): Promise<number> {
    const current = await this.index.currentVersion();
    const [row] = await this.db.query<{ old: number }>(
      'SELECT count(*)::integer AS old FROM ks.contact_claim WHERE bik_ver < $1',
      [current],
    );
    const old = row?.old ?? 0;
    if (old > 0) return old;
    const ended = (await this.index.versions()).filter((version) => version < current);
    for (const version of ended) await this.index.removeVersion(version);
    return 0;
  }

  private async claimsOn(values: readonly ContactValue[]): Promise<FoundClaim[][]> {
    this.gate.assertOpen();
    if (values.length > MAX_LOOK_UP)
      throw new RangeError(`At most ${String(MAX_LOOK_UP)} values in one look-up`);
    const wanted = await Promise.all(values.map((value) => this.index.all(value)));
    const rows = await this.db.query<FoundClaim>(
      // Whose keys are destroyed is found by nobody from that moment on, also before the claim itself is gone.
      `SELECT bidx, state, subject_ref, contact_point_id FROM ks.contact_claim c WHERE bidx = ANY($1)
          AND NOT EXISTS (SELECT FROM ks.subject_fence f
                           WHERE f.subject_ref = c.subject_ref AND f.scope = c.scope AND f.closed)`,
      [wanted.flat()],
    );
    const found = groupBy(rows, ({ bidx }) => bidx.toString('hex'));
    return wanted.map((indices) => indices.flatMap((bidx) => found.get(bidx.toString('hex')) ?? []));
  }

  /** Gives up the pending claims of a command that left no fact. Live claims stay. */
  async drop(commandId: Uuid): Promise<void> {
    await this.db.query(`DELETE FROM ks.contact_claim WHERE command_id = $1 AND state = 'pending'`, [
      commandId,
    ]);
  }
}

/** The claim that stands in the way of this one: the person's own, or of an external id anybody's. */
async function existing(
  tx: Queryable,
  wish: ClaimContact,
  all: readonly Buffer[],
): Promise<ClaimRow | undefined> {
  // A claim that outlived its erased person must not keep an external id from the next one.
  await tx.query(
    `DELETE FROM ks.contact_claim c USING ks.subject_fence f
      WHERE c.bidx = ANY($1) AND c.kind = 'external-id' AND f.subject_ref = c.subject_ref AND f.scope = c.scope AND f.closed`,
    [all],
  );
  const [row] = await tx.query<ClaimRow>(
    `SELECT kind, subject_ref, state, command_id, contact_point_id, created_at FROM ks.contact_claim
      WHERE bidx = ANY($1) AND kind = $2 AND (subject_ref = $3 OR kind = 'external-id')`,
    [all, wish.kind, wish.subjectId],
  );
  return row;
}

async function insert(tx: Queryable, wish: ClaimContact, version: number, bidx: Buffer): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO ks.contact_claim (kind, bik_ver, bidx, subject_ref, scope, state, command_id, contact_point_id)
     VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7) ON CONFLICT DO NOTHING RETURNING 1`,
    [wish.kind, version, bidx, wish.subjectId, wish.scope ?? 'identity', wish.commandId, wish.contactPointId],
  );
  return rows.length === 1;
}

function outcomeOf(row: ClaimRow, wish: ClaimContact): ClaimOutcome {
  if (row.subject_ref !== wish.subjectId) throw new ExternalIdTaken(row.subject_ref, row.state === 'pending');
  if (row.state === 'pending' && row.command_id !== wish.commandId) throw new ClaimInProgress(row.command_id);
  return { state: row.state, contactPointId: row.contact_point_id };
}

/** In the order of their pseudonyms. */
function holdersOf(claims: readonly FoundClaim[]): ContactHolder[] {
  return claims
    .map(({ subject_ref: subjectId, contact_point_id: contactPointId }) => ({ subjectId, contactPointId }))
    .sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1));
}
