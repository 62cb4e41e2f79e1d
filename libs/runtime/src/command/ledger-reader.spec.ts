import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { InMemoryEventStore, UndecodableEvent } from '#event-store';
import { choiceDecider, contextOf, writePath } from './write-path.harness.js';

const subjectIds = Array.from({ length: 20 }, () => randomUUID());
const streamOf = (subjectId: string) => `consent-${subjectId}`;

async function filled(store = new InMemoryEventStore()) {
  const path = writePath(store);
  for (const [index, subjectId] of subjectIds.entries()) {
    const data = { subjectId, says: 'yes', times: index + 1 } as const;
    const aggregate = { decider: choiceDecider, stream: streamOf(subjectId) };
    await path.runner.run(aggregate, { type: 'Say', data }, contextOf(randomUUID()));
  }
  return path;
}

it('reads many streams in the order asked; an absent one is empty', async () => {
  const { reader } = await filled();
  const absent = `consent-${randomUUID()}`;
  const histories = await reader.many([absent, ...subjectIds.map(streamOf).reverse()]);
  expect(histories.map(({ length }) => length)).toEqual([
    0,
    ...subjectIds.map((_, index) => index + 1).reverse(),
  ]);
});

it('reads up to a revision, inclusive', async () => {
  const { reader } = await filled();
  const stream = streamOf(subjectIds[19]!);
  expect((await reader.history(stream, { upTo: 4n })).map(({ revision }) => revision)).toEqual([
    0n,
    1n,
    2n,
    3n,
    4n,
  ]);
  expect(await reader.history(stream, { upTo: 500n })).toHaveLength(20);
});

it('folds a stream and says to which revision', async () => {
  const { reader } = await filled();
  expect(await reader.fold(choiceDecider, streamOf(subjectIds[3]!))).toEqual({
    state: { heard: 'yes', count: 4, isForbidden: false },
    revision: 3n,
  });
  expect(await reader.fold(choiceDecider, `consent-${randomUUID()}`)).toEqual({
    state: choiceDecider.initialState,
    revision: undefined,
  });
});

it('never passes over an event that it cannot read', async () => {
  const store = new InMemoryEventStore();
  const { reader } = await filled(store);
  const stream = `consent-${randomUUID()}`;
  await store.append(stream, { kind: 'noStream' }, [
    { id: randomUUID(), type: 'Unknown', data: {}, metadata: {} },
  ]);
  await expect(reader.history(stream)).rejects.toThrow(UndecodableEvent);
  await expect(reader.fold(choiceDecider, stream)).rejects.toThrow(UndecodableEvent);
  await expect(reader.many([streamOf(subjectIds[0]!), stream])).rejects.toThrow(UndecodableEvent);
});
