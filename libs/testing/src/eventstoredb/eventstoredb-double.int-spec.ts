import { randomUUID } from 'node:crypto';
import {
  EventStoreDBClient,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
  jsonEvent,
  type AppendExpectedRevision,
  type Position,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventStoreDouble, type EventStoreDouble } from './start.js';

/** The client drops them without encryption, but takes the classic append for them. */
const credentials = { username: 'ledger', password: 'secret' };

const aStream = () => `consent-${randomUUID()}`;
const anEvent = (id: string = randomUUID()) => jsonEvent({ id, type: 'ConsentGiven', data: { n: 1 } });
const events = (count: number) => Array.from({ length: count }, () => anEvent());

let double: EventStoreDouble;
let client: EventStoreDBClient;

beforeAll(async () => {
  double = await startEventStoreDouble();
  client = EventStoreDBClient.connectionString(double.connectionString);
});

afterAll(async () => {
  await client.dispose();
  await double.stop();
});

const append = (stream: string, expectedRevision: AppendExpectedRevision, batch: ReturnType<typeof events>) =>
  client.appendToStream(stream, batch, { expectedRevision, credentials });

async function idsOf(stream: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readStream(stream)) ids.push(event!.id);
  return ids;
}

async function idsOfAll(fromPosition: Position | 'start' = 'start'): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of client.readAll({ fromPosition })) ids.push(event!.id);
  return ids;
}

describe('append', () => {
  it('gives revisions from 0 without gaps', async () => {
    const stream = aStream();
    expect((await append(stream, 'no_stream', events(3))).nextExpectedRevision).toBe(2n);
    expect((await append(stream, 2n, events(1))).nextExpectedRevision).toBe(3n);
    const revisions: bigint[] = [];
    for await (const { event } of client.readStream(stream)) revisions.push(event!.revision);
    expect(revisions).toEqual([0n, 1n, 2n, 3n]);
  });

  it('refuses another revision and names the actual one', async () => {
    const stream = aStream();
    await expect(append(stream, 4n, events(1))).rejects.toMatchObject({ actualVersion: 'no_stream' });
    await append(stream, 'no_stream', events(2));
    const conflict = await append(stream, 0n, events(1)).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(WrongExpectedVersionError);
    expect(conflict).toMatchObject({ actualVersion: 1n, expectedVersion: 0n, message: '' });
  });
});

describe('deletion', () => {
  it('a tombstone refuses later appends and reads, and stays in $all', async () => {
    const stream = aStream();
    const batch = events(2);
    await append(stream, 'no_stream', batch);
    await client.tombstoneStream(stream, { expectedRevision: 1n, credentials });
    await expect(append(stream, 1n, events(1))).rejects.toThrow(StreamDeletedError);
    await expect(idsOf(stream)).rejects.toThrow(StreamDeletedError);
    expect(await idsOfAll()).toEqual(expect.arrayContaining(batch.map(({ id }) => id)));
  });

  it('after a soft delete the stream is absent, and its last event survives the scavenge', async () => {
    const stream = aStream();
    const batch = events(2);
    await append(stream, 'no_stream', batch);
    await client.deleteStream(stream, { expectedRevision: 1n, credentials });
    await expect(idsOf(stream)).rejects.toThrow(StreamNotFoundError);
    await double.scavenge();
    const left = await idsOfAll();
    expect(left).toContain(batch[1]!.id);
    expect(left).not.toContain(batch[0]!.id);
  });
});

describe('subscriptions to $all', () => {
  it('deliver history, the caught-up mark and then live events, in the order of positions', async () => {
    const stream = aStream();
    const [old, fresh] = [events(3), events(2)];
    await append(stream, 'no_stream', old);
    const subscription = client.subscribeToAll();
    const seen: (string | undefined)[] = [];
    const caughtUp = new Promise((resolve) => subscription.once('caughtUp', resolve));
    const complete = new Promise<void>((resolve) => {
      subscription.on('data', ({ event }) => {
        if (event?.streamId === stream) seen.push(event.id);
        if (seen.length === old.length + fresh.length) resolve();
      });
    });
    await caughtUp;
    expect(seen).toHaveLength(old.length);
    await append(stream, 2n, fresh);
    await complete;
    await subscription.unsubscribe();
    expect(seen).toEqual([...old, ...fresh].map(({ id }) => id));
  });
});
