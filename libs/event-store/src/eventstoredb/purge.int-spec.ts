import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  FaultProxy,
  startEventStoreCluster,
  startEventStoreDouble,
  type EventStoreCluster,
  type EventStoreDouble,
} from '#testing';
import { NO_STREAM, aStream, at, events, history, sleep } from '../contract-suite/samples.js';
import { AccessDenied, Unavailable } from '../errors.js';
import type { PurgeProgress, StreamName } from '../port.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';

// Scavenging is each node's own affair and re-uses scavenge points; a purge has to see through both. Each node of the
// double has its own disk, so what a node still holds is asked of that node.

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Ledger {
  readonly store: EventStoreDbEventStore;
  /** Writes a person's stream and closes it. */
  erase(): Promise<StreamName>;
  /** Which of the closed streams each node still holds, in the order of the nodes. */
  held(): Promise<number[]>;
}

function aLedger(connectionString: string): Ledger {
  const store = new EventStoreDbEventStore({ connectionString, timeoutMs: 3000, pageEvents: 7 });
  open.push(() => store.shutdown());
  const closed = new Set<StreamName>();
  return {
    store,
    erase: async () => {
      const stream = aStream('personal');
      await store.append(stream, NO_STREAM, events(2));
      await store.close(stream, at(1));
      closed.add(stream);
      return stream;
    },
    held: async () => {
      const { nodes } = await store.probe({ isClosed: async () => closed });
      return nodes.map(({ remaining }) => remaining.length);
    },
  };
}

async function aCluster(): Promise<Ledger & { readonly cluster: EventStoreCluster }> {
  const cluster = await startEventStoreCluster(3);
  open.push(() => cluster.stop());
  return { ...aLedger(cluster.connectionString), cluster };
}

async function aNode(): Promise<Ledger & { readonly double: EventStoreDouble }> {
  const double = await startEventStoreDouble();
  open.push(() => double.stop());
  return { ...aLedger(double.connectionString), double };
}

const nameOf = ({ port }: EventStoreDouble) => `127.0.0.1:${String(port)}`;

async function causeOf(call: Promise<unknown>): Promise<string> {
  const failure: unknown = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Unavailable);
  return String((failure as Unavailable).cause);
}

/** An operator starts a scavenge and the node dies in the middle of it. */
async function interruptScavenge(node: EventStoreDouble): Promise<void> {
  node.holdScavenges();
  await fetch(`${node.url}/admin/scavenge`, { method: 'POST' });
  await node.restart();
}

/** Resolves when the node works at a scavenge. */
async function untilScavenging({ url }: EventStoreDouble): Promise<void> {
  const current = async () =>
    (await (await fetch(`${url}/admin/scavenge/current`)).json()) as { scavengeId: string };
  while ((await current()).scavengeId === '') await sleep(5);
}

describe('a purge of a cluster', () => {
  it('scavenges every node, though each of the others would re-use the point of the first', async () => {
    const { store, cluster, erase, held } = await aCluster();
    await erase();
    await cluster.nodes[0]!.scavenge();
    await erase();
    expect(await held()).toEqual([1, 2, 2]);
    // This is the trap: a run of each node, every one a success, and the later stream stays on two disks.
    await cluster.nodes[1]!.scavenge();
    expect(await held()).toEqual([1, 1, 2]);
    const progress: PurgeProgress[] = [];
    const { technique, nodes } = await store.purge({ onProgress: (step) => progress.push(step) });
    expect(technique).toBe('stream-scavenge');
    expect(nodes.map(({ node }) => node)).toEqual(cluster.nodes.map(nameOf));
    expect(nodes.every(({ runs }) => runs >= 1 && runs <= 3)).toBe(true);
    expect(progress.map(({ done, total }) => [done, total])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(await held()).toEqual([0, 0, 0]);
  });

  it('is complete whatever was scavenged, closed and interrupted before', async () => {
    const step = fc.oneof(
      fc.constant({ kind: 'erase' as const, node: 0 }),
      fc.record({ kind: fc.constantFrom('scavenge' as const, 'interrupt' as const), node: fc.nat(2) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const { store, cluster, erase, held } = await aCluster();
        await erase();
        for (const { kind, node } of steps) {
          if (kind === 'erase') await erase();
          else if (kind === 'scavenge') await cluster.nodes[node]!.scavenge();
          else await interruptScavenge(cluster.nodes[node]!);
        }
        await erase();
        await store.purge();
        expect(await held()).toEqual([0, 0, 0]);
        for (const close of open.splice(0).reverse()) await close();
      }),
      { numRuns: 12 },
    );
  });

  it('names the node that is away, does the others, and takes it up when it is back', async () => {
    const { store, cluster, erase, held } = await aCluster();
    await erase();
    const away = cluster.nodes[1]!;
    await away.kill();
    expect(await causeOf(store.purge())).toContain(nameOf(away));
    expect(await causeOf(held())).toContain(nameOf(away));
    await away.revive();
    expect(await held()).toEqual([0, 1, 0]);
    await store.purge();
    expect(await held()).toEqual([0, 0, 0]);
  });

  it('a node that the connection string names and the cluster does not know is away', async () => {
    const { cluster } = await aCluster();
    const stranger = '127.0.0.1:9';
    const { store } = aLedger(cluster.connectionString.replace('?', `,${stranger}?`));
    expect(await causeOf(store.purge())).toContain(stranger);
  });

  it('a node that was replaced brings back what another still held, and a probe finds it there', async () => {
    const { store, cluster, erase, held } = await aCluster();
    await erase();
    await cluster.nodes[1]!.kill();
    await store.purge().catch(() => undefined);
    await cluster.nodes[1]!.revive();
    expect(await held()).toEqual([0, 1, 0]);
    await cluster.replace(2, 1);
    expect(await held()).toEqual([0, 1, 1]);
    await store.purge();
    expect(await held()).toEqual([0, 0, 0]);
    expect(await history(store)).toEqual([]);
  });
});

describe('a purge of one node', () => {
  it('lets a scavenge that somebody else began come to its end, and is not content with it', async () => {
    const { store, double, erase, held } = await aNode();
    await erase();
    double.holdScavenges();
    await fetch(`${double.url}/admin/scavenge`, { method: 'POST' });
    await erase();
    const purging = store.purge();
    await Promise.race([purging, sleep(300)]);
    expect(await held()).toEqual([2]);
    double.releaseScavenges();
    const { nodes } = await purging;
    expect(nodes).toEqual([{ node: nameOf(double), runs: 1 }]);
    expect(await held()).toEqual([0]);
  });

  it('ends with its signal while the server works on', async () => {
    const { store, double, erase, held } = await aNode();
    await erase();
    double.holdScavenges();
    const stop = new AbortController();
    const purging = store.purge({ signal: stop.signal });
    purging.catch(() => undefined);
    await untilScavenging(double);
    stop.abort(new Error('the night is over'));
    await expect(purging).rejects.toThrow('the night is over');
    double.releaseScavenges();
    expect(await held()).toEqual([0]);
  });

  it('survives a restart of the server in the middle of the scavenge', async () => {
    const { store, double, erase, held } = await aNode();
    await erase();
    double.holdScavenges();
    const purging = store.purge();
    await untilScavenging(double);
    await double.restart();
    const { nodes } = await purging;
    expect(nodes[0]!.runs).toBeGreaterThan(1);
    expect(await held()).toEqual([0]);
  });

  it('a server that is silent, or that dies and stays away, is Unavailable by name', async () => {
    const { store, double, erase } = await aNode();
    await erase();
    double.faults.silence();
    expect(await causeOf(store.purge())).toContain('no answer within');
    double.faults.heal();
    double.holdScavenges();
    const purging = causeOf(store.purge());
    await untilScavenging(double);
    await double.kill();
    expect(await purging).toContain('127.0.0.1');
  });

  it('reaches a node where it was told to, by whatever name the node knows itself', async () => {
    const { double, erase } = await aNode();
    await erase();
    const proxy = await FaultProxy.open({ host: '127.0.0.1', port: double.port });
    open.push(() => proxy.close());
    const { store } = aLedger(`esdb://127.0.0.1:${String(proxy.port)}?tls=false`);
    const { nodes } = await store.purge();
    expect(nodes).toEqual([{ node: `127.0.0.1:${String(proxy.port)}`, runs: 1 }]);
  });

  it('makes every run with an eraser who may not read the scavenge points, and is refused to others', async () => {
    const double = await startEventStoreDouble({ tls: true });
    open.push(() => double.stop());
    const as = (user: string) => double.connectionString.replace('esdb://', `esdb://${user}:changeit@`);
    const erasedBy = (eraserConnectionString: string) => {
      const store = new EventStoreDbEventStore({ connectionString: as('admin'), eraserConnectionString });
      open.push(() => store.shutdown());
      return store;
    };
    const store = erasedBy(as('ops'));
    const stream = aStream('personal');
    await store.append(stream, NO_STREAM, events(2));
    await store.close(stream, at(1));
    expect((await store.purge()).nodes[0]!.runs).toBe(3);
    const { nodes } = await store.probe({ isClosed: async (streams) => new Set(streams) });
    expect(nodes[0]!.remaining).toEqual([]);
    const stranger = erasedBy(as('ops').replace('changeit', 'guess'));
    await expect(stranger.purge()).rejects.toThrow(AccessDenied);
  });
});
