import { describe, expect, it } from '@jest/globals';
import type { Current } from './harness.js';
import { NO_STREAM, aStream, all, at, events, readAll, sleep } from './samples.js';

const LEAKED_TOO_MANY = 25;

/** Points 16 to 19: reading one stream. */
export function readContract(current: Current): void {
  describe('read', () => {
    it('16 an absent stream is empty', async () => {
      const { store } = current();
      expect(await readAll(store, aStream())).toEqual([]);
      expect(await all(store.read(aStream('personal'), { from: 3n, backwards: true }))).toEqual([]);
    });

    it.each(['sample', 'personal'])(
      '17 from is inclusive, with limit, forwards and backwards (%s)',
      async (category) => {
        const { store } = current();
        const stream = aStream(category);
        await store.append(stream, NO_STREAM, events(10));
        const revisions = async (options: Parameters<typeof store.read>[1]): Promise<number[]> =>
          (await all(store.read(stream, options))).map((event) => Number(event.revision));
        expect(await revisions({ from: 7n })).toEqual([7, 8, 9]);
        expect(await revisions({ from: 2n, limit: 3 })).toEqual([2, 3, 4]);
        expect(await revisions({ limit: 2 })).toEqual([0, 1]);
        expect(await revisions({ limit: 0 })).toEqual([]);
        expect(await revisions({ from: 10n })).toEqual([]);
        expect(await revisions({ backwards: true, limit: 3 })).toEqual([9, 8, 7]);
        expect(await revisions({ backwards: true, from: 2n })).toEqual([2, 1, 0]);
        expect(await revisions({ backwards: true, from: 5n, limit: 2 })).toEqual([5, 4]);
        expect(await revisions({ backwards: true, from: 50n, limit: 1 })).toEqual([9]);
      },
    );

    it('17 a stream longer than any page comes whole, in both directions', async () => {
      const { store } = current();
      const stream = aStream();
      for (let i = 0; i < 6; i += 1)
        await store.append(stream, i === 0 ? NO_STREAM : at(i * 250 - 1), events(250));
      const whole = Array.from({ length: 1500 }, (_, i) => i);
      const forwards = (await readAll(store, stream)).map((event) => Number(event.revision));
      expect(forwards).toEqual(whole);
      const backwards = (await all(store.read(stream, { backwards: true }))).map((event) =>
        Number(event.revision),
      );
      expect(backwards).toEqual(whole.reverse());
      expect(await all(store.read(stream, { from: 100n, limit: 1200 }))).toHaveLength(1200);
    });

    it('18 a reader that stops early leaks nothing (1 000 times)', async () => {
      const { store, openConnections } = current();
      const stream = aStream();
      await store.append(stream, NO_STREAM, events(50));
      for (let i = 0; i < 1000; i += 1) {
        for await (const event of store.read(stream, { backwards: i % 2 === 0 })) {
          if (event.revision === BigInt(i % 3)) break;
          if (event.revision > 3n) break;
        }
      }
      const abandoned = Array.from({ length: 50 }, () => store.read(stream)[Symbol.asyncIterator]());
      await Promise.all(abandoned.map((reader) => reader.next()));
      expect(await readAll(store, stream)).toHaveLength(50);
      expect((await store.append(stream, at(49), events(1))).revision).toBe(50n);
      expect(await openConnections()).toBeLessThan(LEAKED_TOO_MANY);
      for (const reader of abandoned) await reader.return?.();
    });

    it('19 a read after an append sees it', async () => {
      const { store } = current();
      const streams = Array.from({ length: 8 }, () => aStream());
      await Promise.all(
        streams.map(async (stream) => {
          for (let i = 0; i < 25; i += 1) {
            await store.append(stream, i === 0 ? NO_STREAM : at(i - 1), events(1));
            const [newest] = await all(store.read(stream, { backwards: true, limit: 1 }));
            expect(newest?.revision).toBe(BigInt(i));
          }
        }),
      );
    });

    it('19 a read while others write is a prefix of the stream', async () => {
      const { store } = current();
      const other = await current().openAnother();
      const stream = aStream();
      let isWriting = true;
      const writing = (async () => {
        for (let i = 0; i < 60; i += 1)
          await store.append(stream, i === 0 ? NO_STREAM : at(i - 1), events(1));
        isWriting = false;
      })();
      while (isWriting) {
        const read = await readAll(other, stream);
        expect(read.map((event) => Number(event.revision))).toEqual(read.map((_, i) => i));
        await sleep(1);
      }
      await writing;
      expect(await readAll(other, stream)).toHaveLength(60);
    });
  });
}
