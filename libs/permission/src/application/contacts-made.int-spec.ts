import { randomUUID } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsentModule } from '#consent';
import { consentEvents, consentStream, consentUpcasters } from '#consent/contract';
import { createCodec, migrateEventStore, PostgresEventStore } from '#event-store';
import { purposeStream, registerEvents } from '#register/contract';
import { rightsEvents, rightsStream } from '#rights/contract';
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
  type RowOutcome,
} from '#runtime';
import { ledgerEvents } from '#runtime/contract';
import { SolicitationModule } from '#solicitation';
import { solicitationEvents, solicitationStream, type ContactMade } from '#solicitation/contract';
import { MemoryKekProvider, migrateKeyStore, openKeyStore, type KeyStore } from '#subject-keys';
import { subjectEvents } from '#subjects/contract';
import { openTestDatabase, type TestDatabase } from '#testing';
import { ContactsMade, type MadeContact, type RecordedContact } from './contacts-made.js';
import { ContactsMadeBatch } from './contacts-made-batch.js';

// Goal: a spoken "stop" leaves the contact and the "no", each once, whatever step the process dies at, and nothing
// declines it. Method: the real write path on PostgreSQL; deaths are throws from its probe.

const contexts = [
  ledgerEvents,
  subjectEvents,
  consentEvents,
  rightsEvents,
  registerEvents,
  solicitationEvents,
];
const codec = createCodec({
  definitions: contexts.flatMap(({ definitions }) => definitions),
  upcasters: consentUpcasters,
});
const [controllerId, purposeId] = [randomUUID(), randomUUID()];

let [database, keys]: readonly TestDatabase[] = [];
let store: PostgresEventStore;
let keyStore: KeyStore;
let app: TestingModule;
let reader: LedgerReader;
let probe: (point: string) => void = () => undefined;

beforeAll(async () => {
  [database, keys] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await Promise.all([migrateLedgerDatabase(database.url), migrateKeyStore(keys.url)]);
  await migrateEventStore(database.pool);
  store = new PostgresEventStore({ connectionString: database.url });
  keyStore = openKeyStore({ connectionString: keys.url, kek: new MemoryKekProvider() });
  keyStore.reconciled();
  const identity = await openLedger({ store, codec, clock: systemClock, ids: randomIds });
  const dataSource = createLedgerDataSource(database.url);
  const parts = { store, keyStore, codec, pool: database.pool, dataSource };
  const ledger = { identity: () => identity };
  // The contexts without their controllers, which need the whole HTTP application.
  const services = [ConsentModule, SolicitationModule].flatMap(
    (module) => Reflect.getMetadata('providers', module) as Provider[],
  );
  app = await Test.createTestingModule({
    imports: [
      RuntimeModule.forRoot({
        ...parts,
        ledger,
        probe: (point) => {
          probe(point);
        },
      }),
    ],
    providers: [...services, ContactsMade, ContactsMadeBatch],
  }).compile();
  await app.init();
  reader = app.get(LedgerReader);
  await store.append(purposeStream(purposeId), { kind: 'noStream' }, [
    { id: randomUUID(), type: 'PurposeDeclared', data: {}, metadata: {} },
  ]);
});
afterAll(async () => {
  await app.close();
  await Promise.all([store.shutdown(), keyStore.shutdown()]);
  await Promise.all([database?.drop(), keys?.drop()]);
});

const contextNow = (): CommandContext => ({
  commandId: randomUUID(),
  now: systemClock.now(),
  actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' },
  mayBeRetry: false,
  deadline: performance.now() + 60_000,
  correlationId: randomUUID(),
});
const stop = (subjectId: string, more: Partial<MadeContact> = {}): MadeContact => ({
  ...{ subjectId, controllerId, purpose: purposeId, channel: 'phone-human', attemptId: randomUUID() },
  ...{ outcome: 'asked-to-stop', occurredAt: '2026-11-02T09:30:00.000Z' },
  ...more,
});
const record = (contact: MadeContact, context = contextNow()) =>
  app.get(ContactsMade).record(contact, context);

/** What the person's streams say, in short. */
async function told(subjectId: string): Promise<readonly unknown[]> {
  const histories = await reader.many([consentStream(subjectId), solicitationStream(subjectId)]);
  return histories.flat().map(({ type, data }) => {
    const { purposeId: of, channel } = data as { readonly purposeId: string; readonly channel: string };
    return [type, of, channel];
  });
}
const both = [
  ['ConsentWithdrawn', purposeId, 'phone-human'],
  ['ContactMade', purposeId, 'phone-human'],
];

describe('a person who asks to stop', () => {
  it('has said no, on that purpose and channel, at the time of the call', async () => {
    const subjectId = randomUUID();
    const { appended, isStopped } = await record(stop(subjectId));
    expect([appended, isStopped]).toEqual([2, true]);
    expect(await told(subjectId)).toEqual(both);
    const [no] = await reader.history(consentStream(subjectId));
    expect(no?.data).toMatchObject({
      occurredAt: '2026-11-02T09:30:00.000Z',
      source: { kind: 'phone-call' },
      indicatedBy: 'data-subject',
    });
  });

  it('may stop more than what the call was about', async () => {
    const subjectId = randomUUID();
    await record(
      stop(subjectId, { stop: { purpose: 'all', channels: ['phone-human', 'sms-mms'], controllerId } }),
    );
    expect(await told(subjectId)).toEqual([
      ['ConsentWithdrawn', 'all', 'phone-human'],
      ['ConsentWithdrawn', 'all', 'sms-mms'],
      ['ContactMade', purposeId, 'phone-human'],
    ]);
  });

  it('is heard about a purpose that nobody knows, whose wording is sealed', async () => {
    const subjectId = randomUUID();
    await record(stop(subjectId, { purpose: 'les cuisines de mon voisin' }));
    expect(await told(subjectId)).toEqual([
      ['ConsentWithdrawn', 'unknown', 'phone-human'],
      ['ContactMade', 'unknown', 'phone-human'],
    ]);
    const [sealed] = await app.get(PersonalData).openSubject(subjectId);
    expect(sealed?.opened).toHaveProperty('fields');
  });

  it('is heard once, however often it is said; a call told before only adds the no', async () => {
    const subjectId = randomUUID();
    const said = stop(subjectId);
    await record({ ...said, outcome: 'answered' });
    expect((await record(said)).appended).toBe(2);
    expect((await record(said)).appended).toBe(0);
    const [consent, contacts] = await reader.many([consentStream(subjectId), solicitationStream(subjectId)]);
    expect([consent, contacts].map((history) => history?.length)).toEqual([1, 2]);
  });

  it('is told again without ending what the person has agreed to since', async () => {
    const subjectId = randomUUID();
    const { occurredAt: _, ...said } = stop(subjectId);
    await record(said);
    const later = { ...contextNow(), now: new Date(Date.now() + 60_000).toISOString() };
    expect((await record(said, later)).appended).toBe(0);
    expect((await record({ ...said, attemptId: randomUUID() }, later)).appended).toBe(2);
  });

  it('is heard although erased, in the future, unreadable, and under an id that is taken', async () => {
    const subjectId = randomUUID();
    const taken = stop(subjectId, { channel: 'email', outcome: 'sent' });
    await record(taken);
    const erased = { erasureId: randomUUID(), subjectId, keys: [], scopes: ['identity'], covers: [] };
    const step = {
      stream: rightsStream(subjectId),
      context: contextNow(),
      number: 0,
      subjects: [],
      isNo: false,
    };
    await app.get(StreamWriter).record(step, () => [{ type: 'KeyDestructionStarted', data: erased }]);
    await expect(record({ ...taken, outcome: 'bounced' })).rejects.toMatchObject({ code: 'subject-erased' });
    const ahead = stop(subjectId, { attemptId: taken.attemptId!, occurredAt: '2999-01-01T00:00:00.000Z' });
    expect((await record(ahead)).appended).toBe(2);
    const histories = await reader.many([consentStream(subjectId), solicitationStream(subjectId)]);
    for (const { data, recordedAt } of histories.flat()) {
      expect((data as ContactMade).occurredAt <= recordedAt).toBe(true);
    }
    const poisoned = randomUUID();
    for (const stream of [consentStream(poisoned), solicitationStream(poisoned), rightsStream(poisoned)]) {
      await store.append(stream, { kind: 'noStream' }, [
        { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} },
      ]);
    }
    expect((await record(stop(poisoned))).appended).toBe(2);
  });

  it('is answered by the place of the no where the contact is no news', async () => {
    const subjectId = randomUUID();
    const said = stop(subjectId);
    await record(said);
    const wider = await record({ ...said, stop: { purpose: 'all', channels: 'all' } });
    expect([wider.outcome.stream, wider.appended]).toEqual([consentStream(subjectId), 1]);
  });
});

describe('a process that dies', () => {
  const points = ['stream-read', 'decided', 'appended', 'effective'];
  const deaths = points.flatMap((point) => [1, 2].map((passage) => [point, passage] as const));

  it.each(deaths)(
    'after “%s”, the %dth time, leaves nothing that a retry counts twice',
    async (at, passage) => {
      const subjectId = randomUUID();
      const [said, context] = [stop(subjectId), contextNow()];
      let passages = 0;
      probe = (point) => {
        if (point === at && ++passages === passage) throw new Error('killed');
      };
      await expect(record(said, context)).rejects.toThrow('killed');
      // What blocks stands before what counts.
      const before = await told(subjectId);
      expect(before).toEqual(both.slice(0, before.length));
      probe = () => undefined;
      const retried = await record(said, { ...context, mayBeRetry: true });
      const repeated = await record(said, { ...context, mayBeRetry: true, isReplay: true });
      expect(repeated).toEqual(retried);
      expect(retried.appended).toBe(2);
      expect(await told(subjectId)).toEqual(both);
    },
  );
});

/** What a row's answer is made of. */
function inShort(one: RowOutcome<RecordedContact>): readonly unknown[] {
  if ('declined' in one) return [one.declined.code, one.declined.pointer];
  return [one.appended, one.attemptId, one.isStopped, one.outcome.events];
}

describe('a batch', () => {
  const batch = (rows: readonly MadeContact[], context: CommandContext) =>
    app.get(ContactsMadeBatch).record(rows, context);

  it('records every row that can stand, and says why the others cannot', async () => {
    const [anna, bruno] = [randomUUID(), randomUUID()];
    const call = (subjectId: string, more: Partial<MadeContact> = {}) =>
      stop(subjectId, { outcome: 'answered', ...more });
    const [first, ahead] = [call(anna), call(bruno, { occurredAt: '2999-01-01T00:00:00.000Z' })];
    const rows = [first, ahead, first, { ...first, outcome: 'refused' as const }, stop(bruno)];
    const context = contextNow();
    const outcomes = await batch(rows, context);
    expect(outcomes.map((one) => inShort(one)[0])).toEqual([1, 'occurred-in-the-future', 0, 1, 2]);
    // Where the kept answer is gone, a repetition still gives the same one.
    const repeated = await batch(rows, { ...context, mayBeRetry: true, isReplay: true });
    expect(repeated.map(inShort)).toEqual(outcomes.map(inShort));
  });

  it('that dies in the middle is completed by a retry, each row once', async () => {
    const people = Array.from({ length: 20 }, () => randomUUID());
    const rows = people.map((subjectId, n) => stop(subjectId, n % 2 === 0 ? {} : { outcome: 'no-answer' }));
    const context = contextNow();
    let passages = 0;
    probe = (point) => {
      if (point === 'appended' && ++passages > 7) throw new Error('killed');
    };
    await expect(batch(rows, context)).rejects.toThrow('killed');
    probe = () => undefined;
    await batch(rows, { ...context, mayBeRetry: true });
    const stood = await Promise.all(people.map(told));
    expect(stood).toEqual(people.map((_, n) => (n % 2 === 0 ? both : both.slice(1))));
  });
});
