import type { ProbeOptions, ProbeReport, PurgeOptions, PurgeReport, StreamName } from '../port.js';
import { closedAmong } from '../probing.js';
import { isPersonalStream, isSystemEvent } from '../stream-name.js';
import { toStoreError } from './classify.js';
import type { Clients } from './clients.js';
import type { NodeAddress } from './connection-string.js';
import { positionOf } from './events.js';
import { membersOf, onEachNode } from './members.js';
import { awayFrom, nameOf } from './node-http.js';
import { readPage, type RecordedPage } from './pages.js';
import { placeOf } from './positions.js';
import { Scavenger, type ScavengeTools } from './scavenge.js';
import { Unavailable } from '../errors.js';

/** Scavenges every node, one after the other: a cluster whose nodes are all busy with it would be slow as one. */
export async function purge(tools: ScavengeTools, { onProgress }: PurgeOptions): Promise<PurgeReport> {
  const { clients, timeoutMs, signal } = tools;
  const members = await membersOf(clients.address, timeoutMs, signal);
  const scavenger = await Scavenger.begin(tools);
  let done = 0;
  const work = async (node: NodeAddress) => {
    const report = { node: nameOf(node), runs: await scavenger.scavenge(node) };
    done += 1;
    onProgress?.({ node: report.node, done, total: members.length });
    return report;
  };
  return { technique: 'stream-scavenge', nodes: await onEachNode(members, work, signal) };
}

/** The names of the nodes as they are now, the away ones too, as purges and probes name them. */
export async function nodeNames(clients: Clients, timeoutMs: number, signal: AbortSignal): Promise<string[]> {
  const members = await membersOf(clients.address, timeoutMs, signal);
  return members.map(({ node }) => nameOf(node));
}

/** What looking takes: credentials that may read `$all`. */
export interface ProbeTools {
  readonly clients: Clients;
  readonly timeoutMs: number;
  readonly pageEvents: number;
  readonly signal: AbortSignal;
}

/** Reads the total order of each node itself, not the leader's: what one has removed another may still hold. */
export async function probe(tools: ProbeTools, { isClosed }: ProbeOptions): Promise<ProbeReport> {
  const { clients, timeoutMs, signal } = tools;
  const members = await membersOf(clients.address, timeoutMs, signal);
  const look = async (node: NodeAddress) => {
    const remaining = await closedAmong(personalStreams(tools, node), { isClosed, signal });
    return { node: nameOf(node), remaining };
  };
  return { nodes: await onEachNode(members, look, signal) };
}

/** The personal streams of which a node holds events; its tombstones stay and hold nothing. */
async function* personalStreams(tools: ProbeTools, node: NodeAddress): AsyncGenerator<StreamName[]> {
  const client = tools.clients.ofNode(node);
  try {
    let from: ReturnType<typeof placeOf>;
    for (;;) {
      const { events, isCut }: RecordedPage = await readPage(
        client.readAll({
          credentials: client.credentials,
          fromPosition: from ?? 'start',
          maxCount: tools.pageEvents,
        }),
        tools.timeoutMs,
      ).catch((error: unknown) => {
        const failure = toStoreError(error);
        throw failure instanceof Unavailable ? awayFrom(node, 'reading $all failed', error) : failure;
      });
      const personal = events.filter(
        ({ streamId, type }) => isPersonalStream(streamId) && !isSystemEvent(streamId, type),
      );
      yield [...new Set(personal.map(({ streamId }) => streamId))];
      const last = events.at(-1);
      if (last === undefined || (events.length < tools.pageEvents && !isCut)) return;
      // A page begins with the event at its place, which was in the page before.
      from = placeOf(positionOf(last));
    }
  } finally {
    tools.clients.close(client);
  }
}
