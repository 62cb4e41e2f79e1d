import type { NodeAddress, StoreAddress } from './connection-string.js';
import { NodeClient } from './node-client.js';

/**
 * The client objects of one adapter: one for short calls, replaced when a node falls silent, and one for each
 * subscription, so that none of them can use up the calls that a connection allows.
 */
export class Clients {
  #current: NodeClient | undefined;
  readonly #open = new Set<NodeClient>();

  constructor(
    readonly address: StoreAddress,
    private readonly retireAfterMs: number,
  ) {}

  /** The client of short calls, on the leader. */
  get current(): NodeClient {
    return (this.#current ??= this.#make({ ...this.address, nodePreference: 'leader' }));
  }

  /** There is no other node to turn to. */
  get isOneNode(): boolean {
    return this.address.hosts.length === 1 && !this.address.isDiscovered;
  }

  /** A client of its own, which whoever asked for it closes with {@link close}. */
  own(): NodeClient {
    return this.#make(this.address);
  }

  /** A client of the first host alone, which says itself what discovery hides. */
  ofFirstHost(): NodeClient {
    return this.ofNode(this.address.hosts[0]);
  }

  /** A client of one node, whichever leads; whoever asked for it closes it. */
  ofNode(node: NodeAddress): NodeClient {
    return this.#make({ ...this.address, isDiscovered: false, hosts: [node] });
  }

  /** The next call gets a new client, and with it perhaps another node; calls under way may end on the old one. */
  replace(client: NodeClient): void {
    if (this.#current !== client) return;
    this.#current = undefined;
    setTimeout(() => {
      this.close(client);
    }, this.retireAfterMs).unref();
  }

  /** Closes one client. */
  close(client: NodeClient): void {
    this.#open.delete(client);
    client.close();
  }

  /** Closes them all. */
  end(): void {
    this.#current = undefined;
    for (const client of [...this.#open]) this.close(client);
  }

  #make(address: StoreAddress): NodeClient {
    const client = new NodeClient(address, nextNumber++);
    this.#open.add(client);
    return client;
  }
}

/** Connections are pooled per process, so the numbers are counted per process too. */
let nextNumber = 0;
