import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCodec, migrateEventStore, PostgresEventStore, type LedgerEvent } from '#event-store';
import { Rejection } from '#kernel';
import { rightsEvents, rightsStream } from '#rights/contract';
import { DeciderRunner, LedgerReader, StreamWriter, systemClock, type CommandContext } from '#runtime';
import { openTestDatabase, type TestDatabase } from '#testing';
import { solicitationEvents, solicitationStream, type ContactMade } from '../contract.js';
import { Solicitations, type WantedReservation } from './solicitations.js';

// Goal: of any number of callers at once, in several processes, exactly as many get a place as the law leaves; and
// whatever step a process dies at, nothing counts twice. Method: two processes, each with connections of its own, on
// one PostgreSQL; deaths are throws from the probe of the write path.

const codec = createCodec({
  definitions: [rightsEvents, solicitationEvents].flatMap(({ definitions }) => definitions),
  upcasters: [],
});
const [controllerId, purposeId] = [randomUUID(), randomUUID()];
const limit = { maxCalls: 4, perDays: 30, counts: 'calls-and-attempts' } as const;

interface Process {
  readonly store: PostgresEventStore;
  readonly writer: StreamWriter;
  readonly reader: LedgerReader;
  readonly solicitations: Solicitations;
}

let database: TestDatabase;
let processes: readonly Process[];
let probe: (point: string) => void = () => undefined;

beforeAll(async () => {
  database = await openTestDatabase();
  await migrateEventStore(database.pool);
  processes = [1, 2].map(() => {
    const store = new PostgresEventStore({ connectionString: database.url });
    const writer = new StreamWriter(store, codec, (point) => {
      probe(point);
    });
    const reader = new LedgerReader(store, codec);
    return { store, writer, reader, solicitations: new Solicitations(new DeciderRunner(writer), reader) };
  });
});
afterAll(async () => {
  await Promise.all(processes.map(({ store }) => store.shutdown()));
  await database.drop();
});

const contextNow = (more: Partial<CommandContext> = {}): CommandContext => ({
  commandId: randomUUID(),
  now: systemClock.now(),
  actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' },
  mayBeRetry: false,
  deadline: performance.now() + 60_000,
  correlationId: randomUUID(),
  ...more,
});
const [one, two] = [() => processes[0]!.solicitations, () => processes[1]!.solicitations];
const wanted = (subjectId: string, more: Partial<WantedReservation> = {}): WantedReservation => ({
  ...{ subjectId, controllerId, purposeId, channel: 'phone-human', attemptId: randomUUID(), limit },
  ...more,
});
const contact = (subjectId: string, more: Partial<ContactMade> = {}): ContactMade => ({
  ...{ attemptId: randomUUID(), subjectId, controllerId, purposeId, channel: 'phone-human' },
  ...{ direction: 'outbound', outcome: 'answered', occurredAt: systemClock.now() },
  ...more,
});
const historyOf = (subjectId: string): Promise<LedgerEvent[]> =>
  processes[0]!.reader.history(solicitationStream(subjectId));
const typesOf = async (subjectId: string): Promise<string[]> =>
  (await historyOf(subjectId)).map(({ type }) => type);

describe('fifty callers at once, in two processes', () => {
  it.each([0, 1, 3, 4, 5])('get the places that %i calls leave, and no other', async (before) => {
    const subjectId = randomUUID();
    for (let n = 0; n < before; n += 1) await one().record(contact(subjectId), contextNow());
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 === 0 ? one() : two()).reserve(wanted(subjectId), contextNow()),
      ),
    );
    const declined = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason as Rejection] : []));
    const places = Math.max(0, limit.maxCalls - before);
    expect(asked.length - declined.length).toBe(places);
    expect(new Set(declined.map(({ code }) => code))).toEqual(new Set(['call-limit-reached']));
    expect(await historyOf(subjectId)).toHaveLength(before + places);
  });

  it('do not count against each other’s data controller or person', async () => {
    const [subjectId, neighbour] = [randomUUID(), randomUUID()];
    const wishes = Array.from({ length: 20 }, (_, n) =>
      wanted(n % 2 === 0 ? subjectId : neighbour, { controllerId: n % 4 < 2 ? controllerId : purposeId }),
    );
    const asked = await Promise.allSettled(wishes.map((wish) => two().reserve(wish, contextNow())));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4 * limit.maxCalls);
  });
});

describe('a reservation', () => {
  it('holds two hours unless it says otherwise, and tells until when, also a second time', async () => {
    const wish = wanted(randomUUID());
    const { expiresAt, outcome } = await one().reserve(wish, contextNow());
    const [reserved] = outcome.events;
    expect(Date.parse(expiresAt) - Date.parse(reserved!.data.occurredAt)).toBe(2 * 3_600_000);
    const again = await two().reserve(wish, contextNow());
    expect([again.expiresAt, again.outcome.events]).toEqual([expiresAt, []]);
  });

  it.each([4, 24 * 60 + 1, Number.NaN])('does not hold for %d minutes', async (lifeMinutes) => {
    const wish = wanted(randomUUID(), { lifeMinutes });
    await expect(one().reserve(wish, contextNow())).rejects.toThrow(RangeError);
  });

  it('that is given back leaves its place to somebody else', async () => {
    const subjectId = randomUUID();
    const wishes = [1, 2, 3, 4].map(() => wanted(subjectId));
    for (const wish of wishes) await one().reserve(wish, contextNow());
    await expect(one().reserve(wanted(subjectId), contextNow())).rejects.toMatchObject({
      code: 'call-limit-reached',
    });
    const { attemptId } = wishes[0]!;
    await two().release({ subjectId, attemptId, reason: 'not-made' }, contextNow());
    await expect(two().reserve(wanted(subjectId), contextNow())).resolves.toHaveProperty('expiresAt');
  });
});

describe('a process that dies', () => {
  const deaths = ['stream-read', 'decided', 'appended', 'effective'];

  it.each(deaths)('after “%s” leaves nothing that a retry counts twice', async (death) => {
    const subjectId = randomUUID();
    const [wish, made] = [wanted(subjectId), contact(subjectId)];
    const acts = [
      (by: Solicitations, context: CommandContext) => by.reserve(wish, context),
      (by: Solicitations, context: CommandContext) => by.record(made, context),
      (by: Solicitations, context: CommandContext) => by.record({ ...made, outcome: 'refused' }, context),
    ];
    for (const act of acts) {
      const context = contextNow();
      probe = (point) => {
        if (point === death) throw new Error('killed');
      };
      await expect(act(one(), context)).rejects.toThrow('killed');
      probe = () => undefined;
      const retried = await act(two(), { ...context, mayBeRetry: true });
      const repeated = await act(one(), { ...context, mayBeRetry: true, isReplay: true });
      expect(repeated.outcome.events).toEqual(retried.outcome.events);
      expect(retried.outcome.events).toHaveLength(1);
    }
    expect(await typesOf(subjectId)).toEqual(['ContactAttemptReserved', 'ContactMade', 'ContactMade']);
  });

  it('and its client, who asks anew without a key, count one contact', async () => {
    const subjectId = randomUUID();
    const made = contact(subjectId);
    await Promise.all([one(), two(), one(), two()].map((by) => by.record(made, contextNow())));
    expect(await typesOf(subjectId)).toEqual(['ContactMade']);
  });
});

describe('a contact', () => {
  it('that many tell at the same time is lost by none', async () => {
    const subjectId = randomUUID();
    const told = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? one() : two()));
    await Promise.all(told.map((by) => by.record(contact(subjectId), contextNow())));
    expect(await historyOf(subjectId)).toHaveLength(20);
  });

  it('that was declined is declined again when its command is answered again', async () => {
    const subjectId = randomUUID();
    const ahead = contact(subjectId, { occurredAt: new Date(Date.now() + 3_600_000).toISOString() });
    const context = contextNow();
    for (const again of [{}, { mayBeRetry: true, isReplay: true }]) {
      await expect(one().record(ahead, { ...context, ...again })).rejects.toMatchObject({
        code: 'occurred-in-the-future',
      });
    }
  });

  it('with an erased person is no news, unless they asked to stop', async () => {
    const subjectId = randomUUID();
    const erased = { erasureId: randomUUID(), subjectId, keys: [], scopes: ['identity'], covers: [] };
    const step = {
      stream: rightsStream(subjectId),
      context: contextNow(),
      number: 0,
      subjects: [],
      isNo: false,
    };
    await processes[0]!.writer.record(step, () => [{ type: 'KeyDestructionStarted', data: erased }]);
    await expect(one().record(contact(subjectId), contextNow())).rejects.toMatchObject({
      code: 'subject-erased',
    });
    await expect(one().reserve(wanted(subjectId), contextNow())).rejects.toMatchObject({
      code: 'subject-erased',
    });
    await one().record(contact(subjectId, { outcome: 'asked-to-stop' }), contextNow());
    expect(await typesOf(subjectId)).toEqual(['ContactMade']);
  });

  it('at which the person asked to stop is recorded although their streams cannot be read', async () => {
    const subjectId = randomUUID();
    for (const stream of [solicitationStream(subjectId), rightsStream(subjectId)]) {
      await processes[0]!.store.append(stream, { kind: 'noStream' }, [
        { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: {} },
      ]);
    }
    const stop = contact(subjectId, { outcome: 'asked-to-stop' });
    expect((await one().record(stop, contextNow())).outcome.revision).toBe(1n);
    await expect(one().reserve(wanted(subjectId), contextNow())).rejects.toThrow();
  });
});
