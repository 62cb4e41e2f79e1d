import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { refusals, startEventStoreDouble, type EventStoreDouble } from '#testing';
import {
  Follower,
  NO_STREAM,
  aStream,
  anEvent,
  at,
  checkpointAt,
  events,
  history,
  readAll,
  sleep,
} from '../contract-suite/samples.js';
import { AccessDenied, AnotherHistory, ConcurrencyConflict, Unavailable } from '../errors.js';
import type { StoredEvent } from '../port.js';
import { openDoubleHarness, type DoubleHarness } from './eventstoredb.harness.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

// Goal: what only EventStoreDB can do to us. Method: a double that speaks its protocol and is told to misbehave in the
// way that was seen on a real server.

let harness: DoubleHarness;
beforeEach(async () => {
  harness = await openDoubleHarness();
});
afterEach(async () => {
  await harness.close();
});

const unavailable = (outcome: string) => expect.objectContaining({ name: 'Unavailable', outcome });

describe('32 answers that will pass', () => {
  it.each([
    ['not ready', refusals.notReady()],
    ['too busy', refusals.tooBusy()],
    ['undecided', refusals.commitTimeout()],
    ['cancelled', refusals.canceledByServer()],
    ['stream reset', refusals.streamReset()],
  ])('%s: the identical call is made again, for append, read, close and head', async (_, refusal) => {
    const { store, double } = harness;
    const stream = aStream('personal');
    for (const afterwards of [false, true]) {
      double.faults.next('append', { kind: 'refused', refusal, afterwards }, 2);
      const expected = afterwards ? at(1) : NO_STREAM;
      await store.append(stream, expected, events(2));
    }
    double.faults.next('read', { kind: 'refused', refusal }, 2);
    expect((await readAll(store, stream)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    double.faults.next('read', { kind: 'refused', refusal }, 2);
    expect(await store.head()).toBeDefined();
    double.faults.next('tombstone', { kind: 'refused', refusal, afterwards: true }, 1);
    await store.close(stream, at(3));
    expect(await readAll(store, stream)).toEqual([]);
  });

  it('a follower sends append and read to the leader, which is asked next', async () => {
    const leader = await openDoubleHarness();
    const { store, double } = harness;
    double.faults.follow({ address: '127.0.0.1', port: leader.double.port });
    const stream = aStream();
    await store.append(stream, NO_STREAM, events(2));
    expect(await readAll(store, stream)).toHaveLength(2);
    expect(await readAll(leader.store, stream)).toHaveLength(2);
    await leader.close();
  });

  it('an answer that never comes right ends with the time of the caller', async () => {
    const { store, double } = harness;
    double.faults.always('append', { kind: 'refused', refusal: refusals.notReady() });
    const append = store.append(aStream(), NO_STREAM, events(1), { timeoutMs: 1500 });
    await expect(append).rejects.toEqual(unavailable('notWritten'));
    double.faults.heal();
    double.faults.always('append', { kind: 'refused', refusal: refusals.commitTimeout() });
    const undecided = store.append(aStream(), NO_STREAM, events(1), { timeoutMs: 1500 });
    await expect(undecided).rejects.toEqual(unavailable('unknown'));
  });
});

describe('30 and 31 answers that do not come', () => {
  it('a lost connection is followed by the identical append, which finds itself written', async () => {
    const { line } = harness;
    const store = new EventStoreDbEventStore({
      connectionString: `esdb://127.0.0.1:${String(line.port)}?tls=false`,
    });
    const stream = aStream();
    await store.append(stream, NO_STREAM, events(1));
    for (let round = 0; round < 5; round += 1) {
      line.cutAtNextReply();
      expect((await store.append(stream, at(round), events(1))).revision).toBe(BigInt(round + 1));
    }
    expect(await readAll(harness.store, stream)).toHaveLength(6);
    await store.shutdown();
  });

  it('a node that is silent is left: a new connection asks again within the time of the caller', async () => {
    const { double } = harness;
    const store = harness.open({ attemptMs: 1_000 });
    const stream = aStream();
    for (const [kind, fault] of [
      ['append', { kind: 'silent' }],
      ['append', { kind: 'lostReply' }],
    ] as const) {
      double.faults.next(kind, fault);
      const expected = fault.kind === 'silent' ? NO_STREAM : at(1);
      await store.append(stream, expected, events(2));
    }
    double.faults.next('read', { kind: 'silent' });
    expect(await readAll(store, stream)).toHaveLength(4);
  });

  it('a replay whose data are others than what is stored is a conflict, not a success', async () => {
    const { store, double } = harness;
    const stream = aStream();
    const mine = anEvent({ answer: 'yes' });
    await store.append(stream, NO_STREAM, [{ ...mine, data: { answer: 'no' } }]);
    double.faults.next('append', { kind: 'refused', refusal: refusals.commitTimeout() });
    await expect(store.append(stream, NO_STREAM, [mine])).rejects.toThrow(ConcurrencyConflict);
  });

  it('a success that cannot be compared any more says so with its outcome', async () => {
    const { store, double } = harness;
    const [stream, batch] = [aStream(), events(1)];
    await store.append(stream, NO_STREAM, batch);
    double.faults.always('read', { kind: 'refused', refusal: refusals.notReady() });
    const impatient = harness.open({ timeoutMs: 2_000 });
    const retry = impatient.append(stream, NO_STREAM, batch, { mayBeRetry: true });
    await expect(retry).rejects.toEqual(unavailable('unknown'));
    double.faults.heal();
    expect((await store.append(stream, NO_STREAM, batch, { mayBeRetry: true })).revision).toBe(0n);
  });
});

describe('33 subscriptions', () => {
  it('resume whatever ends them, without loss and without repeating', async () => {
    const { store, double } = harness;
    const troubles: Error[] = [];
    const reader = harness.open({ onTrouble: (error) => troubles.push(error) });
    const follower = new Follower(reader);
    const ids: string[] = [];
    const drop = [refusals.tooSlow(), refusals.streamReset(), refusals.canceledByServer()].map(
      (refusal) => () => {
        double.faults.dropSubscriptions(refusal);
        return Promise.resolve();
      },
    );
    const reset = (): Promise<void> => {
      double.faults.resetConnections();
      return Promise.resolve();
    };
    const ends = [...drop, reset, () => double.restart()];
    for (const end of ends) {
      for (const category of ['personal', 'sample', 'personal']) {
        const batch = events(2);
        await store.append(aStream(category), NO_STREAM, batch);
        ids.push(...batch.map(({ id }) => id));
      }
      await follower.until((delivered) => delivered.length === ids.length);
      const before = troubles.length;
      await end();
      while (troubles.length === before) await sleep(5);
    }
    const last = events(1);
    await store.append(aStream(), NO_STREAM, last);
    await follower.until((delivered) => delivered.at(-1)?.id === last[0].id);
    expect((await follower.end()).map(({ id }) => id)).toEqual([...ids, last[0].id]);
    expect(troubles.every((error) => error instanceof Unavailable)).toBe(true);
  });

  it('that never start, or hear nothing more, are given up and made anew', async () => {
    const { store, double } = harness;
    const reader = harness.open({ watchMs: 1_000 });
    double.faults.next('subscribe', { kind: 'silent' });
    const follower = new Follower(reader);
    const batch = events(3);
    await store.append(aStream(), NO_STREAM, batch);
    await follower.until((delivered) => delivered.length === 3);
    expect((await follower.end()).map(({ id }) => id)).toEqual(batch.map(({ id }) => id));
    expect(double.faults.calls('subscribe')).toBe(2);
  });

  it('hold a bounded number of events for a slow consumer, and lose none', async () => {
    const { store } = harness;
    const reader = harness.open({ bufferEvents: 8 });
    const delivered: string[] = [];
    const written: string[] = [];
    const stop = new AbortController();
    for await (const item of reader.subscribe({ after: 'start', signal: stop.signal })) {
      if ('kind' in item) {
        for (let i = 0; i < 40; i += 1) {
          const batch = events(10);
          await store.append(aStream(), NO_STREAM, batch);
          written.push(...batch.map(({ id }) => id));
        }
        continue;
      }
      delivered.push(item.id);
      if (delivered.length % 20 === 0) await sleep(1);
      if (delivered.length === written.length) break;
    }
    expect(delivered).toEqual(written);
  });

  it('end when the store is another one afterwards', async () => {
    const { store, double } = harness;
    await store.append(aStream(), NO_STREAM, events(3));
    const port = double.port;
    const follower = new Follower(store);
    await follower.until((delivered) => delivered.length === 3);
    await double.stop();
    const other = await startEventStoreDouble({ port });
    await expect(follower.until((delivered) => delivered.length > 3)).rejects.toThrow(AnotherHistory);
    await other.stop();
  });
});

describe('29 the head', () => {
  it('is the newest event that a reader reaches, however much the server has written behind it', async () => {
    const { store } = harness;
    expect(await store.head()).toBeUndefined();
    const { position } = await store.append(aStream(), NO_STREAM, events(2));
    for (let i = 0; i < 300; i += 1) await store.close(aStream('personal'), NO_STREAM);
    expect(await store.head()).toBe(position);
    expect((await history(store)).at(-1)?.position).toBe(position);
  });
});

describe('38 resuming around what was purged', () => {
  it('delivers every survivor once, from each position, before and after scavenges and restarts', async () => {
    const { store, double } = harness;
    const personal = Array.from({ length: 4 }, () => aStream('personal'));
    for (const [i, stream] of personal.entries()) {
      await store.append(stream, NO_STREAM, events(2));
      if (i % 2 === 1) await store.append(aStream(), NO_STREAM, events(1));
      await store.append(stream, at(1), events(1));
    }
    const known = await history(store);
    const expectSurvivors = async (gone: readonly string[]): Promise<void> => {
      const survivors = known.filter(({ stream }) => !gone.includes(stream));
      expect((await history(store)).map(({ id }) => id)).toEqual(survivors.map(({ id }) => id));
      for (const [i, event] of known.entries()) {
        const anchor = known.slice(0, i + 1).findLast(({ stream }) => !personal.includes(stream));
        if (anchor === undefined) continue;
        const rest = await history(store, checkpointAt(event, anchor));
        const expected = survivors.filter(({ position }) => position > event.position);
        expect(rest.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      }
    };
    await expectSurvivors([]);
    for (const [i, stream] of personal.entries()) {
      await store.close(stream, at(2));
      await double.scavenge();
      if (i % 2 === 0) await double.restart();
      await expectSurvivors(personal.slice(0, i + 1));
    }
    const bytes = JSON.stringify(await history(store), (_, value: unknown) => String(value));
    expect(personal.some((stream) => bytes.includes(stream))).toBe(false);
  });

  it('a running subscription goes on over a scavenge, and is resumed over one', async () => {
    const { store, double } = harness;
    const follower = new Follower(store);
    const gone = aStream('personal');
    await store.append(aStream(), NO_STREAM, events(1));
    await store.append(gone, NO_STREAM, events(3));
    await follower.until((delivered) => delivered.length === 4);
    await store.close(gone, at(2));
    await double.scavenge();
    await store.append(aStream(), NO_STREAM, events(1));
    await follower.until((delivered) => delivered.length === 5);
    await double.restart();
    await store.append(aStream(), NO_STREAM, events(1));
    await follower.until((delivered) => delivered.length === 6);
    expect(new Set((await follower.end()).map(({ id }: StoredEvent) => id)).size).toBe(6);
  });
});

describe('who may call, and what is told when nobody answers', () => {
  let secure: EventStoreDouble;
  beforeAll(async () => {
    secure = await startEventStoreDouble({ tls: true });
  });
  afterAll(async () => {
    await secure.stop();
  });
  const named = (user: string, query = `tls=true&tlsCAFile=${encodeURIComponent(secure.caFile ?? '')}`) =>
    new EventStoreDbEventStore({
      connectionString: `esdb://${user}@127.0.0.1:${String(secure.port)}?${query}`,
      timeoutMs: 20_000,
    });

  it('credentials travel with every call', async () => {
    const store = named('admin:changeit');
    const stream = aStream('personal');
    await store.ping();
    await store.append(stream, NO_STREAM, events(1));
    expect(await readAll(store, stream)).toHaveLength(1);
    expect((await history(store)).some((event) => event.stream === stream)).toBe(true);
    expect(await store.head()).toBeDefined();
    await store.close(stream, at(0));
    await store.shutdown();
  });

  it('wrong credentials are AccessDenied everywhere, and never quoted', async () => {
    const store = named('admin:never-shown');
    const calls = [
      store.ping(),
      store.head(),
      store.append(aStream(), NO_STREAM, events(1)),
      readAll(store, aStream()),
      history(store),
      store.close(aStream('personal'), NO_STREAM),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected' });
      if (outcome.status !== 'rejected') continue;
      expect(outcome.reason).toBeInstanceOf(AccessDenied);
      expect(JSON.stringify(everythingOf(outcome.reason))).not.toContain('never-shown');
    }
    await store.shutdown();
  });

  it('an authority that is not known is named as the cause', async () => {
    const store = named('admin:changeit', 'tls=true');
    const failure: unknown = await store.ping().catch((error: unknown) => error);
    expect(failure).toEqual(unavailable('notWritten'));
    expect(String((failure as Error).cause)).toMatch(/certificate/i);
    await store.shutdown();
  });

  it('a cluster of which no node answers says why, not only that discovery failed', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const host = `127.0.0.1:${String(port)}`;
    const store = new EventStoreDbEventStore({
      connectionString: `esdb://${host},${host}?tls=false&maxDiscoverAttempts=1`,
      timeoutMs: 1000,
    });
    const failure: unknown = await store.ping().catch((error: unknown) => error);
    expect(String((failure as Error).cause)).toContain('ECONNREFUSED');
    await store.shutdown();
  });

  it('a cluster is found by any of its nodes', async () => {
    const host = `127.0.0.1:${String(harness.double.port)}`;
    const store = new EventStoreDbEventStore({ connectionString: `esdb://${host},${host}?tls=false` });
    await store.ping();
    await store.append(aStream(), NO_STREAM, events(2));
    expect(await history(store)).toHaveLength(2);
    await store.shutdown();
  });

  it('a server that is gone for good does not keep a process from its end', async () => {
    const store = new EventStoreDbEventStore({ connectionString: 'esdb://127.0.0.1:1?tls=false' });
    const signal = new AbortController().signal;
    const first = store.subscribe({ after: 'start', signal })[Symbol.asyncIterator]().next();
    await expect(store.ping()).rejects.toEqual(unavailable('notWritten'));
    await store.shutdown();
    expect(await first).toEqual({ done: true, value: undefined });
    await expect(store.append(aStream(), NO_STREAM, events(1))).rejects.toEqual(unavailable('notWritten'));
  });
});

/** All that an error says, its causes included. */
function everythingOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const own = Object.fromEntries(
    Object.getOwnPropertyNames(error).map((key) => [key, Reflect.get(error, key)]),
  );
  return { ...own, cause: everythingOf(error.cause) };
}
