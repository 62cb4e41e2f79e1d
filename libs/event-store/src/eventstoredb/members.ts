import { Unavailable } from '../errors.js';
import type { NodeAddress, StoreAddress } from './connection-string.js';
import { askNode, awayFrom, nameOf } from './node-http.js';

/** A node of the store. */
export interface Member {
  readonly node: NodeAddress;
  /** As far as the others know. */
  readonly isAlive: boolean;
}

interface GossipMember {
  readonly state: string;
  readonly isAlive: boolean;
  readonly httpEndPointIp: string;
  readonly httpEndPointPort: number;
}

/**
 * Every node that has a copy of the log, followers and read-only replicas too. A node that the connection string names
 * and the cluster does not know is a member that is away: its disk may come back with what was removed elsewhere.
 * Throws `Unavailable` when no node answers, `AccessDenied`, and the reason of the signal.
 */
export async function membersOf(
  store: StoreAddress,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<readonly Member[]> {
  let failure: unknown;
  for (const host of store.hosts) {
    try {
      const call = { method: 'GET', path: '/gossip', ...(signal === undefined ? {} : { signal }) } as const;
      const { status, text } = await askNode(store, host, call, timeoutMs);
      if (status !== 200) throw awayFrom(host, `answers ${String(status)} to GET /gossip`);
      return toMembers(store, host, (JSON.parse(text) as { members: readonly GossipMember[] }).members);
    } catch (error) {
      signal?.throwIfAborted();
      failure = error instanceof SyntaxError ? awayFrom(host, 'its gossip is no JSON', error) : error;
    }
  }
  throw failure instanceof Error ? failure : new Unavailable('notWritten');
}

function toMembers(store: StoreAddress, asked: NodeAddress, gossip: readonly GossipMember[]): Member[] {
  const members = gossip
    .filter(({ state }) => state !== 'Manager')
    .map(({ isAlive, httpEndPointIp: address, httpEndPointPort: port }) => ({
      node: { address, port },
      isAlive,
    }));
  // A single node may know itself by a name that nobody else can use: it was reached by this one.
  if (members.length <= 1 && store.hosts.length === 1) return [{ node: asked, isAlive: true }];
  if (store.hosts.length <= members.length) return members;
  const known = new Set(members.map(({ node }) => nameOf(node)));
  const missing = store.hosts.filter((host) => !known.has(nameOf(host)));
  return [...members, ...missing.map((node) => ({ node, isAlive: false }))];
}

/** Does the work on every node, one after the other; a node that is away keeps none of the others waiting. */
export async function onEachNode<T>(
  members: readonly Member[],
  work: (node: NodeAddress) => Promise<T>,
  signal: AbortSignal,
): Promise<T[]> {
  const done: T[] = [];
  const failures: Error[] = [];
  for (const { node, isAlive } of members) {
    signal.throwIfAborted();
    try {
      if (!isAlive) throw awayFrom(node, 'the other nodes do not hear of it');
      done.push(await work(node));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unavailable)) throw error;
      failures.push(error);
    }
  }
  const [first, ...more] = failures;
  if (first === undefined) return done;
  if (more.length === 0) throw first;
  const named = failures.map(({ cause }) => (cause as Error).message).join('; ');
  throw new Unavailable('notWritten', { cause: new AggregateError(failures, named) });
}
