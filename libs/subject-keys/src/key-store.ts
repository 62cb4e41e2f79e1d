import type { Clock, Uuid } from '#kernel';
import { ActorMap } from './actors/actor-map.js';
import type { AlarmSink } from './alarm.js';
import { ArchiveIndex } from './archive/archive-index.js';
import { BlindIndex } from './claims/blind-index.js';
import { ContactClaims } from './claims/contact-claims.js';
import { DailyKeys } from './daily/daily-keys.js';
import { KeyDatabase } from './database/key-database.js';
import { KekEpochs } from './kek/kek-epochs.js';
import type { KekProvider, KekProviderDescription } from './kek/kek-provider.js';
import { KekRotation } from './kek/kek-rotation.js';
import { SubjectKeys } from './keys/subject-keys.js';
import { NamedKeys } from './named/named-keys.js';
import { ReconcileGate } from './reconcile-gate.js';
import { ServiceKeys } from './service-keys/service-keys.js';
import { SuppressionKeys } from './suppression/suppression-keys.js';
import { SuppressionList } from './suppression/suppression-list.js';

/** How to reach the key store. */
export interface KeyStoreOptions {
  /** The key store's own database, as its application role. */
  readonly connectionString: string;
  /** Wraps everything new. */
  readonly kek: KekProvider;
  /** Providers of earlier epochs that only unwrap, while a change of provider is under way. */
  readonly formerKeks?: readonly KekProvider[];
  /** Told at once of anything that must never happen to a key. Must not throw. */
  readonly onAlarm?: AlarmSink;
  /** For days and epochs. Absent: this machine's for days, the primary's for epochs. */
  readonly clock?: Clock;
  /** Connections for statements at most; 10 by default. */
  readonly maxConnections?: number;
  /** Beside them, sessions at most that hold locks while work is done; 8 by default. */
  readonly maxLockConnections?: number;
  readonly maxCachedKeys?: number;
}

const LOCK_CONNECTIONS = 8;

/** Everything the key store does, over one database and one provider of key-encryption keys. */
export class KeyStore {
  readonly subjects: SubjectKeys;
  readonly claims: ContactClaims;
  /** Finds what an erasure retained, by the addresses that it erased. */
  readonly archive: ArchiveIndex;
  readonly actors: ActorMap;
  readonly daily: DailyKeys;
  readonly suppressionKeys: SuppressionKeys;
  readonly suppressions: SuppressionList;
  readonly serviceKeys: ServiceKeys;
  /** The ledger's own HMAC keys, for example to sign links. */
  readonly named: NamedKeys;
  /** Ends epochs of the key-encryption keys. */
  readonly rotation: KekRotation;
  /** Closed until the ledger's erasures are replayed; see `reconciled`. */
  readonly gate = new ReconcileGate();
  /** What holds the key-encryption keys, as an erasure certificate names it. */
  readonly kek: KekProviderDescription;
  private readonly db: KeyDatabase;
  private readonly locks: KeyDatabase;

  constructor(options: KeyStoreOptions) {
    const { connectionString, kek, formerKeks, maxConnections, maxCachedKeys } = options;
    const { maxLockConnections = LOCK_CONNECTIONS } = options;
    this.kek = kek.describe();
    const alarm = options.onAlarm ?? (() => undefined);
    this.db = new KeyDatabase(connectionString, maxConnections === undefined ? {} : { maxConnections });
    this.locks = new KeyDatabase(connectionString, { maxConnections: maxLockConnections });
    const epochs = new KekEpochs(this.db, kek, formerKeks, options.clock);
    this.named = new NamedKeys(this.db, epochs, alarm);
    this.rotation = new KekRotation(this.db, epochs, alarm);
    const cache = maxCachedKeys === undefined ? {} : { maxCachedKeys };
    this.subjects = new SubjectKeys(this.db, epochs, this.gate, alarm, cache);
    this.claims = new ContactClaims(this.db, this.locks, new BlindIndex(this.named), this.gate);
    this.archive = new ArchiveIndex(this.db, this.named, this.gate);
    this.actors = new ActorMap(this.db, this.named);
    this.suppressionKeys = new SuppressionKeys(this.named);
    this.suppressions = new SuppressionList(this.db, this.suppressionKeys);
    this.serviceKeys = new ServiceKeys(this.db, this.actors);
    this.daily = new DailyKeys(this.named, options.clock);
  }

  /** Declares that the ledger's erasures are replayed up to its head: decryption and look-up are served. */
  reconciled(): void {
    this.gate.open();
  }

  /**
   * Runs `work` while no other process runs such work for this person: what moves values from one generation to the
   * next must know what all others moved. Throws `KeyStoreUnavailable` if the turn does not come in time.
   */
  inTurn<T>(subjectId: Uuid, work: () => Promise<T>): Promise<T> {
    const turn = BigInt.asIntN(64, BigInt(`0x${subjectId.replaceAll('-', '').slice(0, 16)}`));
    return this.locks.withAdvisoryLocks([turn], work);
  }

  /** Succeeds if the key store's primary answers. Throws `KeyStoreUnavailable`. */
  async ping(): Promise<void> {
    await this.db.query('SELECT 1 FROM ks.migration LIMIT 1');
  }

  /** Forgets all keys of this process and ends its connections. */
  async shutdown(): Promise<void> {
    this.subjects.forgetUnwrapped();
    this.named.forgetUnwrapped();
    await Promise.all([this.db.close(), this.locks.close()]);
  }
}

/** Opens the key store. Connects on first use only, so it never throws while the database is down. */
export function openKeyStore(options: KeyStoreOptions): KeyStore {
  return new KeyStore(options);
}
