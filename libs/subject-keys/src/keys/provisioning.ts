import { randomBytes, randomUUID } from 'node:crypto';
import type { Uuid } from '#kernel';
import { isUniqueViolation, type KeyDatabase, type Queryable } from '../database/key-database.js';
import type { EnvelopeAlgorithm } from '../envelope/envelope.js';
import { DEK_BYTES, keyFingerprint } from '../envelope/key-material.js';
import { SubjectErased } from '../errors.js';
import { prefixedUlid } from '../ids.js';
import type { KekEpochs } from '../kek/kek-epochs.js';
import { KEY_COLUMNS, infoOf, ownerOf, type KeyInfo, type KeyRow } from './key-row.js';
import { assertNotFenced, lockSubject } from './subject-lock.js';

/** Which key is wanted. */
export interface PrepareKey {
  readonly subjectId: Uuid;
  /** Retention scope, for example `identity`, `evidence`, `marketing`. */
  readonly scope: string;
  /** Proposed personal stream, used if a key is created; `personal-<random uuid>` by default. */
  readonly stream?: string;
  /** Proposed key id, used if a key is created; a random `k_<ULID>` by default. */
  readonly kid?: string;
}

/** Where a key was declared in the ledger. */
export interface KeyDeclaration {
  /** Revision of `SubjectKeyCreated` in its stream. */
  readonly declaredRevision: bigint | number;
  readonly createdEventId: Uuid;
}

/** A prepared key: `active` seals now, `pending` must be declared in the ledger and activated first. */
export type PreparedKey = KeyInfo & { readonly status: 'active' | 'pending' };

interface NewKey extends Pick<KeyRow, 'kid' | 'subject_ref' | 'scope' | 'gen' | 'stream' | 'fp'> {
  readonly bytes: Buffer;
}

const ALGORITHM: EnvelopeAlgorithm = 'HKDF-SHA256+A256GCM';
const OPEN_STATES = `('active', 'pending')`;

/** Brings data keys into being: short transactions under the person's row lock, none held across an append. */
export class KeyProvisioning {
  constructor(
    private readonly db: KeyDatabase,
    private readonly epochs: KekEpochs,
  ) {}

  /** The person's key of a scope: the active one, else the pending one, else a new pending one. Throws SubjectErased. */
  async prepare(wish: PrepareKey): Promise<PreparedKey> {
    const existing = await this.existing(this.db, wish, ['active', 'pending']);
    if (existing !== undefined) return existing;
    return this.create(wish, ['active', 'pending']);
  }

  /**
   * A pending key of the next generation beside the active one, which becomes `retired` when this one is activated.
   * A rotation that is already under way is answered again.
   */
  async rotate(wish: PrepareKey): Promise<PreparedKey> {
    return (await this.existing(this.db, wish, ['pending'])) ?? this.create(wish, ['pending']);
  }

  /** Makes a declared key seal, and retires the generation before it. Idempotent. Throws {@link SubjectErased}. */
  async activate(kid: string, declaration: KeyDeclaration): Promise<void> {
    await this.db.transaction(async (tx) => {
      const [key] = await tx.query<{ subject_ref: Uuid; scope: string }>(
        'SELECT subject_ref, scope FROM ks.subject_key WHERE kid = $1',
        [kid],
      );
      if (key === undefined) throw new SubjectErased(undefined, undefined);
      await lockSubject(tx, key.subject_ref);
      const [current] = await tx.query<{ state: string }>('SELECT state FROM ks.subject_key WHERE kid = $1', [
        kid,
      ]);
      if (current?.state === 'active' || current?.state === 'retired') return;
      if (current?.state !== 'pending') throw new SubjectErased(key.subject_ref, key.scope);
      await tx.query(
        `UPDATE ks.subject_key SET state = 'retired' WHERE subject_ref = $1 AND scope = $2 AND state = 'active'`,
        [key.subject_ref, key.scope],
      );
      await tx.query(
        `UPDATE ks.subject_key SET state = 'active', declared_rev = $2, created_event = $3 WHERE kid = $1`,
        [kid, declaration.declaredRevision, declaration.createdEventId],
      );
    });
  }

  /** Keys that were prepared longer ago than this and never activated, oldest first: a reaper finishes them. */
  async pending(olderThanMs: number, limit = 500): Promise<KeyInfo[]> {
    const rows = await this.db.query<KeyRow>(
      `SELECT ${KEY_COLUMNS} FROM ks.subject_key k
        WHERE k.state = 'pending' AND k.created_at <= now() - make_interval(secs => $1)
        ORDER BY k.created_at LIMIT $2`,
      [olderThanMs / 1000, limit],
    );
    return rows.map(infoOf);
  }

  private async create(wish: PrepareKey, reusable: readonly ('active' | 'pending')[]): Promise<PreparedKey> {
    for (;;) {
      const prepared = await this.tryCreate(wish, await this.nextGeneration(this.db, wish), reusable);
      if (prepared !== undefined) return prepared;
    }
  }

  /** `undefined`: the generation that the key was wrapped for is taken. */
  private async tryCreate(
    wish: PrepareKey,
    generation: number,
    reusable: readonly ('active' | 'pending')[],
  ): Promise<PreparedKey | undefined> {
    const key = newKey(wish, generation);
    try {
      return await this.epochs.writeWrapped(
        [{ bytes: key.bytes, owner: ownerOf(key) }],
        async (tx, kekId, [wrapped]) => {
          await lockSubject(tx, wish.subjectId);
          const existing = await this.existing(tx, wish, reusable);
          if (existing !== undefined) return existing;
          if ((await this.nextGeneration(tx, wish)) !== generation) return undefined;
          return preparedOf(await insertPending(tx, key, kekId, wrapped));
        },
      );
    } catch (error) {
      if (isUniqueViolation(error, 'subject_key_pkey')) {
        throw new RangeError(`The key id ${key.kid} is in use`, { cause: error });
      }
      if (isUniqueViolation(error, 'subject_key_stream')) {
        throw new RangeError('The stream belongs to another key', { cause: error });
      }
      throw error;
    } finally {
      key.bytes.fill(0);
    }
  }

  private async existing(
    db: Queryable,
    { subjectId, scope }: PrepareKey,
    states: readonly ('active' | 'pending')[],
  ): Promise<PreparedKey | undefined> {
    const rows = await db.query<KeyRow>(
      `SELECT ${KEY_COLUMNS} FROM ks.subject_key k
        WHERE k.subject_ref = $1 AND k.scope = $2 AND k.state IN ${OPEN_STATES} ORDER BY k.state`,
      [subjectId, scope],
    );
    const row = states.map((state) => rows.find((candidate) => candidate.state === state)).find(Boolean);
    return row === undefined ? undefined : preparedOf(row);
  }

  private async nextGeneration(db: Queryable, { subjectId, scope }: PrepareKey): Promise<number> {
    const erased = await assertNotFenced(db, subjectId, scope);
    const [row] = await db.query<{ newest: number | null }>(
      'SELECT max(gen) AS newest FROM ks.subject_key WHERE subject_ref = $1 AND scope = $2',
      [subjectId, scope],
    );
    return Math.max(erased, row?.newest ?? 0) + 1;
  }
}

function newKey(wish: PrepareKey, generation: number): NewKey {
  const bytes = randomBytes(DEK_BYTES);
  return {
    kid: wish.kid ?? prefixedUlid('k'),
    subject_ref: wish.subjectId,
    scope: wish.scope,
    gen: generation,
    stream: wish.stream ?? `personal-${randomUUID()}`,
    fp: keyFingerprint(bytes),
    bytes,
  };
}

async function insertPending(
  tx: Queryable,
  key: NewKey,
  kekId: string,
  wrapped: Buffer | undefined,
): Promise<KeyRow> {
  const [row] = await tx.query<KeyRow>(
    `INSERT INTO ks.subject_key AS k (kid, subject_ref, scope, gen, state, stream, alg, kek_id, wrapped_dek, fp)
     VALUES ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9) RETURNING ${KEY_COLUMNS}`,
    [key.kid, key.subject_ref, key.scope, key.gen, key.stream, ALGORITHM, kekId, wrapped, key.fp],
  );
  if (row === undefined) throw new Error('the inserted key row was not returned');
  return row;
}

function preparedOf(row: KeyRow): PreparedKey {
  return { ...infoOf(row), status: row.state === 'active' ? 'active' : 'pending' };
}
