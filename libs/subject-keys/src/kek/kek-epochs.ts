import { canonicalJson, type Clock, type JsonObject } from '#kernel';
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

/** A key in the clear with what its wrapping is bound to. */
export interface OwnedKey {
  readonly bytes: Uint8Array;
  readonly owner: JsonObject;
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
    /** Absent: the clock of the key store's primary, which all processes share. */
    private readonly clock?: Clock,
  ) {}

  /**
   * Wraps keys under the active epoch and writes them in one transaction that holds the epoch open, so that no key is
   * ever added to an epoch whose keys are being re-wrapped. If the epoch ends meanwhile, it wraps and tries again.
   * The aad of a key is JCS of its owner with `kek_id`.
   */
  async writeWrapped<T>(
    keys: readonly OwnedKey[],
    write: (tx: Queryable, kekId: string, wrapped: readonly Buffer[]) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const kek = await this.activeKek();
      const wrapped = await this.wrapUnder(kek, keys);
      if (wrapped !== undefined) {
        const result = await this.db.transaction(async (tx) => {
          const open = await tx.query(
            `SELECT 1 FROM ks.kek WHERE kek_id = $1 AND state = 'active' FOR SHARE`,
            [kek.kek_id],
          );
          return open.length === 0 ? undefined : { value: await write(tx, kek.kek_id, wrapped) };
        });
        if (result !== undefined) return result.value;
      }
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

  /**
   * {@link startEpoch} if the present epoch has lasted this long; `undefined` if not, or if another process was first.
   * The epoch itself says since when it lasts, so restarts neither delay nor repeat it.
   */
  async startEpochIfOlderThan(days: number): Promise<string | undefined> {
    const old = `state = 'active' AND activated_at <= coalesce($1::timestamptz, now()) - make_interval(days => $2)`;
    const at = [this.now(), days];
    const due = await this.db.query(`SELECT 1 FROM ks.kek WHERE ${old}`, at);
    if (due.length === 0) return undefined;
    const providerRef = await this.ask(this.provider.createEpochKey());
    const kekId = await this.db.transaction(async (tx) => {
      const ended = await tx.query(`UPDATE ks.kek SET state = 'retiring' WHERE ${old} RETURNING 1`, at);
      return ended.length === 0 ? undefined : this.insertKek(tx, providerRef);
    });
    this.active.clear();
    // Another process was first; the key that was just made has wrapped nothing.
    if (kekId === undefined) await this.ask(this.provider.destroy(providerRef));
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

  /** `undefined`: the epoch's key is gone, which is what a process finds that has not yet heard of the next epoch. */
  private async wrapUnder(kek: KekRow, keys: readonly OwnedKey[]): Promise<Buffer[] | undefined> {
    const provider = this.providerOf(kek);
    try {
      return await this.ask(
        Promise.all(
          keys.map(({ bytes, owner }) => provider.wrap(kek.provider_ref, bytes, aad(owner, kek.kek_id))),
        ),
      );
    } catch (error) {
      if (!(error instanceof KekGone) || (await this.readActive())?.kek_id === kek.kek_id) throw error;
      return undefined;
    }
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
      `INSERT INTO ks.kek (kek_id, provider, provider_ref, state, activated_at)
       VALUES ($1, $2, $3, 'active', coalesce($4::timestamptz, now()))`,
      [kekId, this.provider.name, providerRef, this.now()],
    );
    return kekId;
  }

  private now(): string | null {
    return this.clock?.now() ?? null;
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
