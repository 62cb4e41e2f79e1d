import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  AnotherHistory,
  isCaughtUp,
  type EventStore,
  type InMemoryEventStore,
  type StoredEvent,
} from '#event-store';
import { EventQueue } from './event-queue.js';
import { LiveFeed } from './live-feed.js';
import { afterEvents, START } from './place.js';
import { SILENT } from './runner-log.js';
import { assertSameHistory } from './same-history.js';
import { Slots } from './slots.js';
import { append, openToyLedger, points, until } from './toy.harness.js';

// Goal: one subscription serves many, nobody holds the others back, nothing is lost on the way in or out. Method: the
// in-memory store, with a subscription that counts and breaks.

const anna = randomUUID();
let feed: LiveFeed;
afterEach(() => feed.stop());

async function openStore(events: number): Promise<InMemoryEventStore> {
  const store = await openToyLedger(randomUUID());
  for (let i = 0; i < events; i += 1) await append(store, `points-${anna}`, points(anna, i));
  return store;
}

async function drained(queue: EventQueue, count: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  await until(async () => {
    events.push(...(await queue.take(100, 5)));
    return events.length >= count;
  }, `${count} events arrive`);
  return events;
}

const numbers = (events: readonly StoredEvent[]): number[] => events.map(({ position }) => Number(position));

describe('the shared feed', () => {
  it('gives every tap the same events by one subscription, from where the tap was opened', async () => {
    const store = await openStore(4);
    const { counted, opened } = counting(store);
    feed = new LiveFeed(counted, SILENT, 100);
    const first = feed.open(START);
    const second = feed.open(START);
    expect(numbers(await drained(first.queue, 5))).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(await drained(second.queue, 5))).toEqual([1, 2, 3, 4, 5]);
    const late = feed.open(START);
    expect(Number(late.since)).toBe(5);
    await append(store, `points-${anna}`, points(anna, 9));
    expect(numbers(await drained(late.queue, 1))).toEqual([6]);
    expect(opened()).toBe(1);
    await until(() => feed.isHistoryDone(late.since), 'history is done');
  });

  it('cuts off a follower that does not take; the others go on, and what it holds is still there', async () => {
    const store = await openStore(0);
    feed = new LiveFeed(store, SILENT, 3);
    const [slow, quick] = [feed.open(START), feed.open(START)];
    const taking = drained(quick.queue, 13);
    for (let i = 0; i < 12; i += 1) await append(store, `points-${anna}`, points(anna, i));
    expect(numbers(await taking)).toEqual(Array.from({ length: 13 }, (_, i) => i + 1));
    expect(numbers(await slow.queue.take(100, 5))).toEqual([1, 2, 3]);
    expect(slow.queue.isDone).toBe(true);
  });

  it('resumes by itself where it was when its subscription breaks', async () => {
    const store = await openStore(6);
    let breaks = 2;
    const breaking: EventStore = delegate(store, async function* (options) {
      let given = 0;
      for await (const item of store.subscribe(options)) {
        if (!isCaughtUp(item) && given++ === 2 && breaks-- > 0) throw new Error('broken');
        yield item;
      }
    });
    feed = new LiveFeed(breaking, SILENT, 100);
    const tap = feed.open(START);
    expect(numbers(await drained(tap.queue, 7))).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('ends with its last tap and begins anew at the place of the next', async () => {
    const store = await openStore(4);
    const { counted, opened } = counting(store);
    feed = new LiveFeed(counted, SILENT, 100);
    const first = feed.open(START);
    const events = await drained(first.queue, 5);
    feed.close(first);
    expect(feed.position).toBeUndefined();
    const again = feed.open(afterEvents(START, events.slice(0, 3)));
    expect(numbers(await drained(again.queue, 2))).toEqual([4, 5]);
    expect(opened()).toBe(2);
  });
});

describe('a place in a history', () => {
  it('is known again by the store it was reached in, and by no other', async () => {
    const store = await openStore(4);
    feed = new LiveFeed(store, SILENT, 100);
    const events = await drained(feed.open(START).queue, 5);
    const place = afterEvents(START, events);
    await assertSameHistory(store, START);
    await assertSameHistory(store, place);
    await expect(assertSameHistory(await openStore(3), place)).rejects.toBeInstanceOf(AnotherHistory);
    await expect(assertSameHistory(await openStore(9), place)).rejects.toBeInstanceOf(AnotherHistory);
    await store.close(`points-${anna}`, { kind: 'revision', revision: 3n });
    await assertSameHistory(store, place);
  });
});

describe('a buffer', () => {
  it('hands over what it holds before it says why it was closed', async () => {
    feed = new LiveFeed(await openStore(0), SILENT, 1);
    const queue = new EventQueue(2);
    queue.push({} as StoredEvent);
    queue.close(new Error('over'));
    expect(await queue.take(5, 1)).toHaveLength(1);
    await expect(queue.take(5, 1)).rejects.toThrow('over');
  });
});

describe('slots', () => {
  it('are never given to more than there are', async () => {
    feed = new LiveFeed(await openStore(0), SILENT, 1);
    const slots = new Slots(2);
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const giveBack = await slots.take();
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside -= 1;
      giveBack();
    };
    await Promise.all(Array.from({ length: 9 }, work));
    expect(most).toBe(2);
  });
});

function delegate(store: EventStore, subscribe: EventStore['subscribe']): EventStore {
  return {
    append: (...args) => store.append(...args),
    read: (...args) => store.read(...args),
    head: () => store.head(),
    ping: () => store.ping(),
    subscribe,
  };
}

function counting(store: EventStore): { counted: EventStore; opened: () => number } {
  let subscriptions = 0;
  const counted = delegate(store, (options) => {
    subscriptions += 1;
    return store.subscribe(options);
  });
  return { counted, opened: () => subscriptions };
}
