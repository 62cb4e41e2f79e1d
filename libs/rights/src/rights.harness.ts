import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { consentEvents, consentUpcasters } from '#consent/contract';
import {
  createCodec,
  migrateEventStore,
  PostgresEventStore,
  type EventStore,
  type EventStoreErasure,
} from '#event-store';
import { Personal, type Clock, type Message, type Scope } from '#kernel';
import { registerEvents } from '#register/contract';
import {
  AuditWriter,
  createLedgerDataSource,
  LedgerFeed,
  LedgerReader,
  migrateLedgerDatabase,
  openLedger,
  PersonalData,
  randomIds,
  RuntimeModule,
  StreamWriter,
  systemClock,
  type CommandContext,
} from '#runtime';
import { ledgerEvents } from '#runtime/contract';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { subjectEvents } from '#subjects/contract';
import { openTestDatabase, type TestDatabase } from '#testing';
import { rightsEvents } from './contract.js';
import { rightsMigrations } from './eraser/eraser.migrations.js';
import { RightsModule } from './rights.module.js';

const contexts = [ledgerEvents, subjectEvents, consentEvents, rightsEvents, registerEvents];
const codec = createCodec({
  definitions: contexts.flatMap(({ definitions }) => definitions),
  upcasters: consentUpcasters,
});

/** One process: the rights context over its own connections. */
export interface RightsProcess {
  readonly app: TestingModule;
  readonly bus: CommandBus;
  readonly reader: LedgerReader;
  readonly writer: StreamWriter;
  readonly personal: PersonalData;
  readonly keyStore: KeyStore;
}

/** What a spec puts between a process and its stores. */
export interface Between {
  readonly store?: (store: EventStore) => EventStore;
  readonly keyStore?: (keyStore: KeyStore) => KeyStore;
  readonly eraser?: (store: EventStoreErasure) => EventStoreErasure;
  readonly purgeEveryHours?: number;
  readonly backupDays?: number | undefined;
  readonly nodes?: () => Promise<readonly string[]>;
  readonly clock?: Clock;
}

/** A ledger on PostgreSQL with its key store, on which a spec starts as many processes as it wants. */
export interface RightsLedger {
  readonly database: TestDatabase;
  readonly keys: TestDatabase;
  readonly store: PostgresEventStore;
  start(between?: Between): Promise<RightsProcess>;
  /** Lets the audit copy follow until {@link close}. */
  copyForAudit(): LedgerFeed;
  close(): Promise<void>;
}

/** Opens a {@link RightsLedger}. Every process starts with its restore guard passed unless the spec closes the gate. */
export async function openRightsLedger(): Promise<RightsLedger> {
  const [database, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([
    migrateLedgerDatabase(database.url, { migrations: rightsMigrations }),
    migrateKeyStore(keys.url),
  ]);
  await migrateEventStore(database.pool);
  const store = new PostgresEventStore({
    connectionString: database.url,
    ownerConnectionString: database.url,
  });
  const kek = new MemoryKekProvider();
  const identity = await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const ledger = { identity: () => identity };
  const closing: (() => Promise<unknown>)[] = [];
  const start = async (between: Between = {}): Promise<RightsProcess> => {
    const { store: ofStore, keyStore: ofKeys, eraser, clock = systemClock, ...more } = between;
    const opened = openKeyStore({ connectionString: keys.url, kek });
    opened.reconciled();
    const keyStore = ofKeys?.(opened) ?? opened;
    const app = await Test.createTestingModule({
      imports: [
        RuntimeModule.forRoot({
          ...{ store: ofStore?.(store) ?? store, keyStore, codec, ledger },
          eraser: { ...{ store: eraser?.(store) ?? store, purgeEveryHours: 24, backupDays: 30 }, ...more },
          clock,
          ...{ pool: database.pool, dataSource: createLedgerDataSource(database.url) },
        }),
      ],
      // The context without its controllers, which need the whole HTTP application.
      providers: Reflect.getMetadata('providers', RightsModule) as Provider[],
    }).compile();
    await app.init();
    closing.push(async () => {
      await app.close();
      await opened.shutdown();
    });
    const [bus, reader] = [app.get(CommandBus), app.get(LedgerReader)];
    return { app, bus, reader, writer: app.get(StreamWriter), personal: app.get(PersonalData), keyStore };
  };
  const copyForAudit = (): LedgerFeed => {
    const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20 });
    new AuditWriter(feed, ledger);
    feed.start();
    closing.unshift(() => feed.stop());
    return feed;
  };
  const close = async (): Promise<void> => {
    for (const end of closing) await end();
    await store.shutdown();
    await Promise.all([database.drop(), keys.drop()]);
  };
  return { database, keys, store, start, copyForAudit, close };
}

/** The context of a new command that is received now. */
export function contextNow(commandId: string = randomUUID()): CommandContext {
  return {
    commandId,
    now: systemClock.now(),
    actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' },
    mayBeRetry: false,
    deadline: performance.now() + 10_000,
    correlationId: commandId,
  };
}

/** Records facts of another context as they stand in its contract. */
export async function record(
  { writer }: Pick<RightsProcess, 'writer'>,
  stream: string,
  facts: readonly Message[],
  subjects: readonly string[] = [],
): Promise<void> {
  const step = { stream, context: contextNow(), number: 0, subjects, isNo: false };
  await writer.record(step, () => facts);
}

/** Seals a value of a person; answers what a fact would point at. */
export async function sealFor({ personal }: RightsProcess, subjectId: string, scope: Scope, value: string) {
  const isAddress = scope === 'identity';
  return personal.seal({
    subjectId,
    scope,
    about: isAddress ? 'contact-point' : 'statement',
    fields: isAddress ? { kind: 'email', value: Personal.of(value) } : { statement: Personal.of(value) },
    context: contextNow(),
    step: 1,
  });
}

/** Every value of a person that opens now. */
export async function readable({ personal }: RightsProcess, subjectId: string): Promise<unknown[]> {
  const opened = await personal.openSubject(subjectId);
  return opened.flatMap((entry) => ('fields' in entry.opened ? [entry.opened.fields.reveal()] : []));
}
