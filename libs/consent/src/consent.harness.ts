import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { createCodec, migrateEventStore, PostgresEventStore } from '#event-store';
import { Personal, sha256Hex, type Message } from '#kernel';
import { formStream, noticeStream, purposeStream, registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import {
  createLedgerDataSource,
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
import { subjectEvents, subjectStream } from '#subjects/contract';
import { openTestDatabase } from '#testing';
import { ConsentModule } from './consent.module.js';
import { consentEvents, consentUpcasters } from './contract.js';

/** The context over PostgreSQL, as one process has it, without HTTP. */
export interface ConsentProcess {
  get<T>(service: abstract new (...args: never[]) => T): T;
  readonly reader: LedgerReader;
  readonly personal: PersonalData;
  readonly keyStore: KeyStore;
  readonly store: PostgresEventStore;
  /** Records facts of another context as they stand in its contract, after those that the stream has. */
  record(stream: string, facts: readonly Message[], subjects?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a {@link ConsentProcess} on databases of its own. */
export async function openConsent(): Promise<ConsentProcess> {
  const [database, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(database.url), migrateKeyStore(keys.url)]);
  await migrateEventStore(database.pool);
  const store = new PostgresEventStore({ connectionString: database.url });
  const keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const contexts = [ledgerEvents, subjectEvents, consentEvents, rightsEvents, registerEvents];
  const codec = createCodec({
    definitions: contexts.flatMap(({ definitions }) => definitions),
    upcasters: consentUpcasters,
  });
  const identity = await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const dataSource = createLedgerDataSource(database.url);
  const parts = { store, keyStore, codec, pool: database.pool, dataSource };
  const app = await Test.createTestingModule({
    imports: [RuntimeModule.forRoot({ ...parts, ledger: { identity: () => identity } })],
    // The context without its controllers, which need the whole HTTP application.
    providers: Reflect.getMetadata('providers', ConsentModule) as Provider[],
  }).compile();
  await app.init();
  const writer = app.get(StreamWriter);
  return {
    ...{ reader: app.get(LedgerReader), personal: app.get(PersonalData), keyStore, store },
    get: (service) => app.get(service),
    record: async (stream, facts, subjects = []) => {
      const step = { stream, context: contextNow(), number: 0, subjects, isNo: false };
      await writer.record(step, () => facts);
    },
    close: async () => {
      await app.close();
      await Promise.all([store.shutdown(), keyStore.shutdown()]);
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

/** An instant some days ago. */
export const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** The words beside the box of a {@link declareForm}. */
export const LABEL = 'Je veux recevoir la lettre';

/** What people can say yes to: a purpose by e-mail, on a form that shows a notice; all of it a hundred days old. */
export interface DeclaredForm {
  readonly purposeId: string;
  readonly controllerId: string;
  readonly basis: { readonly formId: string; readonly formVersion: number };
  readonly noticeId: string;
}

/** Declares a {@link DeclaredForm}. */
export async function declareForm(process: ConsentProcess): Promise<DeclaredForm> {
  const [purposeId, controllerId, noticeId, formId] = [1, 2, 3, 4].map(() => randomUUID()) as [
    string,
    string,
    string,
    string,
  ];
  const [occurredAt, sha256] = [daysAgo(100), sha256Hex('Vos données')];
  await process.record(purposeStream(purposeId), [
    { type: 'PurposeDeclared', data: purposeData(purposeId, controllerId, ['email'], occurredAt) },
  ]);
  const texts = [{ language: 'fr', sha256, bytes: 12, parts: 1 }];
  const notice = { noticeId, version: 1, title: { fr: 'Vos données' }, texts, change: 'first' };
  await process.record(noticeStream(noticeId), [
    { type: 'NoticePublished', data: { ...notice, effectiveFrom: occurredAt, occurredAt } },
  ]);
  const shown = {
    withdrawalRight: true,
    durableMedium: true,
    professionalIdentity: true,
    choiceOffered: true,
  };
  const form = {
    ...{ formId, version: 1, name: 'Inscription', language: 'fr', validFrom: occurredAt, shown },
    ...{ method: 'web-checkbox', defaultState: 'unchecked', notice: { noticeId, version: 1, sha256 } },
    offers: [{ purposeId, channels: ['email', 'post'], label: LABEL }],
    withdrawalMethods: ['unsubscribe-link'],
  };
  await process.record(formStream(formId), [
    { type: 'CollectionFormPublished', data: { ...form, occurredAt } },
  ]);
  return { purposeId, controllerId, basis: { formId, formVersion: 1 }, noticeId };
}

/** A purpose that rests on consent, as a fact of the register. */
export function purposeData(
  purposeId: string,
  controllerId: string,
  channels: readonly string[],
  occurredAt: string,
) {
  const variant = {
    ...{ variantId: 'consumers', audiences: ['consumer'], relations: ['none'] },
    ...{ lawfulBasis: 'consent', basisSource: 'Art. 6(1)(a)' },
  };
  return {
    ...{ purposeId, controllerId, code: `newsletter-${purposeId}`, kind: 'prospecting', occurredAt },
    ...{ name: { fr: 'La lettre' }, description: { fr: 'La lettre du mois' }, sector: 'normal' },
    ...{ channels: [...channels], variants: [variant], dataNeeded: ['email'] },
    ...{ productCategories: [], namedRecipients: [] },
  };
}

/** A person with one e-mail address, as facts of the subjects' context. */
export async function registerPerson(process: ConsentProcess): Promise<{
  readonly subjectId: string;
  readonly contactPointId: string;
}> {
  const [subjectId, contactPointId, occurredAt] = [randomUUID(), randomUUID(), daysAgo(50)];
  const value = await process.personal.seal({
    ...{ subjectId, scope: 'identity', about: 'contact-point', context: contextNow(), step: 1 },
    fields: { kind: 'email', value: Personal.of(`${subjectId}@courrier.example`) },
  });
  const registered = { subjectId, audience: 'consumer', collection: 'direct', source: { kind: 'web-form' } };
  const point = { subjectId, contactPointId, kind: 'email', use: 'unknown', value };
  await process.record(
    subjectStream(subjectId),
    [
      { type: 'SubjectRegistered', data: { ...registered, occurredAt } },
      { type: 'ContactPointAdded', data: { ...point, occurredAt } },
    ],
    [subjectId],
  );
  return { subjectId, contactPointId };
}
