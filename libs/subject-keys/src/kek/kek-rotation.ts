import type { Instant, JsonObject } from '#kernel';
import type { AlarmSink } from '../alarm.js';
import type { KeyDatabase } from '../database/key-database.js';
import { keyFingerprint } from '../envelope/key-material.js';
import type { KekEpochs, OwnedKey } from './kek-epochs.js';
import { KekGone, KekRefused, type KekEvidence } from './kek-provider.js';
import { wrappedTables, type StoredKey, type WrappedTable } from './wrapped-tables.js';

/** An epoch that ended, with its provider's evidence: the content of `KekDestroyed`. */
export interface DestroyedEpoch {
  readonly kekId: string;
  readonly provider: string;
  readonly evidence: KekEvidence;
}

/** What a rotation did. */
export interface RotationReport {
  /** The epoch under which everything is wrapped now. */
  readonly kekId: string;
  readonly rewrapped: number;
  readonly destroyed: readonly DestroyedEpoch[];
  /** Epochs that had to stay because these keys could not be re-wrapped; each raised an alarm. */
  readonly kept: readonly { readonly kekId: string; readonly damaged: readonly string[] }[];
}

/** One epoch of the key-encryption keys. */
export interface Epoch {
  readonly kekId: string;
  readonly provider: string;
  readonly state: 'active' | 'retiring' | 'destroyed';
  readonly activatedAt: Instant;
  readonly destroyedAt?: Instant;
  readonly evidence?: JsonObject;
}

interface EpochRow {
  readonly kek_id: string;
  readonly provider: string;
  readonly provider_ref: string;
  readonly state: Epoch['state'];
  readonly activated_at: Date;
  readonly destroyed_at: Date | null;
  readonly evidence: JsonObject | null;
}

/** How long one key-encryption key serves, in days: what is older in any backup is dead (`evidence.md` §3, rule 6). */
export const KEK_EPOCH_DAYS = 14;

const BATCH = 200;
const COLUMNS = 'kek_id, provider, provider_ref, state, activated_at, destroyed_at, evidence';

/**
 * Ends an epoch: a new key-encryption key, every living key wrapped again and checked, then the old one destroyed.
 * That kills every backup, WAL segment and dead tuple of the key tables older than the epoch (`evidence.md` §3,
 * rule 6). Safe to interrupt at any point and to run in two processes at once: {@link finish} takes it up.
 */
export class KekRotation {
  constructor(
    private readonly db: KeyDatabase,
    private readonly epochs: KekEpochs,
    private readonly alarm: AlarmSink,
  ) {}

  /**
   * What is due now: the next epoch if the present one has lasted {@link KEK_EPOCH_DAYS}, and the end of every epoch
   * that an interrupted rotation left behind. Answers `undefined` if nothing is. Any number of processes may ask as
   * often as they want: one of them starts the epoch.
   */
  async rotateIfDue(): Promise<RotationReport | undefined> {
    const started = await this.epochs.startEpochIfOlderThan(KEK_EPOCH_DAYS);
    const retiring = await this.rows(`WHERE state = 'retiring'`);
    return started === undefined && retiring.length === 0 ? undefined : this.finish();
  }

  /** Starts the next epoch and ends those before it, due or not. */
  async rotate(): Promise<RotationReport> {
    await this.epochs.startEpoch();
    return this.finish();
  }

  /** Ends the epochs that an interrupted rotation left `retiring`. */
  async finish(): Promise<RotationReport> {
    const destroyed: DestroyedEpoch[] = [];
    const kept: { kekId: string; damaged: string[] }[] = [];
    let rewrapped = 0;
    for (const kek of await this.rows(`WHERE state = 'retiring'`)) {
      const damaged: string[] = [];
      for (const table of wrappedTables) rewrapped += await this.rewrapTable(table, kek.kek_id, damaged);
      if (damaged.length > 0 || !(await this.isUnused(kek.kek_id))) kept.push({ kekId: kek.kek_id, damaged });
      else destroyed.push(...(await this.destroy(kek)));
    }
    const [active] = await this.rows(`WHERE state = 'active'`);
    return { kekId: active?.kek_id ?? '', rewrapped, destroyed, kept };
  }

  /** All epochs, oldest first. */
  async list(): Promise<Epoch[]> {
    return (await this.rows('')).map((row) => ({
      kekId: row.kek_id,
      provider: row.provider,
      state: row.state,
      activatedAt: row.activated_at.toISOString(),
      ...(row.destroyed_at === null ? {} : { destroyedAt: row.destroyed_at.toISOString() }),
      ...(row.evidence === null ? {} : { evidence: row.evidence }),
    }));
  }

  private rows(where: string): Promise<EpochRow[]> {
    return this.db.query<EpochRow>(`SELECT ${COLUMNS} FROM ks.kek ${where} ORDER BY activated_at, kek_id`);
  }

  private async rewrapTable(table: WrappedTable, kekId: string, damaged: string[]): Promise<number> {
    let count = 0;
    for (let after = ''; ;) {
      const stored = await this.db.query<StoredKey>(table.page, [kekId, after, BATCH]);
      const last = stored.at(-1);
      if (last === undefined) return count;
      after = last.id;
      count += await this.rewrapBatch(table, kekId, stored, damaged);
    }
  }

  private async rewrapBatch(
    table: WrappedTable,
    kekId: string,
    stored: readonly StoredKey[],
    damaged: string[],
  ): Promise<number> {
    const opened = await Promise.all(stored.map((key) => this.open(table, kekId, key, damaged)));
    const living = opened.filter((key) => key !== undefined);
    try {
      const ids = living.map(({ id }) => id);
      const target = await this.epochs.writeWrapped(living, async (tx, newKekId, wrapped) => {
        await tx.query(table.replace, [kekId, newKekId, ids, wrapped]);
        return newKekId;
      });
      await this.verify(table, target, ids, damaged);
      return living.length;
    } finally {
      for (const { bytes } of living) bytes.fill(0);
    }
  }

  /** Reads the rows back and opens them under the new epoch, before the old one may die. */
  private async verify(table: WrappedTable, kekId: string, ids: string[], damaged: string[]): Promise<void> {
    const stored = await this.db.query<StoredKey>(table.read, [kekId, ids]);
    const opened = await Promise.all(stored.map((key) => this.open(table, kekId, key, damaged)));
    for (const key of opened) key?.bytes.fill(0);
  }

  private async open(
    table: WrappedTable,
    kekId: string,
    { id, owner, wrapped, fp }: StoredKey,
    damaged: string[],
  ): Promise<(OwnedKey & { id: string }) | undefined> {
    try {
      const bytes = await this.epochs.unwrap({ kekId, wrapped }, owner);
      if (!keyFingerprint(bytes).equals(fp)) throw new KekRefused(kekId);
      return { id, bytes, owner };
    } catch (error) {
      if (!(error instanceof KekRefused || error instanceof KekGone)) throw error;
      // Destroyed, or wrapped again by another process, since it was read.
      const unchanged = await this.db.query<StoredKey>(table.read, [kekId, [id]]);
      if (unchanged.length === 0) return undefined;
      damaged.push(id);
      this.alarm({ kind: error instanceof KekGone ? 'key-lost' : 'key-damaged', kid: id });
      return undefined;
    }
  }

  private async isUnused(kekId: string): Promise<boolean> {
    const rows = await Promise.all(
      wrappedTables.map((table) => this.db.query<StoredKey>(table.page, [kekId, '', 1])),
    );
    return rows.flat().length === 0;
  }

  /** Empty: another process has destroyed it meanwhile, and tells of it. */
  private async destroy(kek: EpochRow): Promise<DestroyedEpoch[]> {
    const evidence = await this.epochs.ask(this.epochs.providerOf(kek).destroy(kek.provider_ref));
    const ended = await this.db.query(
      `UPDATE ks.kek SET state = 'destroyed', destroyed_at = now(), evidence = $2
        WHERE kek_id = $1 AND state = 'retiring' RETURNING 1`,
      [kek.kek_id, JSON.stringify(evidence)],
    );
    return ended.map(() => ({ kekId: kek.kek_id, provider: kek.provider, evidence }));
  }
}
