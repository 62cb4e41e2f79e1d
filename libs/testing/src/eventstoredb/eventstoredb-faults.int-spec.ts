import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  EventStoreDBClient,
  NotLeaderError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Follower,
  aStream,
  append,
  credentials,
  events,
  failureOf,
  idsOf,
  openPair,
  type Pair,
} from './double.fixture.js';
import { refusals } from './refusal.js';
import { startEventStoreDouble, type EventStoreDouble } from './start.js';

const SHORT_MS = 300;

let pair: Pair;
let client: EventStoreDBClient;
let double: EventStoreDouble;

beforeEach(async () => {
  pair = await openPair();
  ({ client, double } = pair);
});

afterEach(() => pair.close());

describe('an append', () => {
  it.each([
    ['not ready', refusals.notReady(), UnavailableError, 14],
    ['commit timeout', refusals.commitTimeout(), TimeoutError, 10],
    ['canceled by the server', refusals.canceledByServer(), CancelledError, 1],
    ['access denied', refusals.accessDenied(), AccessDeniedError, 7],
    ['wrong password', refusals.unauthenticated(), AccessDeniedError, 16],
    ['reset', refusals.streamReset(), UnknownError, 13],
  ])('that meets "%s" is refused once and nothing is written', async (_, refusal, type, code) => {
    const stream = aStream();
    double.faults.next('append', { kind: 'refused', refusal });
    const failure = await failureOf(append(client, stream, 'no_stream', events(1)));
    expect(failure).toBeInstanceOf(type);
    expect(failure).toMatchObject({ code });
    expect((await append(client, stream, 'no_stream', events(1))).nextExpectedRevision).toBe(0n);
    expect(double.faults.calls('append')).toBe(2);
  });

  it('whose commit times out may be written all the same', async () => {
    const [stream, batch] = [aStream(), events(1)];
    const refusal = refusals.commitTimeout();
    double.faults.next('append', { kind: 'refused', refusal, afterwards: true });
    await expect(append(client, stream, 'no_stream', batch)).rejects.toThrow(TimeoutError);
    expect(await idsOf(client.readStream(stream))).toEqual(batch.map(({ id }) => id));
  });

  it('whose reply is lost is written, one in silence is not', async () => {
    const [lost, silent] = [aStream(), aStream()];
    double.faults.next('append', { kind: 'lostReply' });
    double.faults.next('append', { kind: 'silent' });
    for (const stream of [lost, silent]) {
      const failure = await failureOf(append(client, stream, 'no_stream', events(1), SHORT_MS));
      expect(failure).toBeInstanceOf(DeadlineExceededError);
    }
    expect(await idsOf(client.readStream(lost))).toHaveLength(1);
    expect(await idsOf(client.readAll())).toHaveLength(1);
  });

  it('that is carried out twice or late is written once', async () => {
    const stream = aStream();
    double.faults.next('append', { kind: 'repeated' });
    double.faults.next('append', { kind: 'late', ms: 20 });
    expect((await append(client, stream, 'no_stream', events(2))).nextExpectedRevision).toBe(1n);
    expect((await append(client, stream, 1n, events(1))).nextExpectedRevision).toBe(2n);
    expect(await idsOf(client.readStream(stream))).toHaveLength(3);
  });

  it('that requires the leader is sent there, and the next one goes there by itself', async () => {
    const leader = await startEventStoreDouble();
    double.faults.follow({ address: '127.0.0.1', port: leader.port });
    const options = { expectedRevision: 'no_stream', credentials, requiresLeader: true } as const;
    const stream = aStream();
    const failure = await failureOf(client.appendToStream(stream, events(1), options));
    expect(failure).toBeInstanceOf(NotLeaderError);
    expect(failure).toMatchObject({ code: 5, leader: { address: '127.0.0.1', port: leader.port } });
    await client.appendToStream(stream, events(1), options);
    expect([double, leader].map(({ faults }) => faults.calls('append'))).toEqual([1, 1]);
    await client.dispose();
    await leader.stop();
  });

  it('finds the leader by gossip', async () => {
    const leader = await startEventStoreDouble();
    double.faults.follow({ address: '127.0.0.1', port: leader.port });
    const found = EventStoreDBClient.connectionString(`esdb+discover://127.0.0.1:${double.port}?tls=false`);
    await append(found, aStream(), 'no_stream', events(1));
    expect(leader.faults.calls('append')).toBe(1);
    await found.dispose();
    await leader.stop();
  });
});

describe('reads and subscriptions', () => {
  it('can hang, fail and repeat themselves', async () => {
    const [stream, batch] = [aStream(), events(2)];
    await append(client, stream, 'no_stream', batch);
    double.faults.next('read', { kind: 'refused', refusal: refusals.notReady() });
    await expect(idsOf(client.readStream(stream))).rejects.toThrow(UnavailableError);
    double.faults.next('read', { kind: 'repeated' });
    const [first, second] = batch.map(({ id }) => id);
    expect(await idsOf(client.readStream(stream))).toEqual([first, first, second, second]);
    double.faults.next('read', { kind: 'lostReply' });
    const read = client.readStream(stream);
    for await (const { event } of read) {
      expect(event!.id).toBe(first);
      break;
    }
    await read.cancel();
  });

  it('can be dropped; a new subscription delivers what the old one did not', async () => {
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    double.faults.dropSubscriptions(refusals.tooSlow());
    await follower.until(({ error }) => error !== undefined);
    expect(follower.error).toBeInstanceOf(TimeoutError);
    const batch = events(2);
    await append(client, aStream(), 'no_stream', batch);
    const next = new Follower(client);
    await next.until(({ isCaughtUp }) => isCaughtUp);
    expect(await next.end()).toEqual(batch.map(({ id }) => id));
    expect(follower.ids).toEqual([]);
  });

  it('end with an error when the connection is reset', async () => {
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    double.faults.resetConnections();
    await follower.until(({ error }) => error !== undefined);
    expect(follower.error).toMatchObject({ code: 14 });
    await append(client, aStream(), 'no_stream', events(1)).catch(() =>
      append(client, aStream(), 'no_stream', events(1)),
    );
  });

  it('say nothing in a silence and everything after it', async () => {
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    double.faults.silence();
    const failure = await failureOf(append(client, aStream(), 'no_stream', events(1), SHORT_MS));
    expect(failure).toBeInstanceOf(DeadlineExceededError);
    double.faults.heal();
    const [last] = events(1);
    await append(client, aStream(), 'no_stream', [last!]);
    await follower.until(({ ids }) => ids.includes(last!.id));
    await follower.end();
  });
});

describe('the server', () => {
  it('refuses connections when it is killed and comes back with its data on the same port', async () => {
    const [stream, batch, { port }] = [aStream(), events(2), double];
    await append(client, stream, 'no_stream', batch);
    await double.kill();
    await expect(append(client, stream, 1n, events(1))).rejects.toMatchObject({ code: 14 });
    await double.revive();
    expect(double.port).toBe(port);
    const again = EventStoreDBClient.connectionString(double.connectionString);
    const found = await idsOf(again.readStream(stream)).catch(() => idsOf(again.readStream(stream)));
    expect(found).toEqual(batch.map(({ id }) => id));
    await again.dispose();
  });

  it('keeps no subscription of a client that has gone', async () => {
    const follower = new Follower(client);
    await follower.until(({ isCaughtUp }) => isCaughtUp);
    expect(double.subscriptions).toBe(1);
    await follower.end();
    await append(client, aStream(), 'no_stream', events(1));
    expect(double.subscriptions).toBe(0);
  });
});
