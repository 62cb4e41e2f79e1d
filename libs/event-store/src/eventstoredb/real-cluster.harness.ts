import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startRealEventStoreCluster, type RealEventStoreCluster } from '#testing';
import {
  Follower,
  NO_STREAM,
  aStream,
  at,
  anEvent,
  checkpointAt,
  readAll,
} from '../contract-suite/samples.js';
import { StreamClosed, Unavailable } from '../errors.js';
import type { NewEvent, StreamName } from '../port.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

const WRITERS = 8;
const ROUNDS = 6;

let cluster: RealEventStoreCluster;
let store: EventStoreDbEventStore;

/** Makes the identical append again until it is known to be done, as the ledger's commands do. */
async function appendSurely(stream: StreamName, revision: number, event: NewEvent): Promise<void> {
  for (;;) {
    try {
      await store.append(stream, revision < 0 ? NO_STREAM : at(revision), [event], { mayBeRetry: true });
      return;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      await pause(100);
    }
  }
}

/** What one node says is in its log, without asking the leader: `stream@revision id`, in its order. */
async function logOf({ connectionString }: { readonly connectionString: string }): Promise<string[]> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const log: string[] = [];
  for await (const { event } of client.readAll())
    if (event && !event.type.startsWith('$'))
      log.push(`${event.streamId}@${String(event.revision)} ${event.id}`);
  await client.dispose();
  return log;
}

async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    if (tries > 300) throw new Error('It never came about');
    await pause(200);
  }
}

async function faults(round: number): Promise<void> {
  const leader = await cluster.leader();
  const victim = round % 3 === 2 ? cluster.nodes.find((node) => node !== leader)! : leader;
  if (round % 3 === 1) {
    victim.freeze();
    await pause(4_000);
    victim.thaw();
    return;
  }
  await victim.kill();
  await pause(1_500);
  await victim.revive();
}

/** What the double has not: elections, and the disks of three nodes. `command` starts a real server on this machine. */
export function clusterContract(command: string): void {
  beforeAll(async () => {
    cluster = await startRealEventStoreCluster(command);
    store = new EventStoreDbEventStore({ connectionString: cluster.connectionString });
  });
  afterAll(async () => {
    await store.shutdown();
    await cluster.stop();
  });

  it('loses and doubles nothing while leaders die and freeze, and a follower of it misses nothing', async () => {
    const begin = anEvent();
    await appendSurely(aStream(), -1, begin);
    const acknowledged: string[] = [];
    const follower = new Follower(store, 'start');
    let isOver = false;
    const writing = Array.from({ length: WRITERS }, async () => {
      const stream = aStream();
      for (let revision = -1; !isOver; revision += 1) {
        const event = anEvent();
        await appendSurely(stream, revision, event);
        acknowledged.push(`${stream}@${String(revision + 1)} ${event.id}`);
      }
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      await pause(1_000);
      await faults(round);
    }
    isOver = true;
    await Promise.all(writing);

    const logs = async () => Promise.all(cluster.nodes.map(logOf));
    await eventually(async () => {
      const all = await logs();
      return all.every((log) => log.length === all[0]?.length);
    });
    const [first = [], ...others] = await logs();
    for (const other of others) expect(other).toEqual(first);
    expect([...first].sort()).toEqual(
      [...acknowledged, first.find((line) => line.endsWith(begin.id))!].sort(),
    );
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
    await follower.until((seen) => seen.length >= first.length);
    expect((await follower.end()).map(({ id }) => id)).toEqual(first.map((line) => line.split(' ')[1]));
  });

  it('erases on every disk, and says so only then', async () => {
    const canary = `canary-${randomUUID()}`;
    const kept = `kept-${randomUUID()}`;
    const [gone, other] = [aStream('personal'), aStream('personal')];
    await store.append(gone, NO_STREAM, [anEvent({ canary })]);
    await store.append(other, NO_STREAM, [anEvent({ kept })]);
    const [standing] = await readAll(store, other);
    await store.close(gone, at(0));

    const leader = await cluster.leader();
    const away = cluster.nodes.find((node) => node !== leader)!;
    await away.kill();
    await expect(store.purge()).rejects.toThrow(Unavailable);
    await away.revive();
    const { nodes, technique } = await store.purge();
    expect([technique, nodes.length]).toEqual(['stream-scavenge', 3]);
    const probed = await store.probe({
      isClosed: async (streams) => new Set(streams.filter((s) => s === gone)),
    });
    expect(probed.nodes.map(({ remaining }) => remaining)).toEqual([[], [], []]);

    const holds = async (text: string) =>
      Promise.all(
        cluster.nodes.map(async (node) =>
          (await node.disk()).some((file) => file.includes(Buffer.from(text))),
        ),
      );
    expect(await holds(kept)).toEqual([true, true, true]);
    // An old chunk is unlinked when the last reader has let go of it.
    await eventually(async () => (await holds(canary)).every((held) => !held));
    await expect(store.append(gone, at(0), [anEvent()])).rejects.toThrow(StreamClosed);
    expect(await readAll(store, other)).toEqual([standing]);
    const resumed = new Follower(store, checkpointAt(standing!));
    const last = anEvent();
    await store.append(other, at(0), [last]);
    await resumed.until((seen) => seen.some(({ id }) => id === last.id));
    expect((await resumed.end()).map(({ id }) => id)).toEqual([last.id]);
  });
}
