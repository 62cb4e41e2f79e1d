import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { createCodec, migrateEventStore, PostgresEventStore, type EventStore } from '#event-store';
import type { Message } from '#kernel';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import {
  createLedgerDataSource,
  LedgerReader,
  migrateLedgerDatabase,
  openLedger,
  randomIds,
  RuntimeModule,
  StreamWriter,
  systemClock,
  type CommandContext,
} from '#runtime';
import { ledgerEvents } from '#runtime/contract';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { openTestDatabase } from '#testing';
import { subjectEvents } from './contract.js';
import { UnwantedAddresses } from './application/unwanted-addresses.js';
import { SubjectsModule } from './subjects.module.js';

/** The context over PostgreSQL, as one process has it, without HTTP. */
export interface SubjectsProcess {
  get<T>(service: abstract new (...args: never[]) => T): T;
  readonly bus: CommandBus;
  readonly reader: LedgerReader;
  readonly keyStore: KeyStore;
  /** Records facts, of this context or another one, as they stand in its contract. */
  record(stream: string, facts: readonly Message[], subjects?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a {@link SubjectsProcess} on databases of its own; `between` stands between it and its event store. By default
 * nobody has ever objected: `unwanted` says nothing of any address.
 */
export async function openSubjects(
  between: (store: EventStore) => EventStore = (store) => store,
  unwanted: UnwantedAddresses = { record: () => Promise.resolve() },
): Promise<SubjectsProcess> {
  const [database, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(database.url), migrateKeyStore(keys.url)]);
  await migrateEventStore(database.pool);
  const postgres = new PostgresEventStore({ connectionString: database.url });
  const keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const contexts = [ledgerEvents, subjectEvents, rightsEvents, registerEvents];
  const definitions = contexts.flatMap((context) => context.definitions);
  const codec = createCodec({ definitions, upcasters: [] });
  const identity = await openLedger({ store: postgres, codec, clock: systemClock, ids: randomIds });
  const dataSource = createLedgerDataSource(database.url);
  const parts = { store: between(postgres), keyStore, codec, pool: database.pool, dataSource };
  const app = await Test.createTestingModule({
    imports: [RuntimeModule.forRoot({ ...parts, ledger: { identity: () => identity } })],
    // The context without its controllers, which need the whole HTTP application.
    providers: [
      ...(Reflect.getMetadata('providers', SubjectsModule) as Provider[]),
      { provide: UnwantedAddresses, useValue: unwanted },
    ],
  }).compile();
  await app.init();
  const writer = app.get(StreamWriter);
  return {
    get: (service) => app.get(service),
    ...{ bus: app.get(CommandBus), reader: app.get(LedgerReader), keyStore },
    record: async (stream, facts, subjects = []) => {
      const step = { stream, context: contextNow(), number: 0, subjects, isNo: false };
      await writer.record(step, () => facts);
    },
    close: async () => {
      await app.close();
      await Promise.all([postgres.shutdown(), keyStore.shutdown()]);
      await Promise.all([database.drop(), keys.drop()]);
    },
  };
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
