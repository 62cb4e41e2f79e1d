import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { AlarmSink } from '../alarm.js';
import { BoundedCache } from '../bounded-cache.js';
import type { KeyDatabase } from '../database/key-database.js';
import { keyFingerprint } from '../envelope/key-material.js';
import { KeyDamaged } from '../errors.js';
import type { KekEpochs } from '../kek/kek-epochs.js';
import { KekGone, KekRefused } from '../kek/kek-provider.js';

/** One version of a secret key of the ledger itself. */
export interface NamedKey {
  readonly version: number;
  readonly key: KeyObject;
  /** Old enough that every process knows it, so that what is written under it is found everywhere. */
  readonly settled: boolean;
}

interface NamedKeyRow {
  readonly name: string;
  readonly version: number;
  readonly kek_id: string;
  readonly wrapped_key: Buffer;
  readonly fp: Buffer;
  readonly settled: boolean;
}

const TTL_MS = 60_000;
/** Two cache lives: by then every process has read the new version. */
const SETTLE_SECONDS = 120;

/**
 * The ledger's own HMAC keys (blind index, archive index, suppression, actors, days, links), random, wrapped like data keys, never
 * overwritten: a rotation adds a version.
 */
export class NamedKeys {
  private readonly cache = new BoundedCache<readonly NamedKey[]>(200, TTL_MS);

  constructor(
    private readonly db: KeyDatabase,
    private readonly epochs: KekEpochs,
    private readonly alarm: AlarmSink,
  ) {}

  /** All versions of a key, newest first; version 1 is created if there is none. */
  async versions(name: string): Promise<readonly NamedKey[]> {
    const known = await this.existing(name);
    if (known.length > 0) return known;
    await this.insert(name, 1);
    return this.reload(name);
  }

  /** The version to write under: the newest one that every process knows; created if there is none. */
  async current(name: string): Promise<NamedKey> {
    const versions = await this.versions(name);
    const current = versions.find(({ settled }) => settled) ?? versions.at(-1);
    if (current === undefined) throw new KeyDamaged(name, 'key-lost');
    return current;
  }

  /** All versions, newest first, without creating any. */
  async existing(name: string): Promise<readonly NamedKey[]> {
    return this.cache.get(name) ?? this.reload(name);
  }

  /** Adds a version and answers its number. Look-ups ask it at once, writers use it when every process knows it. */
  async addVersion(name: string): Promise<number> {
    const next = ((await this.versions(name))[0]?.version ?? 0) + 1;
    await this.insert(name, next);
    await this.reload(name);
    return next;
  }

  /** Destroys the keys of these names. */
  async remove(names: readonly string[]): Promise<void> {
    await this.db.query('DELETE FROM ks.named_key WHERE name = ANY($1)', [names]);
    for (const name of names) this.cache.delete(name);
  }

  /** Destroys one version that nothing uses any more. */
  async removeVersion(name: string, version: number): Promise<void> {
    await this.db.query('DELETE FROM ks.named_key WHERE name = $1 AND version = $2', [name, version]);
    this.cache.delete(name);
  }

  /** Names that begin with a prefix, in order. */
  async names(prefix: string): Promise<string[]> {
    const rows = await this.db.query<{ name: string }>(
      'SELECT DISTINCT name FROM ks.named_key WHERE starts_with(name, $1) ORDER BY name',
      [prefix],
    );
    return rows.map(({ name }) => name);
  }

  /** Forgets all unwrapped keys of this process. */
  forgetUnwrapped(): void {
    this.cache.clear();
  }

  private async reload(name: string): Promise<readonly NamedKey[]> {
    const keys = await Promise.all((await this.rows(name)).map((row) => this.unwrap(row)));
    if (keys.length > 0) this.cache.set(name, keys);
    return keys;
  }

  private rows(name: string): Promise<NamedKeyRow[]> {
    return this.db.query<NamedKeyRow>(
      `SELECT name, version, kek_id, wrapped_key, fp,
              version = 1 OR created_at <= now() - make_interval(secs => $2) AS settled
         FROM ks.named_key WHERE name = $1 ORDER BY version DESC`,
      [name, SETTLE_SECONDS],
    );
  }

  private async insert(name: string, version: number): Promise<void> {
    const bytes = randomBytes(32);
    const fp = keyFingerprint(bytes);
    try {
      // Two processes may do this at once: the first row stands, and both read it.
      await this.epochs.writeWrapped([{ bytes, owner: { name, version } }], (tx, kekId, [wrapped]) =>
        tx.query(
          `INSERT INTO ks.named_key (name, version, kek_id, wrapped_key, fp) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT DO NOTHING`,
          [name, version, kekId, wrapped, fp],
        ),
      );
    } finally {
      bytes.fill(0);
    }
  }

  private async unwrap(row: NamedKeyRow): Promise<NamedKey> {
    try {
      const bytes = await this.epochs.unwrap(
        { kekId: row.kek_id, wrapped: row.wrapped_key },
        { name: row.name, version: row.version },
      );
      if (!keyFingerprint(bytes).equals(row.fp)) throw new KekRefused(row.kek_id);
      const key = createSecretKey(bytes);
      bytes.fill(0);
      return { version: row.version, key, settled: row.settled };
    } catch (error) {
      if (error instanceof KekRefused) throw this.damaged(row, 'key-damaged');
      if (!(error instanceof KekGone)) throw error;
      // The epoch may have ended between the reading of the row and now: then the row names another one.
      const fresh = (await this.rows(row.name)).find(({ version }) => version === row.version);
      if (fresh === undefined || fresh.kek_id === row.kek_id) throw this.damaged(row, 'key-lost');
      return this.unwrap(fresh);
    }
  }

  private damaged({ name, version }: NamedKeyRow, fault: KeyDamaged['fault']): KeyDamaged {
    const kid = `${name}/${String(version)}`;
    this.alarm({ kind: fault, kid });
    return new KeyDamaged(kid, fault);
  }
}

/** HMAC-SHA256 of a text. */
export function hmacSha256(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}
