import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NO_STREAM, aStream, events } from '../contract-suite/samples.js';
import { openPostgresHarness, type PostgresHarness } from './postgres.harness.js';
import { streamEndsSql } from './stream-ends.js';

// Goal: a statement on the database of the store learns the same of the ends of streams as a client that asks the store.

let harness: PostgresHarness;
beforeAll(async () => {
  harness = await openPostgresHarness();
});
afterAll(() => harness.close());

async function told(streams: readonly string[]): Promise<object> {
  const { rows } = await harness.db.pool.query<{ ends: object | null }>(
    `SELECT ${streamEndsSql('$1::text[]')} AS ends`,
    [streams],
  );
  return rows[0]?.ends ?? {};
}

async function asked(streams: readonly string[]): Promise<object> {
  const ends: Record<string, number> = {};
  for (const stream of streams) {
    for await (const { revision } of harness.store.read(stream, { backwards: true, limit: 1 }))
      ends[stream] = Number(revision);
  }
  return ends;
}

it('are those that the store tells, of streams that go on, are absent, or were closed', async () => {
  const { store, eraser } = harness;
  const streams = [1, 2, 5, 40].map((count) => ({ stream: aStream(), count }));
  for (const { stream, count } of streams) await store.append(stream, NO_STREAM, events(count));
  const names = [...streams.map(({ stream }) => stream), aStream()];
  expect(await told(names)).toEqual(Object.fromEntries(streams.map((one) => [one.stream, one.count - 1])));
  await store.append(names[1]!, { kind: 'revision', revision: 1n }, events(3));
  await eraser.close(names[2]!, { kind: 'revision', revision: 4n });
  const ends = await told(names);
  expect(ends).toEqual(await asked(names));
  expect(Object.keys(ends)).toHaveLength(3);
  expect(await told([])).toEqual({});
});
