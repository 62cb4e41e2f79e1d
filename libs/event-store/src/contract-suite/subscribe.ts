import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { AnotherHistory } from '../errors.js';
import { isCaughtUp, type EventStore, type Position, type StoredEvent } from '../port.js';
import { isSystemEvent } from '../stream-name.js';
import type { Current } from './harness.js';
import {
  Follower,
  NO_STREAM,
  aStream,
  at,
  checkpointAt,
  events,
  following,
  history,
  sleep,
  xorOfIds,
} from './samples.js';

const LEAKED_TOO_MANY = 25;
const WRITERS = 12;

/** Writes `appends` batches of one to three events to streams of the category; gives the ids in the order of calls. */
async function write(store: EventStore, appends: number, category = 'sample'): Promise<string[]> {
  const ids: string[] = [];
  let stream = aStream(category);
  let revision = -1;
  for (let i = 0; i < appends; i += 1) {
    if (revision > 20) [stream, revision] = [aStream(category), -1];
    const batch = events((i % 3) + 1);
    await store.append(stream, revision < 0 ? NO_STREAM : at(revision), batch);
    revision += batch.length;
    ids.push(...batch.map((event) => event.id));
  }
  return ids;
}

/** What names one event in every store: its id may stand in two streams where ids are known by their place. */
function placeOf({ stream, revision }: StoredEvent): string {
  return `${stream} ${String(revision)}`;
}

function expectPositionOrder(delivered: readonly StoredEvent[]): void {
  const newest = new Map<string, bigint>();
  let before: Position | undefined;
  for (const event of delivered) {
    if (before !== undefined && event.position <= before)
      throw new Error(`Position ${event.position} after ${before}`);
    const revision = newest.get(event.stream);
    if (revision !== undefined && event.revision !== revision + 1n) throw new Error('Revisions out of order');
    before = event.position;
    newest.set(event.stream, event.revision);
  }
}

/** Points 20 to 22 and 28, 29: what a subscription delivers, and from where. */
export function subscribeOrder(current: Current): void {
  describe('order and resume', () => {
    it('20 from start everything comes once, in position order, streams in revision order', async () => {
      const { store } = current();
      const before = (await history(store)).length;
      const ids = (await Promise.all(Array.from({ length: 5 }, () => write(store, 40)))).flat();
      const delivered = await history(store);
      expect(delivered).toHaveLength(before + ids.length);
      expect(new Set(delivered.map(placeOf)).size).toBe(delivered.length);
      expect(delivered.map((event) => event.id)).toEqual(expect.arrayContaining(ids));
      expectPositionOrder(delivered);
    });

    it('20 what is delivered is what a read of the stream gives', async () => {
      const { store } = current();
      const stream = aStream('personal');
      await store.append(stream, NO_STREAM, events(3));
      const delivered = (await history(store)).filter((event) => event.stream === stream);
      const read: StoredEvent[] = [];
      for await (const event of store.read(stream)) read.push(event);
      expect(delivered).toEqual(read);
    });

    it('21 after is exclusive, and 22 a resume from any delivered position loses and repeats nothing', async () => {
      const { store } = current();
      await Promise.all([write(store, 12), write(store, 12, 'personal'), write(store, 6)]);
      const delivered = await history(store);
      const tail = delivered.slice(-60);
      for (const [i, event] of tail.entries()) {
        const anchor =
          tail.slice(0, i + 1).findLast((earlier) => !earlier.stream.startsWith('personal-')) ?? event;
        const rest = await history(store, checkpointAt(event, anchor));
        expect(rest.map(({ id }) => id)).toEqual(tail.slice(i + 1).map(({ id }) => id));
      }
    });

    it('22 a checkpoint whose anchor the store does not hold is AnotherHistory', async () => {
      const { store } = current();
      await write(store, 3);
      const [first, second] = await history(store);
      if (first === undefined || second === undefined) throw new Error('nothing delivered');
      const strangers = [
        checkpointAt(second, { ...first, id: randomUUID() }),
        checkpointAt(second, { ...first, position: second.position }),
        {
          ...checkpointAt(first),
          position: 'elsewhere' as Position,
          anchor: { position: 'x' as Position, eventId: first.id },
        },
      ];
      for (const after of strangers) await expect(history(store, after)).rejects.toThrow(AnotherHistory);
    });

    it('28 positions strictly increase as text', async () => {
      const { store } = current();
      const placed: Position[] = [];
      const stream = aStream();
      for (let i = 0; i < 30; i += 1) {
        const { position } = await store.append(stream, i === 0 ? NO_STREAM : at(i - 1), events(1));
        if (position !== undefined) placed.push(position);
      }
      expect(placed).toHaveLength(30);
      expect([...placed].sort()).toEqual(placed);
      expect(new Set(placed).size).toBe(30);
    });

    it('29 head() is at or after every delivered position, and after every acknowledged append', async () => {
      const { store } = current();
      const other = await current().openAnother();
      const follower = new Follower(store);
      let isWriting = true;
      const writing = Promise.all([write(store, 50), write(other, 50)]).then(() => (isWriting = false));
      while (isWriting) {
        const newest = follower.events.at(-1);
        const head = await other.head();
        if (newest !== undefined) expect(newest.position <= (head ?? '')).toBe(true);
        await sleep(2);
      }
      await writing;
      const { position } = await store.append(aStream(), NO_STREAM, events(2));
      expect(await other.head()).toBe(position);
      await follower.until((delivered) => delivered.at(-1)?.position === position);
      await follower.end();
    });
  });
}

/** Points 23 to 25: live events. */
export function subscribeLive(current: Current): void {
  describe('live', () => {
    it('23 no event is lost with 12 concurrent writers', async () => {
      const { store } = current();
      const stores = [store, await current().openAnother(), await current().openAnother()];
      const since = await history(store);
      const after = since.at(-1) === undefined ? 'start' : checkpointAt(since.at(-1) as StoredEvent);
      const followers = [new Follower(store, after), new Follower(stores[1] ?? store, after)];
      const written = await Promise.all(
        Array.from({ length: WRITERS }, (_, i) =>
          write(stores[i % 3] ?? store, 80, i % 4 === 0 ? 'personal' : 'sample'),
        ),
      );
      const ids = written.flat();
      for (const follower of followers) {
        await follower.until((delivered) => delivered.length >= ids.length);
        const delivered = await follower.end();
        expect(delivered).toHaveLength(ids.length);
        expect(xorOfIds(delivered.map((event) => event.id))).toBe(xorOfIds(ids));
        expect(new Set(delivered.map((event) => event.id)).size).toBe(ids.length);
        expectPositionOrder(delivered);
      }
    });

    it('24 events of all categories arrive, system events never', async () => {
      const { store, writeSystemEvent } = current();
      const categories = ['sample', 'personal', 'consent', 'ledger'];
      const streams = categories.map((category) => aStream(category));
      const follower = new Follower(store);
      for (const stream of streams) {
        await writeSystemEvent();
        await store.append(stream, NO_STREAM, events(1));
      }
      await writeSystemEvent();
      const { position } = await store.append(aStream(), NO_STREAM, events(1));
      await follower.until((delivered) => delivered.at(-1)?.position === position);
      const delivered = await follower.end();
      expect(delivered.map((event) => event.stream)).toEqual(expect.arrayContaining(streams));
      expect(delivered.filter(({ stream, type }) => isSystemEvent(stream, type))).toEqual([]);
      const rest = await history(store, checkpointAt(delivered.at(-4) as StoredEvent));
      expect(rest.map(({ id }) => id)).toEqual(delivered.slice(-3).map(({ id }) => id));
    });

    it('25 caughtUp comes after history, then live events', async () => {
      const { store } = current();
      await write(store, 10);
      const past = await history(store);
      const follower = new Follower(store);
      await follower.until((_, items) => items.some(isCaughtUp));
      expect(follower.items.findIndex(isCaughtUp)).toBe(past.length);
      const other = await current().openAnother();
      for (const writer of [store, other]) {
        const batch = events(2);
        await writer.append(aStream(), NO_STREAM, batch);
        await follower.until((delivered) => delivered.at(-1)?.id === batch[1]?.id);
      }
      expect(await follower.end()).toHaveLength(past.length + 4);
    });

    it('25 caughtUp comes at once when there is nothing to deliver', async () => {
      const { store } = current();
      await write(store, 1);
      const past = await history(store);
      expect(await history(store, checkpointAt(past.at(-1) as StoredEvent))).toEqual([]);
    });
  });
}

/** Points 26 and 27: consumers that are slow, and consumers that leave. */
export function subscribeConsumers(current: Current): void {
  describe('consumers', () => {
    it('26 a slow consumer loses nothing, in catch-up and live', async () => {
      const { store } = current();
      const past = await write(store, 100);
      const delivered: string[] = [];
      const missing = new Set(past);
      let isLive = false;
      const stop = new AbortController();
      for await (const item of store.subscribe({ after: 'start', signal: stop.signal })) {
        if (isCaughtUp(item)) {
          const live = await Promise.all(Array.from({ length: 4 }, () => write(store, 100)));
          for (const id of live.flat()) missing.add(id);
          isLive = true;
          continue;
        }
        delivered.push(placeOf(item));
        missing.delete(item.id);
        if (delivered.length % 50 === 0) await sleep(5);
        if (isLive && missing.size === 0) break;
      }
      expect(new Set(delivered).size).toBe(delivered.length);
    });

    it('27 abort ends the iteration at once, wherever it waits', async () => {
      const { store } = current();
      await write(store, 5);
      const already = AbortSignal.abort();
      const none: unknown[] = [];
      for await (const item of store.subscribe({ after: 'start', signal: already })) none.push(item);
      expect(none).toEqual([]);

      const follower = new Follower(store);
      await follower.until((_, items) => items.some(isCaughtUp));
      await follower.end();
      const count = follower.items.length;
      await write(store, 3);
      await sleep(50);
      expect(follower.items).toHaveLength(count);

      const stop = new AbortController();
      let seen = 0;
      for await (const item of store.subscribe({ after: 'start', signal: stop.signal })) {
        if (!isCaughtUp(item)) seen += 1;
        if (seen === 3) stop.abort();
      }
      expect(seen).toBe(3);
    });

    it('27 subscriptions that come and go release their connections (150 times)', async () => {
      const { store, openConnections } = current();
      await write(store, 5);
      for (let i = 0; i < 10; i += 1) {
        const followers = Array.from({ length: 15 }, () => new Follower(store));
        await Promise.all(followers.map((follower) => follower.until((_, items) => items.length > 0)));
        await Promise.all(followers.map((follower) => follower.end()));
      }
      const left = await following(store, 'start', (delivered) => delivered.length === 2);
      expect(left).toHaveLength(2);
      expect((await store.append(aStream(), NO_STREAM, events(1))).revision).toBe(0n);
      expect(await openConnections()).toBeLessThan(LEAKED_TOO_MANY);
    });
  });
}
