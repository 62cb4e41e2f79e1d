import { createSecretKey, type KeyObject } from 'node:crypto';
import type { AlarmSink } from '../alarm.js';
import { BoundedCache } from '../bounded-cache.js';
import type { Queryable } from '../database/key-database.js';
import { keyFingerprint } from '../envelope/key-material.js';
import { KeyDamaged, KeyResurrectionDetected } from '../errors.js';
import type { KekEpochs } from '../kek/kek-epochs.js';
import { KekGone, KekRefused } from '../kek/kek-provider.js';
import { IS_FENCED, KEY_COLUMNS, ownerOf, type KeyRow } from './key-row.js';

/** A key row as it was when asked, with whether a fence forbids it to live. */
export interface CheckedKey extends KeyRow {
  readonly fenced: boolean;
}

const CACHE_TTL_MS = 60_000;
const CACHE_MAX = 10_000;

/**
 * Turns rows into usable data keys. The state of a row is read afresh in each request; the cache saves unwrapping
 * only, so a person erased elsewhere is unreadable here at once (`evidence.md` §3, rules 3 and 4).
 */
export class DekVault {
  private readonly cache: BoundedCache<{ readonly fp: Buffer; readonly key: KeyObject }>;

  constructor(
    private readonly db: Queryable,
    private readonly epochs: KekEpochs,
    private readonly alarm: AlarmSink,
    options: { readonly maxCachedKeys?: number; readonly now?: () => number } = {},
  ) {
    this.cache = new BoundedCache(options.maxCachedKeys ?? CACHE_MAX, CACHE_TTL_MS, options.now);
  }

  /** The rows of these keys now, in one query on the primary. */
  async rowsOf(kids: readonly string[]): Promise<Map<string, CheckedKey>> {
    const rows = await this.db.query<CheckedKey>(
      `SELECT ${KEY_COLUMNS}, ${IS_FENCED} AS fenced FROM ks.subject_key k WHERE k.kid = ANY($1)`,
      [[...new Set(kids)]],
    );
    return new Map(rows.map((row) => [row.kid, row]));
  }

  /**
   * The key of a living row. Throws {@link KeyResurrectionDetected} for a key that is fenced or not what its
   * fingerprint says, {@link KeyDamaged} if it does not unwrap; both raise an alarm.
   */
  async keyOf(row: CheckedKey): Promise<KeyObject> {
    if (row.fenced) throw this.resurrected(row.kid);
    if (row.wrapped_dek === null) throw this.damaged(row.kid, 'key-lost');
    const known = this.cache.get(row.kid);
    if (known?.fp.equals(row.fp) === true) return known.key;
    const bytes = await this.unwrap(row);
    try {
      if (!keyFingerprint(bytes).equals(row.fp)) throw this.resurrected(row.kid);
      const key = createSecretKey(bytes);
      this.cache.set(row.kid, { fp: row.fp, key });
      return key;
    } finally {
      bytes.fill(0);
    }
  }

  /** Forgets keys that were destroyed. */
  evict(kids: readonly string[]): void {
    for (const kid of kids) this.cache.delete(kid);
  }

  /** Forgets all keys. */
  clear(): void {
    this.cache.clear();
  }

  private async unwrap(row: CheckedKey): Promise<Buffer> {
    if (row.wrapped_dek === null || row.kek_id === null) throw this.damaged(row.kid, 'key-lost');
    try {
      return await this.epochs.unwrap({ kekId: row.kek_id, wrapped: row.wrapped_dek }, ownerOf(row));
    } catch (error) {
      if (error instanceof KekRefused) throw this.damaged(row.kid, 'key-damaged');
      if (!(error instanceof KekGone)) throw error;
      // The epoch may have ended between the reading of the row and now: then the row names another one.
      const fresh = (await this.rowsOf([row.kid])).get(row.kid);
      if (fresh === undefined || fresh.kek_id === row.kek_id) throw this.damaged(row.kid, 'key-lost');
      return this.unwrap(fresh);
    }
  }

  private resurrected(kid: string): KeyResurrectionDetected {
    this.evict([kid]);
    this.alarm({ kind: 'key-resurrected', kid });
    return new KeyResurrectionDetected(kid);
  }

  private damaged(kid: string, fault: KeyDamaged['fault']): KeyDamaged {
    this.alarm({ kind: fault, kid });
    return new KeyDamaged(kid, fault);
  }
}
