import type { EventStoreFaults } from './faults.js';
import {
  SERVER_COMMAND,
  startRealEventStore,
  type EventsServer,
  type RealEventStore,
} from './real-server.js';

export interface EventStoreDoubleOptions {
  /** Where to listen on the loopback; any free port by default. */
  readonly port?: number;
  /**
   * Encrypted, with a certificate of its own, so that callers are known: the client library sends no credentials
   * without encryption, and the real server has no rights then either. Users: `admin` and `ops`, `changeit`.
   */
  readonly tls?: boolean;
}

/** A server that speaks EventStoreDB's protocol over the loopback. */
export interface EventStoreDouble extends EventsServer {
  /** `http://127.0.0.1:<port>`: scavenging and health. */
  readonly url: string;
  /** The file of the authority behind an encrypted double's certificate. */
  readonly caFile: string | undefined;
  /** What goes wrong, on demand. */
  readonly faults: EventStoreFaults;
  /** Connections that clients hold now. */
  readonly connections: number;
  /** Subscriptions that run now. */
  readonly subscriptions: number;
  /** Removes for good what was deleted; positions jump. */
  scavenge(): Promise<void>;
  /** Scavenges begin and do not end until they are released; one that is held is interrupted by `kill`. */
  holdScavenges(): void;
  releaseScavenges(): void;
}

/** Nodes that share one log, each on a disk of its own. The first one leads; there are no elections. */
export interface EventStoreCluster {
  readonly nodes: readonly EventStoreDouble[];
  /** All nodes, as the client library takes them. */
  readonly connectionString: string;
  /** Removes a node's disk and brings it back, on the same port, with all that another node holds. */
  replace(node: number, from: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a double of EventStoreDB 23.10 with an empty store. It is our reading of the server's behaviour, and no
 * substitute for running the contract against a real one.
 */
export async function startEventStoreDouble(
  options: EventStoreDoubleOptions = {},
): Promise<EventStoreDouble> {
  // Loaded on demand: most specs that import this library speak to no server.
  const { DoubleServer } = await import('./server.js');
  const server = new DoubleServer(options);
  await server.revive();
  return server;
}

/**
 * Starts the server that tests of both stores run on: a real one where {@link SERVER_COMMAND} names its command, else the
 * double. What a test asks of either is `EventsServer`.
 */
export function startEventsServer(): Promise<EventStoreDouble | RealEventStore> {
  const command = process.env[SERVER_COMMAND] ?? '';
  return command === '' ? startEventStoreDouble() : startRealEventStore(command);
}

/** Whether this is the double, which fails in ways that a real server cannot be asked for. */
export function isDouble(server: EventsServer): server is EventStoreDouble {
  return 'faults' in server;
}

/** Starts a cluster of doubles, without encryption. */
export async function startEventStoreCluster(size = 3): Promise<EventStoreCluster> {
  const { DoubleCluster } = await import('./cluster.js');
  const cluster = new DoubleCluster(size);
  await cluster.start();
  return cluster;
}
