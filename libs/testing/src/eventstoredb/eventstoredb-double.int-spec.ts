import { randomUUID } from 'node:crypto';
import {
  DeadlineExceededError,
  EventStoreDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnknownError,
  WrongExpectedVersionError,
  jsonEvent,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  aStream,
  anEvent,
  append as appendOf,
  credentials,
  events,
  failureOf,
  idsOf,
  openPair,
  type Pair,
} from './double.fixture.js';

let pair: Pair;
let client: EventStoreDBClient;

beforeAll(async () => {
  pair = await openPair();
  client = pair.client;
});

afterAll(() => pair.close());

const append = (...call: Parameters<typeof appendOf> extends [unknown, ...infer Rest] ? Rest : never) =>
  appendOf(client, ...call);
const ids = (batch: ReturnType<typeof events>) => batch.map(({ id }) => id);

describe('an append', () => {
  it('gives revisions from 0 without gaps', async () => {
    const stream = aStream();
    expect((await append(stream, 'no_stream', events(3))).nextExpectedRevision).toBe(2n);
    expect((await append(stream, 2n, events(1))).nextExpectedRevision).toBe(3n);
    const revisions: bigint[] = [];
    for await (const { event } of client.readStream(stream)) revisions.push(event!.revision);
    expect(revisions).toEqual([0n, 1n, 2n, 3n]);
  });

  it('keeps data, metadata and type as they came', async () => {
    const stream = aStream();
    const data = { name: 'Zoë', big: '18446744073709551615' };
    const event = jsonEvent({ id: randomUUID(), type: 'ConsentGiven', data, metadata: { ts: 1 } });
    await client.appendToStream(stream, event, { credentials });
    for await (const { event: stored } of client.readStream(stream)) {
      expect(stored).toMatchObject({ id: event.id, type: 'ConsentGiven', data, metadata: { ts: 1 } });
      expect(Math.abs(Date.now() - stored!.created.getTime())).toBeLessThan(60_000);
    }
  });

  it('at another revision is refused with the actual one and an empty message', async () => {
    const stream = aStream();
    await expect(append(stream, 4n, events(1))).rejects.toMatchObject({ actualVersion: 'no_stream' });
    await append(stream, 'no_stream', events(2));
    const conflict = await failureOf(append(stream, 0n, events(1)));
    expect(conflict).toBeInstanceOf(WrongExpectedVersionError);
    expect(conflict).toMatchObject({ actualVersion: 1n, expectedVersion: 0n, message: '' });
  });

  it('of 20 at one revision has one winner', async () => {
    const stream = aStream();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => append(stream, 'no_stream', events(2))),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await idsOf(client.readStream(stream))).toHaveLength(2);
  });

  it('of more than 1 MiB is refused', async () => {
    const failure = await failureOf(
      append(aStream(), 'no_stream', [anEvent(randomUUID(), { text: 'x'.repeat(1024 * 1024) })]),
    );
    expect(failure).toBeInstanceOf(MaxAppendSizeExceededError);
    expect(failure).toMatchObject({ maxAppendSize: 1024 * 1024 });
  });

  it('of nothing is accepted and leaves nothing that can be seen', async () => {
    const stream = aStream();
    expect((await append(stream, 'no_stream', [])).success).toBe(true);
    await expect(idsOf(client.readStream(stream))).rejects.toThrow(StreamNotFoundError);
  });
});

describe('the same ids again', () => {
  it('succeed with the old revision and position, also after a restart', async () => {
    const [stream, batch] = [aStream(), events(2)];
    const first = await append(stream, 'no_stream', batch);
    await append(stream, 1n, events(1));
    expect(await append(stream, 'no_stream', batch)).toEqual(first);
    await pair.double.restart();
    expect(await append(stream, 'no_stream', batch).catch(() => append(stream, 'no_stream', batch))).toEqual(
      first,
    );
    expect(await idsOf(client.readStream(stream))).toHaveLength(3);
  });

  it('succeed as prefix, as suffix at its place and as a fully written superset', async () => {
    const [stream, one, two] = [aStream(), events(3), events(2)];
    await append(stream, 'no_stream', one);
    await append(stream, 2n, two);
    expect((await append(stream, 'no_stream', one.slice(0, 2))).nextExpectedRevision).toBe(1n);
    expect((await append(stream, 1n, one.slice(2))).nextExpectedRevision).toBe(2n);
    expect((await append(stream, 'no_stream', [...one, ...two])).nextExpectedRevision).toBe(4n);
  });

  it('are refused when partly written, reordered or elsewhere', async () => {
    const [stream, batch] = [aStream(), events(3)];
    await append(stream, 'no_stream', batch);
    const [a, b, c] = batch;
    for (const [revision, again] of [
      [1n, [c!, anEvent()]],
      [0n, [c!, b!]],
      [1n, [a!]],
    ] as const) {
      await expect(append(stream, revision, [...again])).rejects.toThrow(WrongExpectedVersionError);
    }
  });

  it('with other data succeed and change nothing', async () => {
    const [stream, id] = [aStream(), randomUUID()];
    await append(stream, 'no_stream', [anEvent(id, { said: 'yes' })]);
    await append(stream, 'no_stream', [anEvent(id, { said: 'no' })]);
    for await (const { event } of client.readStream(stream)) expect(event!.data).toEqual({ said: 'yes' });
  });

  it('have no position once the event is no longer readable', async () => {
    const [stream, batch] = [aStream(), events(1)];
    await append(stream, 'no_stream', batch);
    await append(stream, 0n, events(1));
    await client.setStreamMetadata(stream, { truncateBefore: 1 }, { credentials });
    const again = await append(stream, 'no_stream', batch);
    expect(again).toMatchObject({ success: true, nextExpectedRevision: 0n, position: undefined });
  });

  it('at any revision are written twice after a restart', async () => {
    const [stream, batch] = [aStream(), events(1)];
    await append(stream, 'any', batch);
    await append(stream, 'any', batch);
    expect(await idsOf(client.readStream(stream))).toHaveLength(1);
    await pair.double.restart();
    await append(stream, 'any', batch).catch(() => append(stream, 'any', batch));
    expect(await idsOf(client.readStream(stream))).toHaveLength(2);
  });
});

describe('the batch append, which the client takes without credentials', () => {
  it('writes, refuses and knows as the classic one', async () => {
    const [stream, batch] = [aStream(), events(2)];
    const first = await client.appendToStream(stream, batch, { expectedRevision: 'no_stream' });
    expect(first).toMatchObject({ success: true, nextExpectedRevision: 1n });
    expect(await client.appendToStream(stream, batch, { expectedRevision: 'no_stream' })).toEqual(first);
    await expect(client.appendToStream(stream, events(1), { expectedRevision: 7n })).rejects.toMatchObject({
      actualVersion: 1n,
    });
    await client.tombstoneStream(stream);
    await expect(client.appendToStream(stream, events(1))).rejects.toThrow(StreamDeletedError);
    const large = anEvent(randomUUID(), { text: 'x'.repeat(1024 * 1024) });
    await expect(client.appendToStream(aStream(), large)).rejects.toThrow(MaxAppendSizeExceededError);
  });

  it('answers 1n whatever the truth when failures are not thrown', async () => {
    const quiet = EventStoreDBClient.connectionString(
      `${pair.double.connectionString}&throwOnAppendFailure=false`,
    );
    const stream = aStream();
    await quiet.appendToStream(stream, events(5));
    const answer = await quiet.appendToStream(stream, events(1), { expectedRevision: 'no_stream' });
    expect(answer).toMatchObject({ success: false, nextExpectedRevision: 1n });
    await quiet.dispose();
  });
});

describe('a read of a stream', () => {
  it('is inclusive in both directions and stops at the limit', async () => {
    const [stream, batch] = [aStream(), events(5)];
    await append(stream, 'no_stream', batch);
    const [a, b, c, d, e] = ids(batch);
    expect(await idsOf(client.readStream(stream, { fromRevision: 1n, maxCount: 2 }))).toEqual([b, c]);
    const back = { direction: 'backwards', fromRevision: 'end' } as const;
    expect(await idsOf(client.readStream(stream, back))).toEqual([e, d, c, b, a]);
    expect(await idsOf(client.readStream(stream, { ...back, fromRevision: 1n }))).toEqual([b, a]);
    expect(await idsOf(client.readStream(stream, { fromRevision: 9n }))).toEqual([]);
  });

  it('that is absent fails while iterating', async () => {
    const read = client.readStream(aStream());
    await expect(idsOf(read)).rejects.toThrow(StreamNotFoundError);
  });

  it.each([{ maxCount: 0 }, { fromRevision: 'end' as const }])('%p is an unknown error', async (options) => {
    const stream = aStream();
    await append(stream, 'no_stream', events(1));
    expect(await failureOf(idsOf(client.readStream(stream, options)))).toBeInstanceOf(UnknownError);
  });
});

describe('deletion', () => {
  it('a tombstone refuses later appends and reads for ever, and stays in $all', async () => {
    const [stream, batch] = [aStream(), events(2)];
    await append(stream, 'no_stream', batch);
    await client.tombstoneStream(stream, { expectedRevision: 1n, credentials });
    await expect(append(stream, 1n, events(1))).rejects.toThrow(StreamDeletedError);
    await expect(idsOf(client.readStream(stream))).rejects.toThrow(StreamDeletedError);
    const all: [string, string][] = [];
    for await (const { event } of client.readAll()) all.push([event!.streamId, event!.type]);
    expect(all.filter(([name]) => name === stream).map(([, type]) => type)).toEqual([
      'ConsentGiven',
      'ConsentGiven',
      '$streamDeleted',
    ]);
  });

  it('a stream that was never written can be tombstoned too', async () => {
    const stream = aStream();
    await client.tombstoneStream(stream, { expectedRevision: 'no_stream', credentials });
    await expect(append(stream, 'no_stream', events(1))).rejects.toThrow(StreamDeletedError);
  });

  it('at another revision is refused with a code and raw negative revisions', async () => {
    const stream = aStream();
    for (const refused of [
      client.tombstoneStream(stream, { expectedRevision: 3n, credentials }),
      client.deleteStream(stream, { expectedRevision: 3n, credentials }),
    ]) {
      const failure = await failureOf(refused);
      expect(failure).toBeInstanceOf(WrongExpectedVersionError);
      expect(failure).toMatchObject({ code: 9, expectedVersion: 3n, actualVersion: -1n });
    }
  });

  it('a soft delete makes the stream absent until it is written again', async () => {
    const [stream, again] = [aStream(), events(1)];
    await append(stream, 'no_stream', events(2));
    await client.deleteStream(stream, { expectedRevision: 1n, credentials });
    await expect(idsOf(client.readStream(stream))).rejects.toThrow(StreamNotFoundError);
    expect((await append(stream, 'no_stream', again)).nextExpectedRevision).toBe(2n);
    expect(await idsOf(client.readStream(stream))).toEqual(ids(again));
  });

  it('metadata is kept, and its count hides old events', async () => {
    const [stream, batch] = [aStream(), events(4)];
    await append(stream, 'no_stream', batch);
    await client.setStreamMetadata(stream, { maxCount: 2 }, { credentials });
    expect((await client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 2 });
    expect(await idsOf(client.readStream(stream))).toEqual(ids(batch).slice(2));
  });
});

describe('the limit of 100 calls per connection', () => {
  it('leaves further calls of the client without an answer', async () => {
    // A double of its own: the clients of one process share the connections to a server.
    const { client: greedy, close } = await openPair();
    let confirmed = 0;
    const subscriptions = Array.from({ length: 110 }, () => greedy.subscribeToAll({ fromPosition: 'end' }));
    await new Promise<void>((resolve) => {
      for (const subscription of subscriptions) {
        subscription.on('error', () => undefined);
        subscription.on('confirmation', () => {
          confirmed += 1;
          if (confirmed === 100) resolve();
        });
      }
    });
    const failure = await failureOf(appendOf(greedy, aStream(), 'no_stream', events(1), 500));
    expect(failure).toBeInstanceOf(DeadlineExceededError);
    expect(confirmed).toBe(100);
    await close();
  });
});
