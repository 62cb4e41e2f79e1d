import { canonicalJson, type JsonObject } from '#kernel';
import { BoundedCache } from '../bounded-cache.js';
import { isUniqueViolation, type KeyDatabase, type Queryable } from '../database/key-database.js';
import { KeyStoreUnavailable } from '../errors.js';
import { prefixedUlid } from '../ids.js';
import { KekGone, KekUnavailable, type KekProvider } from './kek-provider.js';

/** A key as it stands in a row: encrypted under the key-encryption key `kekId`. */
export interface WrappedKey {
  readonly kekId: string;
  readonly wrapped: Buffer;
}

interface KekRow {
  readonly kek_id: string;
  readonly provider: string;
  readonly provider_ref: string;
}

const ACTIVE_TTL_MS = 60_000;

/**
 * Wraps keys under the key-encryption key of the current epoch and unwraps them under the one that they name.
 * Moving to another provider is a new epoch: new keys use the first provider, the others only unwrap.
 */
export class KekEpochs {
  private readonly active = new BoundedCache<KekRow>(1, ACTIVE_TTL_MS);
  private readonly rows = new BoundedCache<KekRow>(100, ACTIVE_TTL_MS);

  constructor(
    private readonly db: KeyDatabase,
    readonly provider: KekProvider,
    private readonly formerProviders: readonly KekProvider[] = [],
  ) {}

  /** Wraps under the active epoch; the aad is JCS of `owner` with `kek_id`. */
  async wrap(key: Uint8Array, owner: JsonObject): Promise<WrappedKey> {
    const kek = await this.activeKek();
    return { kekId: kek.kek_id, wrapped: await this.wrapUnder(kek, key, owner) };
  }

  /**
   * Wraps a key and inserts it in one transaction that holds the epoch open, so that no key is ever added to an epoch
   * whose keys are being re-wrapped. Tries again if the epoch ended meanwhile.
   */
  async insertWrapped<T>(
    key: Uint8Array,
    owner: JsonObject,
    insert: (tx: Queryable, wrapped: WrappedKey) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const wrapped = await this.wrap(key, owner);
      const result = await this.db.transaction(async (tx) => {
        const open = await tx.query(`SELECT 1 FROM ks.kek WHERE kek_id = $1 AND state = 'active' FOR SHARE`, [
          wrapped.kekId,
        ]);
        return open.length === 0 ? undefined : { value: await insert(tx, wrapped) };
      });
      if (result !== undefined) return result.value;
      this.active.clear();
    }
  }

  /**
   * Unwraps. Throws `KekRefused` if the bytes or their row were altered, `KekGone` if the key-encryption key is
   * destroyed, {@link KeyStoreUnavailable} if its holder does not answer.
   */
  async unwrap({ kekId, wrapped }: WrappedKey, owner: JsonObject): Promise<Buffer> {
    const kek = await this.row(kekId);
    return this.ask(this.providerOf(kek).unwrap(kek.provider_ref, wrapped, aad(owner, kekId)));
  }

  /** Starts an epoch: a new active key-encryption key; the one before it becomes `retiring`. Answers its id. */
  async startEpoch(): Promise<string> {
    const providerRef = await this.ask(this.provider.createEpochKey());
    const kekId = await this.db.transaction(async (tx) => {
      await tx.query(`UPDATE ks.kek SET state = 'retiring' WHERE state = 'active'`);
      return this.insertKek(tx, providerRef);
    });
    this.active.clear();
    return kekId;
  }

  /** The provider that holds a key-encryption key. Throws {@link KekGone} if it is not configured any more. */
  providerOf(kek: KekRow): KekProvider {
    const provider = [this.provider, ...this.formerProviders].find(({ name }) => name === kek.provider);
    if (provider === undefined) throw new KekGone(kek.provider_ref);
    return provider;
  }

  /** Waits for a provider; its "try again" becomes {@link KeyStoreUnavailable}. */
  async ask<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof KekUnavailable ? new KeyStoreUnavailable(error) : error;
    }
  }

  private wrapUnder(kek: KekRow, key: Uint8Array, owner: JsonObject): Promise<Buffer> {
    return this.ask(this.providerOf(kek).wrap(kek.provider_ref, key, aad(owner, kek.kek_id)));
  }

  private async activeKek(): Promise<KekRow> {
    const known = this.active.get('active') ?? (await this.readActive()) ?? (await this.firstEpoch());
    this.active.set('active', known);
    return known;
  }

  private async readActive(): Promise<KekRow | undefined> {
    const [row] = await this.db.query<KekRow>(
      `SELECT kek_id, provider, provider_ref FROM ks.kek WHERE state = 'active'`,
    );
    return row;
  }

  private async firstEpoch(): Promise<KekRow> {
    const providerRef = await this.ask(this.provider.createEpochKey());
    try {
      await this.db.transaction((tx) => this.insertKek(tx, providerRef));
    } catch (error) {
      // Another process won; the key that was just made has wrapped nothing.
      if (!isUniqueViolation(error, 'kek_one_active')) throw error;
      await this.ask(this.provider.destroy(providerRef));
    }
    const row = await this.readActive();
    if (row === undefined) throw new KeyStoreUnavailable(new Error('no active epoch'));
    return row;
  }

  private async insertKek(tx: Queryable, providerRef: string): Promise<string> {
    const kekId = prefixedUlid('epoch');
    await tx.query(
      `INSERT INTO ks.kek (kek_id, provider, provider_ref, state) VALUES ($1, $2, $3, 'active')`,
      [kekId, this.provider.name, providerRef],
    );
    return kekId;
  }

  private async row(kekId: string): Promise<KekRow> {
    const known = this.rows.get(kekId);
    if (known !== undefined) return known;
    const [row] = await this.db.query<KekRow>(
      `SELECT kek_id, provider, provider_ref FROM ks.kek WHERE kek_id = $1 AND state <> 'destroyed'`,
      [kekId],
    );
    if (row === undefined) throw new KekGone(kekId);
    this.rows.set(kekId, row);
    return row;
  }
}

function aad(owner: JsonObject, kekId: string): Buffer {
  return Buffer.from(canonicalJson({ ...owner, kek_id: kekId }), 'utf8');
}
