import { beforeAll, describe, expect, it } from '@jest/globals';
import { StreamClosed } from '../errors.js';
import { PROBE_BATCH, type Checkpoint, type EventStore, type StoredEvent, type StreamName } from '../port.js';
import { isPersonalStream } from '../stream-name.js';
import type { Current, Harness } from './harness.js';
import {
  Follower,
  NO_STREAM,
  aStream,
  anEvent,
  at,
  checkpointAt,
  events,
  following,
  readAll,
} from './samples.js';

/** Two persons who are erased, one who is not, and a stream in the clear; written by turns, closed and purged. */
interface Erasure {
  readonly gone: readonly StreamName[];
  readonly kept: readonly StreamName[];
  /** What a reader from the start was told before the purge, of these streams only. */
  readonly before: readonly StoredEvent[];
  /** What somebody was told who read on while the purge went on. */
  readonly meanwhile: readonly StoredEvent[];
  readonly probedBefore: readonly StreamName[];
}

const ROUNDS = 4;

async function erase({ store, eraser }: Harness): Promise<Erasure> {
  const clear = aStream();
  const [first, second, person] = [aStream('personal'), aStream('personal'), aStream('personal')];
  // The log begins with an event that stays, as every ledger does: there is always an anchor.
  await store.append(clear, NO_STREAM, events(1));
  for (let i = 0; i < ROUNDS; i += 1) {
    const place = i === 0 ? NO_STREAM : at(2 * i - 1);
    await store.append(first, place, events(2));
    await store.append(person, place, events(2));
    await store.append(second, place, events(2));
    await store.append(clear, at(i), events(1));
  }
  await store.append(second, at(2 * ROUNDS - 1), events(1));
  const [gone, kept] = [
    [first, second],
    [person, clear],
  ];
  const before = await ours(store, [...gone, ...kept], 'start');
  for (const [i, stream] of gone.entries()) await eraser.close(stream, at(2 * ROUNDS - 1 + i));
  const probedBefore = await probed({ eraser }, gone);
  const follower = new Follower(store, checkpointAt(before[0]!));
  await eraser.purge();
  const last = anEvent();
  await store.append(clear, at(ROUNDS), [last]);
  await follower.until((seen) => seen.some(({ id }) => id === last.id));
  const meanwhile = (await follower.end()).filter(({ stream }) => kept.includes(stream));
  return { gone, kept, before, meanwhile, probedBefore };
}

/** What a reader is told after a checkpoint, of these streams only: a real server keeps what others wrote. */
async function ours(store: EventStore, streams: readonly StreamName[], after: Checkpoint | 'start') {
  const delivered = await following(store, after, (_, caughtUp) => caughtUp);
  return delivered.filter(({ stream }) => streams.includes(stream));
}

/** What a probe names on any node, while the ledger says that these streams are closed. */
async function probed({ eraser }: Pick<Harness, 'eraser'>, closed: readonly StreamName[]) {
  const { nodes } = await eraser.probe({
    isClosed: (streams) => {
      expect(streams.length).toBeLessThanOrEqual(PROBE_BATCH);
      expect(streams.filter((stream) => !isPersonalStream(stream))).toEqual([]);
      return Promise.resolve(new Set(streams.filter((stream) => closed.includes(stream))));
    },
  });
  expect(nodes.length).toBeGreaterThan(0);
  return [...new Set(nodes.flatMap(({ remaining }) => remaining))];
}

/** Where a reader stands who was told an event: anchored, as the ledger's readers are, at what is never purged. */
function standingAt(event: StoredEvent, told: readonly StoredEvent[]): Checkpoint {
  const lasting = told.filter(
    ({ stream, position }) => !isPersonalStream(stream) && position <= event.position,
  );
  return checkpointAt(event, lasting.at(-1));
}

const idsOf = (list: readonly StoredEvent[]) => list.map(({ id }) => id);

/** Points 36 to 38: what an erasure takes away, and what it leaves exactly as it was. */
export function erasure(current: Current): void {
  describe('erasure', () => {
    let erased: Erasure;
    beforeAll(async () => {
      erased = await erase(current());
    }, 120_000);

    it('36 after close and purge the payload is in no read and not in the total order', async () => {
      const { store } = current();
      const { gone, kept } = erased;
      for (const stream of gone) {
        expect(await readAll(store, stream)).toEqual([]);
        await expect(store.append(stream, at(2 * ROUNDS - 1), events(1))).rejects.toThrow(StreamClosed);
        await expect(store.append(stream, NO_STREAM, events(1))).rejects.toThrow(StreamClosed);
      }
      const delivered = await ours(store, [...gone, ...kept], 'start');
      expect(delivered.filter(({ stream }) => gone.includes(stream))).toEqual([]);
    });

    it('36 a probe names what is still there before, and nothing after; it asks of personal streams only', async () => {
      const { gone, kept, probedBefore } = erased;
      expect([...probedBefore].sort()).toEqual([...gone].sort());
      expect(await probed(current(), gone)).toEqual([]);
      // A ledger that knows of a closed stream whose payload came back, as after a restore, is told.
      expect(await probed(current(), [...gone, kept[0]!])).toEqual([kept[0]]);
    });

    it('36 purging again is a success, also when nothing is left to purge', async () => {
      const { eraser } = current();
      const { nodes } = await eraser.purge();
      expect(nodes.every(({ runs }) => runs > 0)).toBe(true);
      await expect(eraser.purge({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
        'enough',
      );
    });

    it('37 everything else is as it was: events, revisions, positions and their order', async () => {
      const { store } = current();
      const { kept, before } = erased;
      const survivors = before.filter(({ stream }) => kept.includes(stream));
      const after = await ours(store, kept, 'start');
      expect(after.slice(0, survivors.length)).toEqual(survivors);
      for (const stream of kept) {
        const own = before.filter((event) => event.stream === stream);
        expect((await readAll(store, stream)).slice(0, own.length)).toEqual(own);
      }
    });

    it('38 who was reading meanwhile was told every survivor once', async () => {
      const { store } = current();
      const { kept, meanwhile } = erased;
      expect(idsOf(meanwhile)).toEqual(idsOf(await ours(store, kept, 'start')).slice(1));
    });

    it('38 resuming at any position around what was purged delivers every survivor exactly once', async () => {
      const { store } = current();
      const { gone, kept, before } = erased;
      const survivors = await ours(store, kept, 'start');
      for (const event of before) {
        const delivered = await ours(store, [...gone, ...kept], standingAt(event, before));
        const expected = survivors.filter(({ position }) => position > event.position);
        expect(idsOf(delivered)).toEqual(idsOf(expected));
      }
    });
  });
}
