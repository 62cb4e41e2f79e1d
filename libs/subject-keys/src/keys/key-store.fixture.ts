import { randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '#testing';
import type { KeyAlarm } from '../alarm.js';
import { migrateKeyStore } from '../database/migrate.js';
import type { Envelope, EnvelopeContext, PersonalFields } from '../envelope/envelope.js';
import { MemoryKekProvider } from '../kek/memory-kek-provider.js';
import { openKeyStore, type KeyStore, type KeyStoreOptions } from '../key-store.js';
import type { OpenItem } from './sealing.js';

/** A migrated key store on a database of its own, for specs of this lib. */
export interface KeyStoreFixture {
  readonly database: TestDatabase;
  readonly kek: MemoryKekProvider;
  readonly alarms: KeyAlarm[];
  /** Serves decrypts already. */
  readonly store: KeyStore;
  /** Another process on the same database and provider. */
  another(options?: Partial<KeyStoreOptions>): KeyStore;
  close(): Promise<void>;
}

/** Opens a {@link KeyStoreFixture}. */
export async function openFixture(): Promise<KeyStoreFixture> {
  const database = await openTestDatabase();
  await migrateKeyStore(database.pool);
  const kek = new MemoryKekProvider();
  const alarms: KeyAlarm[] = [];
  const opened: KeyStore[] = [];
  const another = (options: Partial<KeyStoreOptions> = {}): KeyStore => {
    const onAlarm = (alarm: KeyAlarm): void => void alarms.push(alarm);
    const store = openKeyStore({ connectionString: database.url, kek, onAlarm, ...options });
    opened.push(store);
    return store;
  };
  const store = another();
  store.reconciled();
  return {
    database,
    kek,
    alarms,
    store,
    another,
    close: async () => {
      await Promise.all(opened.map((each) => each.shutdown()));
      await database.drop();
    },
  };
}

/** Where an event of a personal stream stands. */
export function contextIn(stream: string): EnvelopeContext {
  return { led: randomUUID(), stream, eventId: randomUUID(), type: 'PersonalDataSealed', slot: 0 };
}

/** Declares a pending key, as a caller does after `SubjectKeyCreated`. */
export async function declare(store: KeyStore, kid: string): Promise<void> {
  await store.subjects.activate(kid, { declaredRevision: 1n, createdEventId: randomUUID() });
}

/** Provisions a key if needed, and seals under it. */
export async function sealFor(
  store: KeyStore,
  subjectId: string,
  scope: string,
  fields: PersonalFields,
): Promise<OpenItem & { readonly envelope: Envelope }> {
  const key = await store.subjects.prepare({ subjectId, scope });
  if (key.status === 'pending') await declare(store, key.kid);
  const context = contextIn(key.stream);
  return { envelope: await store.subjects.seal({ kid: key.kid }, context, fields), context };
}
