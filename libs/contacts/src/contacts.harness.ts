import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { ConsentModule } from '#consent';
import { InMemoryEventStore } from '#event-store';
import { closeHttpApp, createHttpApp, createLogger, type Role } from '#http';
import type { JsonObject, Uuid } from '#kernel';
import { RightsModule } from '#rights';
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
  StoredCheckpoints,
  systemClock,
} from '#runtime';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { StaffEnrolment, SubjectsModule } from '#subjects';
import { openTestDatabase, type TestDatabase } from '#testing';
import { fixtureCodec } from './contacts.fixture.js';
import { ContactsModule, contactsProjections } from './contacts.module.js';

/** A request of a spec. */
export interface SpecRequest {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly as: Role;
  /** For role `subject`: who it is. */
  readonly sub?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of a spec's request. */
export interface SpecAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a spec says what it expects of it
  readonly json: any;
}

/** The contexts and contacts over HTTP, with everything that follows the log, on databases of their own. */
export interface ContactsApp {
  readonly store: InMemoryEventStore;
  readonly database: TestDatabase;
  readonly keyStore: KeyStore;
  readonly ledgerId: Uuid;
  readonly app: NestFastifyApplication;
  send(wanted: SpecRequest): Promise<SpecAnswer>;
  /** A command with an idempotency key of its own. */
  post(as: Role, path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<SpecAnswer>;
  get(as: Role, path: string, headers?: Readonly<Record<string, string>>): Promise<SpecAnswer>;
  /** Returns when audit copy and read models hold everything that is in the store. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a {@link ContactsApp}. */
export async function openContactsApp(): Promise<ContactsApp> {
  const [ledger, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(ledger.url), migrateKeyStore(keys.url)]);
  const keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const store = new InMemoryEventStore();
  const codec = fixtureCodec;
  const identity = await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const entities = contactsProjections.flatMap((projection) => projection.entities);
  const dataSource = await createLedgerDataSource(ledger.url, {
    entities: entities as (new () => object)[],
  }).initialize();
  const parts = {
    store,
    keyStore,
    codec,
    ledger: { identity: () => identity },
    pool: ledger.pool,
    dataSource,
  };
  const keyFolder = mkdtempSync(join(tmpdir(), 'greffe-contacts-'));
  const app = await httpApp(RuntimeModule.forRoot(parts), keyFolder);
  const feed = follow(store, ledger, dataSource, parts.ledger);
  const send = senderTo((app.getHttpServer().address() as AddressInfo).port);
  return {
    ...{ store, database: ledger, keyStore, app, send, ledgerId: identity.ledgerId },
    post: (as, path, body, headers) =>
      send({ method: 'POST', path, as, body, headers: { 'idempotency-key': randomUUID(), ...headers } }),
    get: (as, path, headers) => send({ path, as, ...(headers && { headers }) }),
    caughtUp: () => caughtUp(store, ledger),
    close: async () => {
      await closeHttpApp(app);
      await feed.stop();
      await keyStore.shutdown();
      await dataSource.destroy();
      await Promise.all([ledger.drop(), keys.drop()]);
      rmSync(keyFolder, { recursive: true, force: true });
    },
  };
}

async function httpApp(
  runtime: ReturnType<typeof RuntimeModule.forRoot>,
  keyFolder: string,
): Promise<NestFastifyApplication> {
  @Module({ imports: [runtime, SubjectsModule, ConsentModule, RightsModule, ContactsModule] })
  class SpecModule {}
  const app = await createHttpApp(SpecModule, {
    identity: { kind: 'development', keyFolder },
    host: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:8080',
    version: '0.0.0-test',
    logger: createLogger('error'),
    ports: (get) => ({ commandLog: get(CommandLog), actors: get(StaffEnrolment), checks: [] }),
  });
  await app.listen(0, '127.0.0.1');
  return app;
}

function follow(
  store: InMemoryEventStore,
  ledger: TestDatabase,
  dataSource: DataSource,
  opened: ConstructorParameters<typeof AuditWriter>[1],
): LedgerFeed {
  const feed = new LedgerFeed({ store, pool: ledger.pool, tickMs: 50 });
  new AuditWriter(feed, opened);
  new ProjectionRunner({ feed, codec: fixtureCodec, dataSource, projections: contactsProjections });
  feed.start();
  return feed;
}

async function caughtUp(store: InMemoryEventStore, { pool }: TestDatabase): Promise<void> {
  const head = await store.head();
  const checkpoints = new StoredCheckpoints(pool);
  for (const follower of ['audit', ...contactsProjections.map(({ name }) => name)]) {
    if (head !== undefined && !(await checkpoints.waitFor(follower, head, 120_000)))
      throw new Error(`${follower} does not catch up`);
  }
}

/** Sends requests with a development token of the wanted role. */
function senderTo(port: number): (wanted: SpecRequest) => Promise<SpecAnswer> {
  const tokens = new Map<string, string>();
  return async ({ method = 'GET', path, as, sub, body, headers }) => {
    const who = { role: as, ...(sub === undefined ? {} : { sub }) };
    const key = JSON.stringify(who);
    if (!tokens.has(key)) {
      const { json } = await exchange(port, 'POST', '/dev/token', {}, who);
      tokens.set(key, (json as { access_token: string }).access_token);
    }
    const authorization = `Bearer ${tokens.get(key) ?? ''}`;
    return exchange(port, method, path, { authorization, ...headers }, body);
  };
}

function exchange(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: object,
): Promise<SpecAnswer> {
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, agent: false, headers: { ...type, ...headers } };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as SpecAnswer['headers'],
          json: text === '' ? undefined : (JSON.parse(text) as JsonObject),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
