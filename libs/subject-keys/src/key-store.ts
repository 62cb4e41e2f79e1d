import type { Clock } from '#kernel';
import { ActorMap } from './actors/actor-map.js';
import type { AlarmSink } from './alarm.js';
import { BlindIndex } from './claims/blind-index.js';
import { ContactClaims } from './claims/contact-claims.js';
import { DailyKeys } from './daily/daily-keys.js';
import { KeyDatabase } from './database/key-database.js';
import { KekEpochs } from './kek/kek-epochs.js';
import type { KekProvider } from './kek/kek-provider.js';
import { SubjectKeys } from './keys/subject-keys.js';
import { NamedKeys } from './named/named-keys.js';
import { ReconcileGate } from './reconcile-gate.js';

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
  readonly clock?: Clock;
  readonly maxConnections?: number;
  readonly maxCachedKeys?: number;
}

const LOCK_CONNECTIONS = 8;

/** Everything the key store does, over one database and one provider of key-encryption keys. */
export class KeyStore {
  readonly subjects: SubjectKeys;
  readonly claims: ContactClaims;
  readonly actors: ActorMap;
  readonly daily: DailyKeys;
  readonly epochs: KekEpochs;
  /** Closed until the ledger's erasures are replayed; see `reconciled`. */
  readonly gate = new ReconcileGate();
  private readonly db: KeyDatabase;
  private readonly locks: KeyDatabase;
  private readonly named: NamedKeys;

  constructor(options: KeyStoreOptions) {
    const { connectionString, kek, formerKeks, maxConnections, maxCachedKeys } = options;
    const alarm = options.onAlarm ?? (() => undefined);
    this.db = new KeyDatabase(connectionString, maxConnections === undefined ? {} : { maxConnections });
    this.locks = new KeyDatabase(connectionString, { maxConnections: LOCK_CONNECTIONS });
    this.epochs = new KekEpochs(this.db, kek, formerKeks);
    this.named = new NamedKeys(this.db, this.epochs, alarm);
    const cache = maxCachedKeys === undefined ? {} : { maxCachedKeys };
    this.subjects = new SubjectKeys(this.db, this.epochs, this.gate, alarm, cache);
    this.claims = new ContactClaims(this.db, this.locks, new BlindIndex(this.named), this.gate);
    this.actors = new ActorMap(this.db, this.named);
    this.daily = new DailyKeys(this.named, options.clock);
  }

  /** Declares that the ledger's erasures are replayed up to its head: decryption and look-up are served. */
  reconciled(): void {
    this.gate.open();
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
