import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NotCanonical, type Json } from '#kernel';
import fc from 'fast-check';
import { AppendTooLarge, ConcurrencyConflict, StreamClosed } from '../errors.js';
import { MAX_APPEND_BYTES, MAX_APPEND_EVENTS, type NewEvent, type NonEmpty } from '../port.js';
import type { Current } from './harness.js';
import { NO_STREAM, aStream, anEvent, at, events, readAll } from './samples.js';

/** Points 1 to 6: what an append at an exact revision does, and what it refuses. */
export function appendRevisions(current: Current): void {
  describe('revisions', () => {
    it('1 first append with noStream gives revision n−1', async () => {
      const { store } = current();
      const stream = aStream();
      const batch = events(3);
      const result = await store.append(stream, NO_STREAM, batch);
      expect(result.revision).toBe(2n);
      const stored = await readAll(store, stream);
      expect(stored.map(({ id, type, data, metadata }) => ({ id, type, data, metadata }))).toEqual(batch);
      expect(stored.map((event) => event.revision)).toEqual([0n, 1n, 2n]);
      expect(stored.at(-1)?.position).toBe(result.position);
      expect(stored.every((event) => event.stream === stream && event.recordedAt instanceof Date)).toBe(true);
    });

    it('2 revisions are gapless, in call order', async () => {
      const { store } = current();
      const stream = aStream();
      const batches = Array.from({ length: 20 }, (_, i) => events((i % 3) + 1));
      let next = 0;
      const calls = batches.map((batch) => {
        const expected = next === 0 ? NO_STREAM : at(next - 1);
        next += batch.length;
        return store.append(stream, expected, batch);
      });
      await Promise.all(calls);
      const stored = await readAll(store, stream);
      expect(stored.map((event) => event.id)).toEqual(batches.flat().map((event) => event.id));
      expect(stored.map((event) => event.revision)).toEqual(stored.map((_, i) => BigInt(i)));
    });

    it('3 a wrong expectation is a conflict with the actual revision, also when the stream is absent', async () => {
      const { store } = current();
      const stream = aStream();
      await store.append(stream, NO_STREAM, events(3));
      const wrong = [NO_STREAM, at(0), at(1), at(3), at(2n ** 40n)];
      for (const expected of wrong) {
        const error = await store.append(stream, expected, events(1)).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ConcurrencyConflict);
        const revision = expected.kind === 'noStream' ? undefined : expected.revision;
        expect(error).toMatchObject({ stream, expected: revision, actual: 2n });
      }
      const absent = aStream();
      await expect(store.append(absent, at(0), events(1))).rejects.toMatchObject({
        expected: 0n,
        actual: undefined,
      });
    });

    it('4 a conflict writes nothing', async () => {
      const { store } = current();
      const stream = aStream();
      await store.append(stream, NO_STREAM, events(2));
      const before = await store.head();
      await expect(store.append(stream, at(0), events(5))).rejects.toThrow(ConcurrencyConflict);
      await expect(store.append(aStream(), at(7), events(5))).rejects.toThrow(ConcurrencyConflict);
      expect(await readAll(store, stream)).toHaveLength(2);
      expect(await store.head()).toBe(before);
    });

    it('5 the events of one append are visible all or none', async () => {
      const { store } = current();
      const other = await current().openAnother();
      const stream = aStream();
      const batches = Array.from({ length: 30 }, () => events(7));
      let done = false;
      const writing = (async () => {
        for (const [i, batch] of batches.entries()) {
          await store.append(stream, i === 0 ? NO_STREAM : at(i * 7 - 1), batch);
        }
        done = true;
      })();
      const counts = new Set<number>();
      while (!done) counts.add((await readAll(other, stream)).length % 7);
      await writing;
      expect([...counts]).toEqual([0]);
    });

    it('6 of two writers at one revision exactly one wins (100 rounds)', async () => {
      const { store } = current();
      const other = await current().openAnother();
      const stream = aStream();
      for (let round = 0; round < 100; round += 1) {
        const expected = round === 0 ? NO_STREAM : at(round - 1);
        const outcomes = await Promise.allSettled([
          store.append(stream, expected, events(1)),
          other.append(stream, expected, events(1)),
        ]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(lost?.reason).toBeInstanceOf(ConcurrencyConflict);
      }
      expect(await readAll(store, stream)).toHaveLength(100);
    });
  });
}

/** Points 7 to 10: the same ids at the same place are the same append. */
export function appendIdempotency(current: Current): void {
  describe('retries', () => {
    it('7 an identical retry gives the same revision and position and no new event', async () => {
      const { store } = current();
      const stream = aStream();
      const batch = events(3);
      const first = await store.append(stream, NO_STREAM, batch);
      for (const mayBeRetry of [false, true]) {
        expect(await store.append(stream, NO_STREAM, batch, { mayBeRetry })).toEqual(first);
      }
      expect(await readAll(store, stream)).toHaveLength(3);
    });

    it('7 two identical appends at the same time are one', async () => {
      const { store } = current();
      const other = await current().openAnother();
      const stream = aStream();
      const batch = events(3);
      const results = await Promise.all(
        [store, other, store, other].map((s) => s.append(stream, NO_STREAM, batch)),
      );
      expect(
        new Set(results.map(({ revision, position }) => `${String(revision)} ${String(position)}`)).size,
      ).toBe(1);
      expect(await readAll(store, stream)).toHaveLength(3);
    });

    it('8 an identical retry after later appends still succeeds', async () => {
      const { store } = current();
      const stream = aStream();
      const batch = events(2);
      const first = await store.append(stream, NO_STREAM, batch);
      await store.append(stream, at(1), events(4));
      expect(await store.append(stream, NO_STREAM, batch)).toEqual(first);
      const other = await current().openAnother();
      expect(await other.append(stream, NO_STREAM, batch, { mayBeRetry: true })).toEqual(first);
      expect(await readAll(store, stream)).toHaveLength(6);
    });

    it('9 the same ids at their place in a shorter batch are a success', async () => {
      const { store } = current();
      const stream = aStream();
      const [a, b, c] = events(3) as unknown as [NewEvent, NewEvent, NewEvent];
      await store.append(stream, NO_STREAM, [a, b, c]);
      expect((await store.append(stream, NO_STREAM, [a])).revision).toBe(0n);
      expect((await store.append(stream, NO_STREAM, [a, b])).revision).toBe(1n);
      expect((await store.append(stream, at(0), [b, c])).revision).toBe(2n);
      expect(await readAll(store, stream)).toHaveLength(3);
    });

    it('9 reordered, partly new or elsewhere is a conflict', async () => {
      const { store, findsIdsByPlace = false } = current();
      const stream = aStream();
      const [a, b, c] = events(3) as unknown as [NewEvent, NewEvent, NewEvent];
      await store.append(stream, NO_STREAM, [a, b, c]);
      const attempts: (readonly [typeof NO_STREAM | ReturnType<typeof at>, NonEmpty<NewEvent>])[] = [
        [NO_STREAM, [b, a]],
        [NO_STREAM, [a, c]],
        [NO_STREAM, [a, b, c, anEvent()]],
        [NO_STREAM, [a, anEvent()]],
        [at(1), [c, anEvent()]],
        [at(0), [a]],
      ];
      if (!findsIdsByPlace) attempts.push([at(2), [anEvent(), a]], [at(2), [a, b, c]]);
      for (const [expected, batch] of attempts) {
        await expect(store.append(stream, expected, batch)).rejects.toThrow(ConcurrencyConflict);
      }
      expect((await readAll(store, stream)).map((event) => event.id)).toEqual([a.id, b.id, c.id]);
    });

    it('9 the same ids with other data or metadata and mayBeRetry are a conflict', async () => {
      const { store } = current();
      for (const stream of [aStream(), aStream('personal')]) {
        const event = anEvent({ answer: 'yes' }, { v: 1, note: 'a' });
        await store.append(stream, NO_STREAM, [event]);
        const changed = [
          { ...event, data: { answer: 'no' } },
          { ...event, metadata: { v: 1, note: 'b' } },
          { ...event, type: 'OtherRecorded' },
        ];
        for (const other of changed) {
          const retry = store.append(stream, NO_STREAM, [other], { mayBeRetry: true });
          await expect(retry).rejects.toThrow(ConcurrencyConflict);
        }
        const reordered = { ...event, metadata: { note: 'a', v: 1 } };
        const same = await store.append(stream, NO_STREAM, [reordered], { mayBeRetry: true });
        expect(same.revision).toBe(0n);
        expect((await readAll(store, stream)).map(({ data }) => data)).toEqual([{ answer: 'yes' }]);
      }
    });

    it('10 the same id in another stream is refused where ids are known store-wide, also when both arrive together', async () => {
      const { store, findsIdsByPlace = false } = current();
      const event = anEvent();
      const [mine, other] = [aStream(), aStream()];
      const outcomes = await Promise.allSettled([
        store.append(mine, NO_STREAM, [event]),
        store.append(other, NO_STREAM, [event]),
        store.append(aStream(), NO_STREAM, [anEvent()]),
      ]);
      const second = findsIdsByPlace ? 'fulfilled' : 'rejected';
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', second, 'fulfilled']);
      if (findsIdsByPlace) return;
      await expect(store.append(other, NO_STREAM, [anEvent(), event])).rejects.toThrow(ConcurrencyConflict);
      expect(await readAll(store, other)).toEqual([]);
    });
  });
}

/** Points 11 to 15: what is refused, and what comes back unchanged. */
export function appendContent(current: Current): void {
  describe('content', () => {
    it('11 an empty batch is refused locally, and so is what has no name or id', () => {
      const { store } = current();
      const none = [] as unknown as NonEmpty<NewEvent>;
      expect(() => store.append(aStream(), NO_STREAM, none)).toThrow(RangeError);
      const streams = [
        '',
        'sample',
        `$sample-${randomUUID()}`,
        `sam-ple-${randomUUID()}`,
        'sample-someone@mail.example',
      ];
      for (const stream of streams)
        expect(() => store.append(stream, NO_STREAM, events(1))).toThrow(RangeError);
      const event = anEvent();
      for (const id of ['', 'x', event.id.toUpperCase()]) {
        expect(() => store.append(aStream(), NO_STREAM, [{ ...event, id }])).toThrow(RangeError);
      }
      for (const type of ['', '$metadata', 'with space', 'nul\u0000']) {
        expect(() => store.append(aStream(), NO_STREAM, [{ ...event, type }])).toThrow(RangeError);
      }
      expect(() => store.append(aStream(), NO_STREAM, [event, event])).toThrow(RangeError);
      expect(() => store.append(aStream(), at(-1), [event])).toThrow(RangeError);
    });

    it('12 an oversize append is AppendTooLarge and writes nothing', async () => {
      const { store } = current();
      const stream = aStream();
      const heavy = anEvent({ text: 'é'.repeat(MAX_APPEND_BYTES / 2) });
      await expect(store.append(stream, NO_STREAM, [heavy])).rejects.toThrow(AppendTooLarge);
      await expect(store.append(stream, NO_STREAM, events(MAX_APPEND_EVENTS + 1))).rejects.toThrow(
        AppendTooLarge,
      );
      expect(await readAll(store, stream)).toEqual([]);
      await store.append(stream, NO_STREAM, events(MAX_APPEND_EVENTS));
      expect(await readAll(store, stream)).toHaveLength(MAX_APPEND_EVENTS);
    });

    it('13 bigint, undefined, NaN, a cycle and their like are refused synchronously, and the store goes on', async () => {
      const { store } = current();
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      const throwing = { toJSON: () => JSON.parse('{') as unknown };
      const values = [
        1n,
        undefined,
        NaN,
        Infinity,
        0.5,
        -0,
        cycle,
        new Date(0),
        () => 1,
        Symbol('s'),
        '\ud800',
        throwing,
      ];
      for (const value of values) {
        const bad = { v: value } as unknown as Json;
        expect(() => store.append(aStream(), NO_STREAM, [anEvent(bad)])).toThrow(NotCanonical);
        expect(() => store.append(aStream(), NO_STREAM, [anEvent(), anEvent({}, bad)])).toThrow(NotCanonical);
      }
      expect((await store.append(aStream(), NO_STREAM, events(1))).revision).toBe(0n);
    });

    it('14 Unicode, 64-bit numbers as strings and large JSON come back as they went in', async () => {
      const { store } = current();
      const data: Json = {
        text: 'Ünïcødé 漢字 🇫🇷 \u{1F468}\u200D\u{1F469} "quoted" \\back\\ {brace,comma} \u0001 \u2028 \n\t NULL',
        clé: ['', null, true, false, 0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
        big: (2n ** 63n - 1n).toString(),
        empty: [{}, [], [[]]],
        __proto: { constructor: 'x' },
      };
      const large: Json = { parts: Array.from({ length: 900 }, (_, i) => `${String(i)}:${'€'.repeat(300)}`) };
      for (const stream of [aStream(), aStream('personal')]) {
        await store.append(stream, NO_STREAM, [anEvent(data, data), anEvent(large)]);
        const [first, second] = await readAll(store, stream);
        expect([first?.data, first?.metadata, second?.data]).toEqual([data, data, large]);
      }
    });

    it('14 any JSON of the ledger comes back as it went in', async () => {
      const { store } = current();
      await fc.assert(
        fc.asyncProperty(anyJson, anyJson, async (data, metadata) => {
          const stream = aStream();
          await store.append(stream, NO_STREAM, [anEvent(data, metadata)]);
          const [stored] = await readAll(store, stream);
          expect([stored?.data, stored?.metadata]).toEqual([data, metadata]);
        }),
        { numRuns: 60 },
      );
    });

    it('14 what is changed after the call is stored as it was', async () => {
      const { store } = current();
      const stream = aStream();
      const data: { [key: string]: Json } = { answer: 'yes' };
      const writing = store.append(stream, NO_STREAM, [anEvent(data)]);
      data['answer'] = 'no';
      await writing;
      expect((await readAll(store, stream))[0]?.data).toEqual({ answer: 'yes' });
    });
  });
}

const anyText = fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => !text.includes('\u0000'));
const { tree: anyJson } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.maxSafeInteger().filter((number) => !Object.is(number, -0)),
    anyText,
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

/** Point 15: an erasure ends a stream for ever. */
export function appendAfterClose(current: Current): void {
  describe('closed streams', () => {
    it('15 an append after close is StreamClosed, whatever it expects, a retry of an old one too', async () => {
      const { store, eraser } = current();
      const stream = aStream('personal');
      const batch = events(2);
      await store.append(stream, NO_STREAM, batch);
      await eraser.close(stream, at(1));
      for (const expected of [NO_STREAM, at(1), at(5)]) {
        await expect(store.append(stream, expected, events(1))).rejects.toThrow(StreamClosed);
      }
      await expect(store.append(stream, NO_STREAM, batch)).rejects.toThrow(StreamClosed);
      await expect((await current().openAnother()).append(stream, at(1), events(1))).rejects.toThrow(
        StreamClosed,
      );
    });

    it('15 close asks for the exact revision', async () => {
      const { store, eraser } = current();
      const stream = aStream('personal');
      await store.append(stream, NO_STREAM, events(2));
      for (const wrong of [NO_STREAM, at(0), at(2)]) {
        await expect(eraser.close(stream, wrong)).rejects.toThrow(ConcurrencyConflict);
      }
      expect((await store.append(stream, at(1), events(1))).revision).toBe(2n);
    });

    it('15 a stream that was never written can be closed, and closing again is a success', async () => {
      const { store, eraser } = current();
      const stream = aStream('personal');
      await eraser.close(stream, NO_STREAM);
      await eraser.close(stream, NO_STREAM);
      await expect(store.append(stream, NO_STREAM, events(1))).rejects.toThrow(StreamClosed);
    });

    it('15 a closed stream reads as empty; the others are untouched', async () => {
      const { store, eraser } = current();
      const [gone, kept] = [aStream('personal'), aStream('personal')];
      await store.append(gone, NO_STREAM, events(2));
      await store.append(kept, NO_STREAM, events(2));
      await eraser.close(gone, at(1));
      expect(await readAll(store, gone)).toEqual([]);
      expect(await readAll(store, kept)).toHaveLength(2);
    });

    it('15 an append that races a close is either before it or StreamClosed', async () => {
      const { store, eraser } = current();
      for (let round = 0; round < 20; round += 1) {
        const stream = aStream('personal');
        await store.append(stream, NO_STREAM, events(1));
        const [append, close] = await Promise.allSettled([
          store.append(stream, at(0), events(1)),
          eraser.close(stream, at(0)),
        ]);
        expect([append.status, close.status].sort()).toEqual(['fulfilled', 'rejected']);
        if (append.status === 'rejected') expect(append.reason).toBeInstanceOf(StreamClosed);
        if (close.status === 'rejected') expect(close.reason).toBeInstanceOf(ConcurrencyConflict);
      }
    });
  });
}
