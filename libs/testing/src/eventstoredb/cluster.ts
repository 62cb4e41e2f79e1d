import { EventLog } from './event-log.js';
import type { Member } from './other-services.js';
import { DoubleServer } from './server.js';
import type { EventStoreCluster } from './start.js';

const ADDRESS = '127.0.0.1';

interface Node {
  readonly log: EventLog;
  readonly server: DoubleServer;
}

/** Doubles that share one log: positions are the same on all of them, scavenging is each one's own. */
export class DoubleCluster implements EventStoreCluster {
  readonly #nodes: Node[] = [];

  constructor(size: number) {
    const leader = new EventLog();
    for (let i = 0; i < size; i += 1) this.#nodes.push(this.#node(i === 0 ? leader : leader.replicate(), 0));
  }

  get nodes(): readonly DoubleServer[] {
    return this.#nodes.map(({ server }) => server);
  }

  get connectionString(): string {
    return `esdb://${this.nodes.map(({ port }) => `${ADDRESS}:${port}`).join(',')}?tls=false`;
  }

  async start(): Promise<void> {
    for (const { server } of this.#nodes) await server.revive();
  }

  async replace(node: number, from: number): Promise<void> {
    const [old, source] = [this.#nodes[node], this.#nodes[from]];
    if (old === undefined || source === undefined || node === 0)
      throw new RangeError('Only a follower of this cluster is replaced');
    const { port } = old.server;
    await old.server.stop();
    old.log.detach();
    const fresh = this.#node(source.log.replicate(), port);
    this.#nodes[node] = fresh;
    await fresh.server.revive();
  }

  async stop(): Promise<void> {
    for (const { server } of this.#nodes) await server.stop();
  }

  #node(log: EventLog, port: number): Node {
    return { log, server: new DoubleServer({ port }, { log, members: () => this.#members() }) };
  }

  #members(): Member[] {
    return this.nodes.map(({ port, isAlive }, i) => ({
      endpoint: { address: ADDRESS, port },
      isLeader: i === 0,
      isAlive,
    }));
  }
}
