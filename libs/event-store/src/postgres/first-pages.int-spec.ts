import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NO_STREAM, aStream, all, events, readAll } from '../contract-suite/samples.js';
import { FIRST_PAGE } from './first-pages.js';
import { openPostgresHarness, type PostgresHarness } from './postgres.harness.js';

let harness: PostgresHarness;
beforeAll(async () => {
  harness = await openPostgresHarness();
});
afterAll(() => harness.close());

it('streams that are read at the same time each come whole, whatever their length', async () => {
  const { store } = harness;
  const lengths = [0, 1, FIRST_PAGE - 1, FIRST_PAGE, FIRST_PAGE + 1, 2 * FIRST_PAGE, 3, 0, 100];
  const streams = lengths.map(() => aStream());
  for (const [i, stream] of streams.entries())
    if (lengths[i]! > 0) await store.append(stream, NO_STREAM, events(lengths[i]!));
  const wanted = [...streams, ...streams, ...streams, ...streams];
  const found = await Promise.all(wanted.map((stream) => readAll(store, stream)));
  for (const [i, history] of found.entries()) {
    expect(history.map(({ stream }) => stream)).toEqual(history.map(() => wanted[i]));
    expect(history.map(({ revision }) => Number(revision))).toEqual(
      Array.from({ length: lengths[i % lengths.length]! }, (_, revision) => revision),
    );
  }
});

it.each([1, FIRST_PAGE - 1, FIRST_PAGE, FIRST_PAGE + 1])(
  'no more than the first %i events',
  async (limit) => {
    const stream = aStream();
    await harness.store.append(stream, NO_STREAM, events(2 * FIRST_PAGE));
    expect(await all(harness.store.read(stream, { limit }))).toHaveLength(limit);
  },
);

it('a read that begins after an answer sees what was answered, in a crowd too', async () => {
  const { store } = harness;
  const seen = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const stream = aStream();
      const before = readAll(store, stream);
      await store.append(stream, NO_STREAM, events(1));
      await before;
      return (await readAll(store, stream)).length;
    }),
  );
  expect(new Set(seen)).toEqual(new Set([1]));
});
