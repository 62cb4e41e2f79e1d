import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Unavailable } from '../errors.js';
import { isCaughtUp, type EventStore, type NewEvent, type NonEmpty } from '../port.js';
import type { Current, FaultyHarness } from './harness.js';
import { Follower, NO_STREAM, aStream, anEvent, at, events, readAll, sleep } from './samples.js';

/** Time limit of clients that wait for a line that says nothing. */
const SHORT_MS = 2500;
/** Time limit of clients whose line breaks at once: long enough for a busy machine. */
const LONG_MS = 10_000;

type Faulty = Current<FaultyHarness>;

/** Appends the identical batch again until the store answers; gives how often it had to. */
async function appendUntilKnown(
  store: EventStore,
  stream: string,
  expected: number,
  batch: NonEmpty<NewEvent>,
) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const place = expected < 0 ? NO_STREAM : at(expected);
      await store.append(stream, place, batch, { mayBeRetry: attempt > 1 });
      return attempt;
    } catch (error) {
      if (!(error instanceof Unavailable) || attempt === 200) throw error;
      await sleep(10);
    }
  }
}

async function failureOf(call: Promise<unknown>): Promise<Unavailable> {
  const outcome = await call.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Unavailable);
  return outcome as Unavailable;
}

/** Gives the chapter a store behind the line, and mends the line after each test. */
function useLine(current: Faulty, timeoutMs: number): () => EventStore {
  let behind: EventStore;
  beforeEach(async () => {
    behind = await current().openThroughLine(timeoutMs);
  });
  afterEach(async () => {
    const { line } = current();
    line.drip(undefined);
    line.resume();
    await line.accept();
  });
  return () => behind;
}

/** Point 30: the connection is lost in the middle of an append. */
export function appendFaults(current: Faulty): void {
  describe('lost connections', () => {
    const behind = useLine(current, LONG_MS);

    it('30 a lost reply is Unavailable{unknown}, and the identical retry converges', async () => {
      const { store, line } = current();
      const stream = aStream();
      await behind().append(stream, NO_STREAM, events(1));
      for (let round = 0; round < 5; round += 1) {
        const batch = events(2);
        line.cutAtNextReply();
        const failure = await failureOf(behind().append(stream, at(round * 2), batch));
        expect(failure.outcome).toBe('unknown');
        const { revision } = await behind().append(stream, at(round * 2), batch, { mayBeRetry: true });
        expect(revision).toBe(BigInt(round * 2 + 2));
      }
      expect(await readAll(store, stream)).toHaveLength(11);
    });

    it('30 a request that never arrived is Unavailable{unknown} too, and the retry converges', async () => {
      const { store, line } = current();
      const stream = aStream();
      await behind().append(stream, NO_STREAM, events(1));
      const batch = events(2);
      line.cutAtNextRequest();
      const failure = await failureOf(behind().append(stream, at(0), batch));
      expect(failure.outcome).toBe('unknown');
      expect(await appendUntilKnown(behind(), stream, 0, batch)).toBe(1);
      expect(await readAll(store, stream)).toHaveLength(3);
    });

    it('30 a lost reply leaves the outcome of every append in flight unknown; none is doubled', async () => {
      const { store, line } = current();
      const batches = Array.from({ length: 12 }, () => ({ stream: aStream(), batch: events(2) }));
      await behind().append(aStream(), NO_STREAM, events(1));
      line.cutAtNextReply();
      const first = await Promise.allSettled(
        batches.map(({ stream, batch }) => behind().append(stream, NO_STREAM, batch)),
      );
      expect(first.some(({ status }) => status === 'rejected')).toBe(true);
      await Promise.all(batches.map(({ stream, batch }) => appendUntilKnown(behind(), stream, -1, batch)));
      for (const { stream, batch } of batches) {
        expect((await readAll(store, stream)).map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
      }
    });

    it('30 cuts at any moment neither lose nor double an acknowledged append', async () => {
      const { store, line } = current();
      let acknowledged = 0;
      let isWriting = true;
      const cutting = (async () => {
        for (let seen = 0; isWriting; seen = acknowledged) {
          while (isWriting && acknowledged === seen) await sleep(1);
          await sleep(Math.random() * 10);
          line.cut();
        }
      })();
      const streams = Array.from({ length: 8 }, () => aStream());
      const writing = streams.map(async (stream) => {
        for (let i = 0; i < 25; i += 1) {
          await appendUntilKnown(behind(), stream, i * 2 - 1, events(2));
          acknowledged += 1;
        }
      });
      await Promise.all(writing).finally(() => {
        isWriting = false;
      });
      await cutting;
      for (const stream of streams) {
        const stored = await readAll(store, stream);
        expect(stored.map((event) => event.revision)).toEqual(
          Array.from({ length: 50 }, (_, i) => BigInt(i)),
        );
        expect(new Set(stored.map((event) => event.id)).size).toBe(50);
      }
    });
  });
}

/** Points 31 and 34: a server that says nothing, and one that is not there. */
export function silenceFaults(current: Faulty): void {
  describe('silence and absence', () => {
    const behind = useLine(current, SHORT_MS);

    it('31 a silent server ends in a timeout of our own, for append, read, head and ping', async () => {
      const { line } = current();
      const stream = aStream();
      await behind().append(stream, NO_STREAM, events(1));
      await readAll(behind(), stream);
      line.silence();
      const calls = [
        behind().append(stream, at(0), events(1)),
        behind().append(aStream(), NO_STREAM, events(1), { timeoutMs: 100 }),
        readAll(behind(), stream),
        behind().head(),
        behind().ping(),
      ];
      const failures = await Promise.all(calls.map(failureOf));
      expect(failures.slice(2).map(({ outcome }) => outcome)).toEqual([
        'notWritten',
        'notWritten',
        'notWritten',
      ]);
      line.resume();
    });

    it('31 an append that timed out converges when the line works again', async () => {
      const { store, line } = current();
      const stream = aStream();
      await behind().append(stream, NO_STREAM, events(1));
      const batch = events(3);
      line.silence();
      const failure = await failureOf(behind().append(stream, at(0), batch));
      expect(failure.outcome).toBe('unknown');
      line.resume();
      await appendUntilKnown(behind(), stream, 0, batch);
      expect((await readAll(store, stream)).slice(1).map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
    });

    it('31 a subscription outlives silence, lost routes and slow lines', async () => {
      const { store, line } = current();
      const follower = new Follower(behind());
      await follower.until((_, items) => items.some(isCaughtUp));
      const start = follower.events.length;
      const expected: string[] = [];
      const write = async (): Promise<void> => {
        const batch = events(3);
        await store.append(aStream(), NO_STREAM, batch);
        expected.push(...batch.map(({ id }) => id));
      };
      const faults = [
        () => {
          line.silence();
        },
        () => {
          line.resume();
        },
        () => {
          line.abandon();
        },
        () => {
          line.drip({ bytes: 400, everyMs: 1 });
        },
        () => {
          line.drip(undefined);
          line.abandon();
        },
      ];
      for (const fault of faults) {
        await write();
        fault();
        await write();
        await sleep(SHORT_MS / 2);
      }
      await follower.until((delivered) => delivered.length >= start + expected.length);
      expect((await follower.end()).slice(start).map(({ id }) => id)).toEqual(expected);
    });

    it('31 abort ends a subscription although the server is silent', async () => {
      const { line } = current();
      const follower = new Follower(behind());
      await follower.until((_, items) => items.some(isCaughtUp));
      line.silence();
      await follower.end();
      expect(follower.items.some(isCaughtUp)).toBe(true);
    });

    it('34 a store that is down at the start is reported, and used as soon as it is up', async () => {
      const { line, store } = current();
      await line.refuse();
      const early = await current().openThroughLine(SHORT_MS);
      const follower = new Follower(early);
      expect((await failureOf(early.ping())).outcome).toBe('notWritten');
      expect((await failureOf(early.append(aStream(), NO_STREAM, events(1)))).outcome).toBe('notWritten');
      expect((await failureOf(readAll(early, aStream()))).outcome).toBe('notWritten');
      await failureOf(early.head());
      const stream = aStream();
      await store.append(stream, NO_STREAM, events(1));
      await line.accept();
      await early.ping();
      expect((await early.append(stream, at(0), events(1))).revision).toBe(1n);
      await follower.until((delivered) => delivered.filter((event) => event.stream === stream).length === 2);
      await follower.end();
    });
  });
}

/** Points 33 and 26: subscriptions over a line that breaks, and consumers that do not take what comes. */
export function subscriptionFaults(current: Faulty): void {
  describe('subscriptions', () => {
    const behind = useLine(current, LONG_MS);

    it('33 a subscription resumes without loss after errors, in catch-up and live', async () => {
      const { store, line } = current();
      for (let i = 0; i < 40; i += 1) await store.append(aStream(), NO_STREAM, events(50));
      const follower = new Follower(behind());
      const batches = Array.from({ length: 60 }, () => events(2));
      for (const [i, batch] of batches.entries()) {
        await store.append(aStream(), NO_STREAM, batch);
        if (i % 6 === 0) line.cut();
        if (i % 20 === 10) await line.refuse();
        await sleep(3);
        if (i % 20 === 19) await line.accept();
      }
      const last = batches.at(-1)?.at(-1)?.id;
      await follower.until((delivered) => delivered.at(-1)?.id === last);
      const delivered = await follower.end();
      const straight = new Follower(store);
      await straight.until((events) => events.at(-1)?.id === last);
      expect(delivered.map(({ id }) => id)).toEqual((await straight.end()).map(({ id }) => id));
    });

    it('26 a consumer that does not take what comes holds a bounded amount of memory', async () => {
      const { store, line } = current();
      const megabytes = 64;
      for (let i = 0; i < megabytes; i += 1) {
        await store.append(aStream(), NO_STREAM, [anEvent({ text: 'x'.repeat(1_000_000) })]);
      }
      const before = line.bytesDown;
      let heavy = 0;
      for await (const item of behind().subscribe({ after: 'start', signal: new AbortController().signal })) {
        if (isCaughtUp(item) || JSON.stringify(item.data).length < 1_000_000) continue;
        if (heavy === 0) {
          await sleep(SHORT_MS / 2);
          expect(line.bytesDown - before).toBeLessThan((megabytes / 2) * 1_000_000);
        }
        heavy += 1;
        if (heavy === megabytes) break;
      }
      expect(line.bytesDown - before).toBeGreaterThan(megabytes * 1_000_000);
    });
  });
}
