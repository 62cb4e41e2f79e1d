import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ConcurrencyConflict,
  InMemoryEventStore,
  StreamClosed,
  Unavailable,
  UndecodableEvent,
  expectedAfter,
} from '#event-store';
import { Rejection, eventId, type Uuid } from '#kernel';
import { EntryTooLarge } from '../audit/entry.js';
import { PROGRAM } from '../program.js';
import type { RunOptions } from './decider-runner.js';
import type { CommandContext } from './command-context.js';
import type { Recorded } from './stream-writer.js';
import {
  choiceDecider,
  contextOf,
  writePath,
  type ChoiceCommand,
  type ChoiceEvent,
  type Choices,
} from './write-path.harness.js';

const subjectId = '0b8a2f9e-8d8e-4c0c-8a37-3f6c2f1e7d10';
const stream = `consent-${subjectId}`;
const aggregate = { decider: choiceDecider, stream };
const yes = { type: 'Say', data: { subjectId, says: 'yes' } } as const;
const no = { type: 'Say', data: { subjectId, says: 'no' } } as const;
const forbid = { type: 'ForbidYes', data: { subjectId } } as const;

type Path = ReturnType<typeof writePath>;
const say = (
  path: Path,
  message: Omit<ChoiceCommand, 'metadata'>,
  context: CommandContext = contextOf(randomUUID()),
  options?: RunOptions,
) => path.runner.run(aggregate, message, context, options);

const rawMetadata = { ts: '2026-01-01T00:00:00.000Z' };
async function appendUndecodable(store: InMemoryEventStore, revision?: bigint): Promise<void> {
  const event = { id: randomUUID(), type: 'FromTheFuture', data: {}, metadata: rawMetadata };
  await store.append(stream, expectedAfter(revision), [event]);
}

/** Somebody else says no right before each of the first `races` appends. */
function racing(store: InMemoryEventStore, races: number): Path {
  const rivals = writePath(store);
  const stubborn = { ...choiceDecider, decide: onlyCount };
  let left = races;
  return writePath(store, async (point) => {
    if (point !== 'decided' || left === 0) return;
    left -= 1;
    await rivals.runner.run({ decider: stubborn, stream }, no, contextOf(randomUUID()));
  });
}

function onlyCount(_: ChoiceCommand, { count }: Choices): ChoiceEvent[] {
  return [{ type: 'ChoiceHeard', data: { subjectId, says: 'no', nth: count + 1 } }];
}

describe('recording a decision', () => {
  it('appends what was decided, with the ids and metadata that a proof needs', async () => {
    const path = writePath();
    const context = {
      ...contextOf(randomUUID()),
      causationId: randomUUID(),
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    };
    const outcome = await say(path, { ...yes, data: { ...yes.data, times: 2 } }, context, { step: 3 });
    expect(outcome).toMatchObject({ stream, revision: 1n });
    const history = await path.reader.history(stream);
    const position = history[1]?.position;
    expect(outcome.events).toEqual(history.map((event) => ({ ...event, position })));
    expect(outcome.position).toBe(position);
    expect(outcome.events.map(({ id }) => id)).toEqual([
      eventId(context.commandId, 3, stream, 0),
      eventId(context.commandId, 3, stream, 1),
    ]);
    expect(outcome.events[0]?.metadata).toEqual({
      v: 1,
      schema: 'choice.ChoiceHeard/1',
      ts: context.now,
      actor: context.actor,
      sub: [subjectId],
      req: `${context.commandId}/3`,
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      traceparent: context.traceparent,
      src: PROGRAM,
    });
    expect(PROGRAM).toMatch(/^greffe\/\d+\.\d+\.\d+/);
  });

  it('appends nothing when the act is already known, and says where the stream stands', async () => {
    const path = writePath();
    await say(path, yes);
    expect(await say(path, yes)).toEqual({ stream, revision: 0n, events: [] });
    expect(await path.reader.history(stream)).toHaveLength(1);
  });

  it('of an absent stream nothing new has no revision', async () => {
    const nothing = { initialState: undefined, decide: () => [], evolve: () => undefined };
    const outcome = await writePath().runner.run({ decider: nothing, stream }, yes, contextOf(randomUUID()));
    expect(outcome).toEqual({ stream, revision: undefined, events: [] });
  });

  it('lets a rejection through and writes nothing', async () => {
    const path = writePath();
    await say(path, forbid);
    await expect(say(path, yes)).rejects.toThrow(Rejection);
    expect(await path.reader.history(stream)).toHaveLength(1);
  });

  it('names the subject of the stream, what it is told, or nobody', async () => {
    const path = writePath();
    const others = [randomUUID(), randomUUID()];
    const subjects = async (options: RunOptions, message: typeof yes | typeof no) =>
      (await say(path, message, contextOf(randomUUID()), options)).events[0]?.metadata.sub;
    expect(await subjects({}, yes)).toEqual([subjectId]);
    expect(await subjects({ subjects: others }, no)).toEqual(others);
    expect(await subjects({ subjects: [] }, yes)).toEqual([]);
  });

  it('is never dated before the event that stands before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })),
        async (dates) => {
          const path = writePath();
          for (const [index, date] of dates.entries()) {
            await say(path, index % 2 === 0 ? yes : no, contextOf(randomUUID(), date.toISOString()));
          }
          const times = (await path.reader.history(stream)).map(({ metadata }) => metadata.ts);
          const highest = dates.map((_, index) =>
            dates
              .slice(0, index + 1)
              .reduce((a, b) => (a > b ? a : b))
              .toISOString(),
          );
          expect(times).toEqual(highest);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the size of an event', () => {
  const notice = `notice-${randomUUID()}`;
  const step = () => ({
    stream: notice,
    context: contextOf(randomUUID()),
    number: 0,
    subjects: [],
    isNo: false,
  });
  const take = ({ writer }: Path, ...texts: string[]) =>
    writer.record(step(), () => texts.map((text) => ({ type: 'WordsTaken', data: { text } })));

  it('is what its proof can hold: a part of a text fits, more is refused and nothing is written', async () => {
    const path = writePath();
    await take(path, 'é'.repeat(12 * 1024), 'x'.repeat(24 * 1024));
    await expect(take(path, 'short', 'é'.repeat(16 * 1024))).rejects.toThrow(EntryTooLarge);
    expect(await path.reader.history(notice)).toHaveLength(2);
  });

  it('does not count ciphertext, which no proof holds', async () => {
    const path = writePath();
    const envelope = {
      ...{
        v: 1,
        alg: 'HKDF-SHA256+A256GCM',
        kid: 'k_01JD0000000000000000000001',
        scp: 'identity',
        sub: subjectId,
      },
      ...{ s: 'A'.repeat(43), kc: 'A'.repeat(43), ct: Buffer.alloc(60 * 1024).toString('base64url') },
    };
    const sealed = { type: 'PersonalDataSealed', data: { about: 'statement', $pd: [envelope] } };
    const stream = `personal-${randomUUID()}`;
    expect((await path.writer.record({ ...step(), stream }, () => [sealed])).revision).toBe(0n);
  });
});

describe('a step that depends on nothing in its stream', () => {
  const unconditional = (context: CommandContext) => ({
    ...{ stream, context, number: 0, subjects: [subjectId], isNo: false, isUnconditional: true },
  });
  const heard: ChoiceEvent = { type: 'ChoiceHeard', data: { subjectId, says: 'no', nth: 0 } };

  it('reads only the end, is dated after it, and waits for nobody', async () => {
    const store = new InMemoryEventStore();
    await appendUndecodable(store);
    for (let n = 0; n < 5; n += 1)
      await say(writePath(store), n % 2 === 0 ? no : yes, contextOf(randomUUID()), { isNo: true });
    let seen: readonly unknown[] = [];
    const early = contextOf(randomUUID(), '2020-01-01T00:00:00.000Z');
    const { writer } = writePath(store);
    const outcome = await writer.record(unconditional(early), ({ events }) => {
      seen = events;
      return [heard];
    });
    expect(seen).toHaveLength(1);
    expect(outcome.revision).toBe(6n);
    expect(outcome.events[0]?.metadata.ts).toBe('2026-03-01T10:00:00.000Z');
    const again = await writer.record(unconditional({ ...early, mayBeRetry: true }), () => [heard]);
    expect(again).toEqual(outcome);
  });

  it('goes on until its deadline, and finds what landed unseen', async () => {
    const store = new InMemoryEventStore();
    const { writer } = racing(store, 8);
    const outcome = await writer.record(unconditional(contextOf(randomUUID())), () => [heard]);
    expect(outcome.revision).toBe(8n);
  });
});

describe('trying again', () => {
  it('a retry finds its events, decides nothing and answers the same', async () => {
    const path = writePath();
    const context = contextOf(randomUUID());
    const first = await say(path, { ...yes, data: { ...yes.data, times: 3 } }, context);
    await say(path, no);
    await say(path, forbid);
    const again = await say(path, yes, { ...context, mayBeRetry: true });
    expect(again).toEqual(first);
    expect(await path.reader.history(stream)).toHaveLength(5);
  });

  it('a command that came to its end decides nothing any more, not even what it did not record', async () => {
    const path = writePath();
    const context = contextOf(randomUUID());
    await say(path, yes);
    expect((await say(path, yes, context)).events).toEqual([]);
    await say(path, no);
    const again = await say(path, yes, { ...context, mayBeRetry: true, isReplay: true });
    expect(again).toEqual({ stream, revision: 1n, events: [] });
    expect(await path.reader.history(stream)).toHaveLength(2);
  });

  it('steps of one command are told apart', async () => {
    const path = writePath();
    const context = contextOf(randomUUID());
    await say(path, yes, context, { step: 0 });
    await say(path, no, context, { step: 1 });
    expect((await path.reader.history(stream)).map(({ metadata }) => metadata.req)).toEqual([
      `${context.commandId}/0`,
      `${context.commandId}/1`,
    ]);
  });

  it.each([0, 1, 2])('%i lost races are decided again on the newer state', async (races) => {
    const path = racing(new InMemoryEventStore(), races);
    const outcome = await say(path, yes);
    expect(outcome.revision).toBe(BigInt(races));
    expect((outcome.events[0]?.data as { nth: number }).nth).toBe(races + 1);
  });

  it('three lost races are a conflict', async () => {
    const path = racing(new InMemoryEventStore(), 3);
    await expect(say(path, yes)).rejects.toThrow(ConcurrencyConflict);
  });

  it('a "no" goes on until its deadline', async () => {
    const store = new InMemoryEventStore();
    const outcome = await say(racing(store, 12), yes, contextOf(randomUUID()), { isNo: true });
    expect(outcome.revision).toBe(12n);
    const late = { ...contextOf(randomUUID()), deadline: performance.now() - 1 };
    await expect(say(racing(store, 100), forbid, late, { isNo: true })).rejects.toThrow(ConcurrencyConflict);
  });

  it('a patient step does too, on a stream that can be read', async () => {
    const patient = { isPatient: true };
    const outcome = await say(racing(new InMemoryEventStore(), 12), yes, contextOf(randomUUID()), patient);
    expect([outcome.revision, outcome.events[0]?.data]).toEqual([12n, { subjectId, says: 'yes', nth: 13 }]);
    const late = { ...contextOf(randomUUID()), deadline: performance.now() - 1 };
    const lost = say(racing(new InMemoryEventStore(), 100), yes, late, patient);
    await expect(lost).rejects.toThrow(ConcurrencyConflict);
    const unreadable = new InMemoryEventStore();
    await appendUndecodable(unreadable);
    const declined = say(writePath(unreadable), yes, contextOf(randomUUID()), patient);
    await expect(declined).rejects.toThrow(UndecodableEvent);
  });

  it('an unknown outcome is offered again as it was', async () => {
    const store = new InMemoryEventStore();
    const path = writePath(store);
    store.failNextAppend(new Unavailable('unknown'));
    store.failNextAppend(new Unavailable('unknown'));
    expect((await say(path, yes)).revision).toBe(0n);
    expect(await path.reader.history(stream)).toHaveLength(1);
  });

  it('is not retried for ever, nor when nothing was written', async () => {
    const store = new InMemoryEventStore();
    for (let i = 0; i < 3; i += 1) store.failNextAppend(new Unavailable('unknown'));
    await expect(say(writePath(store), yes)).rejects.toMatchObject({ outcome: 'unknown' });
    store.failNextAppend(new Unavailable('notWritten'));
    await expect(say(writePath(store), yes)).rejects.toMatchObject({ outcome: 'notWritten' });
    store.failNextAppend(new StreamClosed(stream));
    await expect(say(writePath(store), yes)).rejects.toThrow(StreamClosed);
    expect((await say(writePath(store), yes)).revision).toBe(0n);
  });

  it('an append that landed unseen is found, not doubled', async () => {
    const store = new InMemoryEventStore();
    const context = contextOf(randomUUID());
    const died = writePath(store, (point) => {
      if (point === 'appended') throw new Error('killed');
    });
    await expect(say(died, yes, context)).rejects.toThrow('killed');
    await say(writePath(store), no);
    const outcome = await say(writePath(store), yes, { ...context, mayBeRetry: true });
    expect(outcome.revision).toBe(0n);
    expect(outcome.events[0]?.data).toEqual({ subjectId, says: 'yes', nth: 1 });
  });

  it('an attempt that was overtaken by its own retry changes nothing', async () => {
    const store = new InMemoryEventStore();
    const context = contextOf(randomUUID());
    let retried: Promise<unknown> | undefined;
    const slow = writePath(store, async (point) => {
      if (point === 'decided') {
        retried ??= say(writePath(store), yes, { ...context, mayBeRetry: true });
        await retried;
      }
    });
    const outcome = await say(slow, yes, context);
    expect(outcome).toEqual(await retried);
    expect(await writePath(store).reader.history(stream)).toHaveLength(1);
  });
});

describe('a stream that cannot be decoded', () => {
  it('stops everything but a "no"', async () => {
    const store = new InMemoryEventStore();
    await appendUndecodable(store);
    const path = writePath(store);
    await expect(say(path, yes)).rejects.toThrow(UndecodableEvent);
    const context = contextOf(randomUUID(), '2025-01-01T00:00:00.000Z');
    const outcome = await say(path, no, context, { isNo: true });
    expect(outcome.events.map(({ data }) => data)).toEqual([{ subjectId, says: 'no', nth: 1 }]);
    expect(outcome.revision).toBe(1n);
    expect(outcome.events[0]?.metadata.ts).toBe(rawMetadata.ts);
    expect(await say(path, no, { ...context, mayBeRetry: true }, { isNo: true })).toEqual(outcome);
  });

  it('records the "no" even if the readable part says so already', async () => {
    const store = new InMemoryEventStore();
    const path = writePath(store);
    await say(path, no);
    await appendUndecodable(store, 0n);
    const outcome = await say(path, no, contextOf(randomUUID()), { isNo: true });
    expect(outcome.events).toHaveLength(1);
  });
});

describe('before the answer leaves', () => {
  it('each callback sees the whole stream, whatever the step did', async () => {
    const path = writePath();
    const seen: Recorded[] = [];
    path.writer.afterAppend(async (recorded) => void seen.push(recorded));
    const context = contextOf(randomUUID());
    await say(path, yes, context);
    await say(path, yes);
    await say(path, no);
    await say(path, yes, { ...context, mayBeRetry: true });
    const history = await path.reader.history(stream);
    expect(seen.map((one) => one.revision)).toEqual([0n, 0n, 1n, 1n]);
    expect(seen.map((one) => one.outcome.events.length)).toEqual([1, 0, 1, 1]);
    expect(seen.map((one) => one.history)).toEqual([
      history.slice(0, 1),
      history.slice(0, 1),
      history,
      history,
    ]);
  });

  it('says when the stream could not be folded', async () => {
    const store = new InMemoryEventStore();
    await appendUndecodable(store);
    const path = writePath(store);
    const seen: Recorded[] = [];
    path.writer.afterAppend(async (recorded) => void seen.push(recorded));
    await say(path, no, contextOf(randomUUID()), { isNo: true });
    expect(seen[0]).toMatchObject({ revision: 1n, history: undefined });
  });

  it('a failing callback is the answer, although the event stands; the retry converges', async () => {
    const path = writePath();
    let isDown = true;
    path.writer.afterAppend(async () => {
      if (isDown) throw new ConcurrencyConflict(stream, 0n, 1n);
    });
    const context = contextOf(randomUUID());
    await expect(say(path, yes, context)).rejects.toThrow(ConcurrencyConflict);
    expect(await path.reader.history(stream)).toHaveLength(1);
    isDown = false;
    expect((await say(path, yes, { ...context, mayBeRetry: true })).revision).toBe(0n);
    expect(await path.reader.history(stream)).toHaveLength(1);
  });
});

it('any number of writers at once: nothing lost, nothing doubled, each decided on what stood before', async () => {
  const path = writePath();
  const commands: Uuid[] = Array.from({ length: 30 }, () => randomUUID());
  const twice = [...commands, ...commands];
  const outcomes = await Promise.all(
    twice.map((commandId, index) => {
      const message = index % 2 === 0 ? yes : no;
      return say(path, message, contextOf(commandId), { isNo: true });
    }),
  );
  const history = await path.reader.history(stream);
  expect(history.map(({ data }) => (data as { nth: number }).nth)).toEqual(
    history.map((_, index) => index + 1),
  );
  expect(new Set(history.map(({ metadata }) => metadata.req)).size).toBe(history.length);
  for (const outcome of outcomes) {
    for (const event of outcome.events) expect(event).toEqual(history[Number(event.revision)]);
  }
});
