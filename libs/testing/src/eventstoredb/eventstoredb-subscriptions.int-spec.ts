import {
  TimeoutError,
  eventTypeFilter,
  streamNameFilter,
  type EventStoreDBClient,
  type Position,
} from '@eventstore/db-client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Follower,
  aStream,
  anEvent,
  append,
  credentials,
  events,
  idsOf,
  openPair,
  type Pair,
} from './double.fixture.js';
import type { EventStoreDouble } from './start.js';

let pair: Pair;
let client: EventStoreDBClient;
let double: EventStoreDouble;

beforeAll(async () => {
  pair = await openPair();
  ({ client, double } = pair);
});

afterAll(() => pair.close());

/** All user events with their positions, as a read of `$all` gives them. */
async function everything(): Promise<{ id: string; stream: string; position: Position }[]> {
  const found: { id: string; stream: string; position: Position }[] = [];
  for await (const { event } of client.readAll()) {
    if (event && !event.streamId.startsWith('$') && !event.type.startsWith('$')) {
      found.push({ id: event.id, stream: event.streamId, position: event.position });
    }
  }
  return found;
}

describe('a subscription to $all', () => {
  it('delivers history, the caught-up mark and then live events, in the order of positions', async () => {
    const [stream, old, fresh] = [aStream(), events(3), events(2)];
    await append(client, stream, 'no_stream', old);
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    expect(follower.ids.slice(-3)).toEqual(old.map(({ id }) => id));
    await append(client, stream, 2n, fresh);
    await follower.until(({ ids }) => ids.includes(fresh[1]!.id));
    expect(await follower.end()).toEqual((await everything()).map(({ id }) => id));
  });

  it('starts after a position, while a read starts at it', async () => {
    const [stream, batch] = [aStream(), events(3)];
    await append(client, stream, 'no_stream', batch);
    const { position } = (await everything()).find(({ id }) => id === batch[0]!.id)!;
    const [first, second, third] = batch.map(({ id }) => id);
    expect(await idsOf(client.readAll({ fromPosition: position }))).toEqual([first, second, third]);
    const follower = new Follower(client, position);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    expect(await follower.end()).toEqual([second, third]);
  });

  it('catches up with a filter that matches nothing, and tells checkpoints that are no positions', async () => {
    await append(client, aStream(), 'no_stream', events(40));
    const checkpoints: Position[] = [];
    const filter = streamNameFilter({
      prefixes: ['nothing-'],
      maxSearchWindow: 5,
      checkpointInterval: 2,
      checkpointReached: (_: unknown, position: Position) => void checkpoints.push(position),
    });
    const subscription = client.subscribeToAll({ filter });
    await new Promise<void>((resolve) => {
      subscription.once('caughtUp', () => resolve());
      subscription.on('data', () => undefined);
    });
    await subscription.unsubscribe();
    expect(checkpoints.length).toBeGreaterThan(0);
    const positions = (await everything()).map(({ position }) => position.prepare);
    expect(checkpoints.every(({ commit, prepare }) => prepare === 0n && commit > 0n)).toBe(true);
    expect(positions).not.toContain(0n);
  });

  it.each([streamNameFilter({ prefixes: ['rights-'] }), eventTypeFilter({ regex: '^Objection' })])(
    'delivers only what the filter %p lets through',
    async (filter) => {
      const wished = { ...anEvent(), type: 'ObjectionRaised' };
      await append(client, aStream(), 'no_stream', events(3));
      await append(client, aStream().replace('consent', 'rights'), 'no_stream', [wished]);
      const seen: string[] = [];
      const subscription = client.subscribeToAll({ filter });
      subscription.on('data', ({ event }) => void seen.push(event!.id));
      await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
      await subscription.unsubscribe();
      expect(seen.at(-1)).toBe(wished.id);
      const streams = await everything();
      for (const id of seen) expect(streams.find((event) => event.id === id)?.stream).toMatch(/^rights-/);
    },
  );
});

describe('a subscription to a stream', () => {
  it('starts after a revision', async () => {
    const [stream, batch] = [aStream(), events(3)];
    await append(client, stream, 'no_stream', batch);
    const seen: bigint[] = [];
    const subscription = client.subscribeToStream(stream, { fromRevision: 0n });
    subscription.on('data', ({ event }) => void seen.push(event!.revision));
    await new Promise<void>((resolve) => subscription.once('caughtUp', () => resolve()));
    await subscription.unsubscribe();
    expect(seen).toEqual([1n, 2n]);
  });

  it('that is absent hears of having caught up after the first event only', async () => {
    const stream = aStream();
    const heard: string[] = [];
    const subscription = client.subscribeToStream(stream);
    const caughtUp = new Promise<void>((resolve) => {
      subscription.on('caughtUp', () => {
        heard.push('caughtUp');
        resolve();
      });
    });
    subscription.on('data', () => void heard.push('event'));
    await new Promise<void>((resolve) => subscription.once('confirmation', () => resolve()));
    const other = new Follower(client);
    await other.until(({ isCaughtUp }) => isCaughtUp);
    await other.end();
    expect(heard).toEqual([]);
    await append(client, stream, 'no_stream', events(1));
    await caughtUp;
    await subscription.unsubscribe();
    expect(heard.sort()).toEqual(['caughtUp', 'event']);
  });
});

describe('a consumer that does not take what comes', () => {
  const heavy = () => [anEvent(undefined, { text: 'x'.repeat(100_000) })];

  it('is thrown out when live', async () => {
    const follower = new Follower(client, 'end');
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    follower.subscription.pause();
    const stream = aStream();
    for (let i = 0; i < 40; i += 1) await append(client, stream, 'any', heavy());
    while (double.subscriptions > 0) await append(client, stream, 'any', heavy());
    follower.subscription.resume();
    await follower.until(({ error }) => error !== undefined);
    expect(follower.error).toBeInstanceOf(TimeoutError);
    expect(follower.error).toMatchObject({ code: 10 });
    expect(String(follower.error)).toContain('Consumer too slow to handle event while live');
  });

  it('is waited for while it catches up', async () => {
    const stream = aStream();
    const batches = Array.from({ length: 40 }, heavy);
    for (const batch of batches) await append(client, stream, 'any', batch);
    const follower = new Follower(client);
    await follower.until(({ isConfirmed }) => isConfirmed);
    follower.subscription.pause();
    await append(client, stream, 'any', heavy());
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(double.subscriptions).toBe(1);
    follower.subscription.resume();
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    expect(await follower.end()).toEqual((await everything()).map(({ id }) => id));
  });
});

describe('a scavenge', () => {
  /** One event each in three streams, the middle one tombstoned. */
  async function threeStreams() {
    const streams = [aStream(), aStream(), aStream()] as const;
    const batches = [events(1), events(1), events(1)] as const;
    for (const [i, stream] of streams.entries()) await append(client, stream, 'no_stream', batches[i]!);
    const { position } = (await everything()).find(({ id }) => id === batches[1][0]!.id)!;
    await client.tombstoneStream(streams[1], { expectedRevision: 0n, credentials });
    return { position, gone: batches[1][0]!.id, survivor: batches[2][0]!.id };
  }

  it('leaves nothing of a tombstoned stream in $all, and touches nothing else', async () => {
    const { gone } = await threeStreams();
    const before = await everything();
    await double.scavenge();
    expect(await everything()).toEqual(before.filter(({ id }) => id !== gone));
  });

  it('makes a subscription from a purged position skip the first survivor; a read does not', async () => {
    const { position, survivor } = await threeStreams();
    await double.scavenge();
    expect((await idsOf(client.readAll({ fromPosition: position })))[0]).toBe(survivor);
    const follower = new Follower(client, position);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    expect(await follower.end()).not.toContain(survivor);
  });

  it('does no harm to a live subscription', async () => {
    const { gone } = await threeStreams();
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    await double.scavenge();
    const [last] = events(1);
    await append(client, aStream(), 'no_stream', [last!]);
    await follower.until(({ ids }) => ids.includes(last!.id));
    const delivered = await follower.end();
    const left = new Set((await everything()).map(({ id }) => id));
    expect(delivered).toContain(gone);
    expect(delivered.filter((id) => left.has(id))).toEqual([...left]);
  });

  it('over HTTP gives an id, tells its progress, and positions jump', async () => {
    const { position: before } = (await append(client, aStream(), 'no_stream', events(1))) as {
      position: Position;
    };
    const response = await fetch(`${double.url}/admin/scavenge`, { method: 'POST' });
    expect(response.status).toBe(200);
    const { scavengeId } = (await response.json()) as { scavengeId: string };
    const types: string[] = [];
    for await (const { event } of client.readStream(`$scavenges-${scavengeId}`)) types.push(event!.type);
    expect(types).toEqual(['$scavengeStarted', '$scavengeCompleted']);
    const { position } = await append(client, aStream(), 'no_stream', events(1));
    const chunk = 256n * 1024n * 1024n;
    expect(position!.commit / chunk).toBe(before.commit / chunk + 1n);
  });

  it('is not needed to be told alive', async () => {
    expect((await fetch(`${double.url}/health/live`)).status).toBe(204);
  });
});
