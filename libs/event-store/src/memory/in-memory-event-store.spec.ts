import { describe, expect, it } from '@jest/globals';
import { eventStoreContract } from '../contract-suite/event-store-contract.js';
import { Follower, NO_STREAM, aStream, events, readAll, sleep } from '../contract-suite/samples.js';
import { Unavailable } from '../errors.js';
import { InMemoryEventStore } from './in-memory-event-store.js';

eventStoreContract('in memory', () => {
  const store = new InMemoryEventStore();
  return Promise.resolve({
    store,
    eraser: store,
    openAnother: () => Promise.resolve(store),
    writeSystemEvent: () => {
      store.appendSystemEvent('$settings', 'SampleRecorded');
      store.appendSystemEvent('sample', '$metadata');
      return Promise.resolve();
    },
    openConnections: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  });
});

describe('in-memory event store: what specs ask of it', () => {
  it('fails the next append as told, once, and writes nothing', async () => {
    const store = new InMemoryEventStore();
    const stream = aStream();
    store.failNextAppend(new Unavailable('notWritten'));
    await expect(store.append(stream, NO_STREAM, events(1))).rejects.toThrow(Unavailable);
    expect(await readAll(store, stream)).toEqual([]);
    expect((await store.append(stream, NO_STREAM, events(1))).revision).toBe(0n);
  });

  it('writes and then fails, as a store whose answer was lost', async () => {
    const store = new InMemoryEventStore();
    const stream = aStream();
    const batch = events(2);
    store.failNextAppend(new Unavailable('unknown'), { afterWriting: true });
    await expect(store.append(stream, NO_STREAM, batch)).rejects.toThrow(Unavailable);
    expect(await readAll(store, stream)).toHaveLength(2);
    expect((await store.append(stream, NO_STREAM, batch, { mayBeRetry: true })).revision).toBe(1n);
  });

  it('holds subscriptions while it is paused', async () => {
    const store = new InMemoryEventStore();
    const follower = new Follower(store);
    store.pause();
    await store.append(aStream(), NO_STREAM, events(3));
    await sleep(5);
    expect(follower.events).toEqual([]);
    store.resume();
    await follower.until((delivered) => delivered.length === 3);
    await follower.end();
  });

  it('stamps events with the clock it was given', async () => {
    const noon = new Date('2026-11-21T12:00:00.000Z');
    const store = new InMemoryEventStore(() => noon);
    const stream = aStream();
    await store.append(stream, NO_STREAM, events(1));
    expect((await readAll(store, stream))[0]?.recordedAt).toEqual(noon);
  });
});
