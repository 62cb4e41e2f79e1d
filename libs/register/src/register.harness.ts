import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createCodec, InMemoryEventStore, type EventCodec } from '#event-store';
import { closeHttpApp, createHttpApp, createLogger } from '#http';
import {
  AuditWriter,
  CommandLog,
  createLedgerDataSource,
  LedgerFeed,
  migrateLedgerDatabase,
  openLedger,
  ProjectionRunner,
  randomIds,
  RuntimeModule,
  systemClock,
} from '#runtime';
import { ledgerEvents } from '#runtime/contract';
import { MemoryKekProvider, migrateKeyStore, openKeyStore } from '#subject-keys';
import { openTestDatabase } from '#testing';
import { registerEvents } from './contract.js';
import { registerEntities } from './read-model/register.entity.js';
import { RecipientEntity } from './read-model/recipient.entity.js';
import { registerProjections } from './read-model/register.projection.js';
import { RegisterModule } from './register.module.js';

const TICK_MS = 50;
/** Twice this is how old a moment must be before one may ask what was known then. */
const LEASE_MS = 2000;

/** An answer of the application; a spec says what it expects of `body`. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of every route
  readonly body: any;
}

/** The register as a whole server has it: HTTP, PostgreSQL, key store, a store in memory, live read models. */
export interface RegisterApp {
  readonly app: NestFastifyApplication;
  readonly codec: EventCodec;
  /** Sends a request as data protection officer; a `POST` gets an idempotency key of its own unless it has one. */
  send(method: string, path: string, json?: unknown, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
}

/** The register's own events and the ledger's. */
export const registerCodec = createCodec({
  definitions: [...ledgerEvents.definitions, ...registerEvents.definitions],
  upcasters: [],
});

/** Starts it on databases of its own. */
export async function startRegister(): Promise<RegisterApp> {
  const [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  const entities = [...registerEntities, RecipientEntity];
  await migrateLedgerDatabase(ledger.url, { entities });
  await migrateKeyStore(keys.url);
  const keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const store = new InMemoryEventStore();
  const identity = await openLedger({ store, codec: registerCodec, clock: systemClock, ids: randomIds });
  const dataSource = await createLedgerDataSource(ledger.url, { entities }).initialize();
  const lease = { leaseMs: LEASE_MS, deadlineMs: LEASE_MS / 2 };
  const parts = { store, keyStore, codec: registerCodec, pool: ledger.pool, dataSource, lease };

  @Module({
    imports: [RuntimeModule.forRoot({ ...parts, ledger: { identity: () => identity } }), RegisterModule],
  })
  class Root {}

  const keyFolder = mkdtempSync(join(tmpdir(), 'greffe-register-'));
  const app = await createHttpApp(Root, {
    identity: { kind: 'development', keyFolder },
    host: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:8080',
    version: '0.0.0-test',
    logger: createLogger('fatal'),
    ports: (get) => ({
      commandLog: get(CommandLog),
      actors: { resolve: async () => ({ actorId: '0d9a6f0e-3c54-4f7b-8f6c-1b2a3c4d5e6f' }) },
      checks: [],
    }),
  });
  const feed = new LedgerFeed({ store, pool: ledger.pool, tickMs: TICK_MS });
  new ProjectionRunner({ feed, codec: registerCodec, dataSource, projections: registerProjections });
  new AuditWriter(feed, { identity: () => identity });
  feed.start();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const dpo = await tokenOf(url);
  return {
    app,
    codec: registerCodec,
    send: (method, path, json, headers = {}) => send(method, `${url}${path}`, json, { ...dpo, ...headers }),
    stop: async () => {
      await feed.stop();
      await closeHttpApp(app);
      await dataSource.destroy();
      await keyStore.shutdown();
      await Promise.all([ledger.drop(), keys.drop()]);
      rmSync(keyFolder, { recursive: true });
    },
  };
}

async function tokenOf(url: string): Promise<Record<string, string>> {
  const { body } = await send('POST', `${url}/dev/token`, { role: 'dpo' }, {});
  return { authorization: `Bearer ${String(body.access_token)}` };
}

async function send(
  method: string,
  url: string,
  json: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      ...headers,
    },
    body: json === undefined ? null : JSON.stringify(json),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
