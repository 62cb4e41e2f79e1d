import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The variable that names the command of an EventStoreDB on this machine, e.g. `eventstored` or `dotnet …/EventStore.ClusterNode.dll`. */
export const SERVER_COMMAND = 'GREFFE_TEST_EVENTSTORE_SERVER';

const START_MS = 120_000;

/** What a test may do to a server of events of its own, be it the double or a real one. */
export interface EventsServer {
  readonly port: number;
  /** What the client library connects with. */
  readonly connectionString: string;
  /** Goes away at once, in the middle of everything; the data stays. */
  kill(): Promise<void>;
  /** Comes back on the same port after `kill`, and resolves when it takes appends again. */
  revive(): Promise<void>;
  /** `kill` and `revive`. */
  restart(): Promise<void>;
  /** Keeps a copy of all its data, in place of an earlier one. A real server is away meanwhile. */
  backUp(): Promise<void>;
  /** Comes back, on the same port, with what was backed up last: what was written since is gone. */
  putBack(): Promise<void>;
  /** Ends for good; its data goes. */
  stop(): Promise<void>;
  /** All that lies on its disk now, byte for byte, in pieces. */
  disk(): Promise<readonly Buffer[]>;
}

/** A real EventStoreDB, single node, without encryption, in a folder of its own. */
export interface RealEventStore extends EventsServer {
  /** Stops answering, and keeps its connections. */
  freeze(): void;
  /** Goes on after `freeze`. */
  thaw(): void;
}

/** Nodes of one cluster, each with a disk of its own, which elect who leads. */
export interface RealEventStoreCluster {
  readonly nodes: readonly RealEventStore[];
  /** All nodes, as the client library takes them. */
  readonly connectionString: string;
  /** Who leads now; waits for an election. */
  leader(): Promise<RealEventStore>;
  stop(): Promise<void>;
}

/**
 * Starts an EventStoreDB by `command` (its words parted by spaces) with an empty store, and resolves when it leads.
 * Throws with what it said last if it ends, or leads nothing within two minutes.
 */
export async function startRealEventStore(command: string): Promise<RealEventStore> {
  const server = new RealServer(command, await placeOf());
  await server.revive();
  return server;
}

/** Starts `size` nodes, and resolves when one leads and the others follow. Throws as {@link startRealEventStore}. */
export async function startRealEventStoreCluster(command: string, size = 3): Promise<RealEventStoreCluster> {
  const places = await Promise.all(Array.from({ length: size }, placeOf));
  const nodes = places.map((place) => {
    const seeds = places.filter((other) => other !== place).map(({ port }) => `127.0.0.1:${String(port)}`);
    const settings = { EVENTSTORE_CLUSTER_SIZE: String(size), EVENTSTORE_GOSSIP_SEED: seeds.join(',') };
    return new RealServer(command, place, settings);
  });
  await Promise.all(nodes.map((node) => node.revive()));
  const hosts = nodes.map(({ port }) => `127.0.0.1:${String(port)}`).join(',');
  return {
    nodes,
    connectionString: `esdb://${hosts}?tls=false`,
    leader: () => leaderOf(nodes),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** Where a node listens, and where it keeps its data. */
interface Place {
  readonly folder: string;
  readonly port: number;
  readonly replicationPort: number;
}

async function placeOf(): Promise<Place> {
  const [folder, port, replicationPort] = await Promise.all([
    mkdtemp(join(tmpdir(), 'greffe-eventstore-')),
    freePort(),
    freePort(),
  ]);
  return { folder, port, replicationPort };
}

async function leaderOf(nodes: readonly RealServer[]): Promise<RealServer> {
  const until = Date.now() + START_MS;
  while (Date.now() < until) {
    for (const node of nodes) if ((await node.state()) === 'leader') return node;
    await pause(200);
  }
  throw new Error('Nobody leads');
}

class RealServer implements RealEventStore {
  readonly port: number;
  readonly connectionString: string;
  #process: ChildProcess | undefined;
  #said = '';
  #isWanted = false;

  constructor(
    private readonly command: string,
    private readonly place: Place,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {
    this.port = place.port;
    this.connectionString = `esdb://127.0.0.1:${String(this.port)}?tls=false`;
  }

  async revive(): Promise<void> {
    this.#isWanted = true;
    this.#start();
    const until = Date.now() + START_MS;
    while (!['leader', 'follower'].includes((await this.state()) ?? '')) {
      if (!this.#isWanted || Date.now() > until)
        throw new Error(`EventStoreDB does not start. It said: …${this.#said}`);
      await pause(100);
    }
  }

  /** A deposed node that has more than the others ends with code 0, to be started again and cut its log by then. */
  #start(): void {
    const [program = '', ...args] = this.command.split(' ').filter((word) => word !== '');
    const child = spawn(program, [...args, '--insecure'], {
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream
        .setEncoding('utf8')
        .on('data', (text: string) => void (this.#said = (this.#said + text).slice(-4000)));
    child.once('close', (code) => {
      if (this.#isWanted && code === 0) this.#start();
      else this.#isWanted = false;
    });
    this.#process = child;
  }

  async kill(): Promise<void> {
    this.#isWanted = false;
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.revive();
  }

  async backUp(): Promise<void> {
    await this.kill();
    await rm(this.#backup, { recursive: true, force: true });
    await cp(this.#data, this.#backup, { recursive: true });
    await this.revive();
  }

  async putBack(): Promise<void> {
    await this.kill();
    await rm(this.#data, { recursive: true, force: true });
    await cp(this.#backup, this.#data, { recursive: true });
    await this.revive();
  }

  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.place.folder, { recursive: true, force: true });
  }

  async disk(): Promise<readonly Buffer[]> {
    const entries = await readdir(this.#data, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
  }

  /** What it is in its cluster, in its own word; `undefined` while it does not answer. */
  async state(): Promise<string | undefined> {
    try {
      const url = `http://127.0.0.1:${String(this.port)}/info`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(2000) });
      return ((await answer.json()) as { state?: string }).state;
    } catch {
      return undefined;
    }
  }

  get #data(): string {
    return join(this.place.folder, 'db');
  }

  get #backup(): string {
    return join(this.place.folder, 'backup');
  }

  #environment(): NodeJS.ProcessEnv {
    // Variables of this run that speak of another server would be taken for settings.
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('EVENTSTORE_'));
    const { folder, port, replicationPort } = this.place;
    return {
      ...Object.fromEntries(others),
      // Room for a million streams would cost each server half a gigabyte.
      EVENTSTORE_STREAM_INFO_CACHE_CAPACITY: '10000',
      EVENTSTORE_RUN_PROJECTIONS: 'None',
      EVENTSTORE_DISCOVER_VIA_DNS: 'false',
      EVENTSTORE_NODE_IP: '127.0.0.1',
      EVENTSTORE_REPLICATION_IP: '127.0.0.1',
      EVENTSTORE_NODE_PORT: String(port),
      EVENTSTORE_REPLICATION_PORT: String(replicationPort),
      EVENTSTORE_DB: this.#data,
      EVENTSTORE_INDEX: join(this.#data, 'index'),
      EVENTSTORE_LOG: join(folder, 'log'),
      ...this.settings,
    };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
