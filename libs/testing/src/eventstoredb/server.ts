import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import featuresGrpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streamsGrpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { adminRoutes } from './admin-http.js';
import type { Node } from './calls.js';
import { selfSigned, type SelfSigned } from './certificate.js';
import { EventLog } from './event-log.js';
import type { LogBackup } from './log-backup.js';
import { EventStoreFaults, type Endpoint } from './faults.js';
import { Listener } from './listener.js';
import { featuresService, gossipService, type Member } from './other-services.js';
import { Scavenges } from './scavenge.js';
import type { EventStoreDouble, EventStoreDoubleOptions } from './start.js';
import { Rights } from './rights.js';
import { streamsService } from './streams-service.js';
import { Users } from './users.js';

/** Calls that the server takes on one connection at a time. */
const MAX_CALLS_PER_CONNECTION = 100;
const ADDRESS = '127.0.0.1';

/** What a node of a cluster has to do with the others. */
export interface Peers {
  readonly log: EventLog;
  members(): readonly Member[];
}

/** A running double: the log outlives restarts, everything else is made anew. */
export class DoubleServer implements EventStoreDouble {
  readonly faults: EventStoreFaults;
  readonly #log: EventLog;
  readonly #scavenges: Scavenges;
  readonly #peers: Peers | undefined;
  readonly #users = new Users();
  readonly #identity: SelfSigned | undefined;
  readonly #rights: Rights | undefined;
  readonly #node: Node;
  #caFile: string | undefined;
  #backup: LogBackup | undefined;
  #grpc: Server | undefined;
  #listener: Listener | undefined;
  #port: number;

  /** `peers`: the cluster to which it belongs, with its own copy of the log. */
  constructor(options: EventStoreDoubleOptions, peers?: Peers) {
    this.#port = options.port ?? 0;
    this.#peers = peers;
    this.#log = peers?.log ?? new EventLog();
    this.#scavenges = new Scavenges(this.#log, () => `${ADDRESS}:${this.#port}`);
    const subscriptions: Node['subscriptions'] = new Map();
    this.faults = new EventStoreFaults({
      dropSubscriptions: (refusal) => {
        for (const [subscription, outlet] of subscriptions) {
          outlet.refuse(refusal);
          subscription.wake();
        }
      },
      resetConnections: () => this.#listener?.reset(),
    });
    this.#identity = options.tls === true ? selfSigned(new Date()) : undefined;
    this.#rights = this.#identity && new Rights(this.#log, this.#users);
    this.#node = {
      log: this.#log,
      faults: this.faults,
      subscriptions,
      leader: () => this.faults.leader ?? this.#leaderElsewhere(),
      denialOf: (...call) => this.#rights?.denialOf(...call),
    };
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `${this.#identity === undefined ? 'http' : 'https'}://${ADDRESS}:${this.#port}`;
  }

  get connectionString(): string {
    const { caFile } = this;
    const tls = caFile === undefined ? 'tls=false' : `tls=true&tlsCAFile=${encodeURIComponent(caFile)}`;
    return `esdb://${ADDRESS}:${this.#port}?${tls}`;
  }

  get caFile(): string | undefined {
    return this.#caFile;
  }

  disk(): Promise<readonly Buffer[]> {
    const records = this.#log.records.map(({ stream, type, id, metadata, data }) =>
      Buffer.concat([Buffer.from(`${stream} ${type} ${id} `), metadata, Buffer.from(' '), data]),
    );
    return Promise.resolve(records);
  }

  get connections(): number {
    return this.#listener?.connections ?? 0;
  }

  get subscriptions(): number {
    return this.#node.subscriptions.size;
  }

  async revive(): Promise<void> {
    if (this.#listener !== undefined) return;
    const grpc = new Server({
      'grpc.max_concurrent_streams': MAX_CALLS_PER_CONNECTION,
      'grpc.max_receive_message_length': 17 * 1024 * 1024,
    });
    grpc.addService(streamsGrpc.StreamsService, streamsService(this.#node));
    grpc.addService(featuresGrpc.ServerFeaturesService, featuresService());
    grpc.addService(
      gossipGrpc.GossipService,
      gossipService(() => this.#members()),
    );
    const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
    const listener = new Listener(
      (socket) => injector.injectConnection(socket),
      this.#adminRoutes(),
      this.#identity,
    );
    await this.#keepCertificate();
    this.#port = await listener.open(this.#port);
    this.#grpc = grpc;
    this.#listener = listener;
  }

  async kill(): Promise<void> {
    const [grpc, listener] = [this.#grpc, this.#listener];
    this.#grpc = undefined;
    this.#listener = undefined;
    await listener?.close();
    grpc?.forceShutdown();
    for (const subscription of this.#node.subscriptions.keys()) subscription.wake();
    this.#scavenges.interrupt();
    this.#log.start();
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.revive();
  }

  backUp(): Promise<void> {
    this.#backup = this.#log.backUp();
    return Promise.resolve();
  }

  async putBack(): Promise<void> {
    if (this.#backup === undefined) throw new Error('There is no backup');
    await this.kill();
    this.#log.putBack(this.#backup);
    await this.revive();
  }

  async stop(): Promise<void> {
    this.faults.heal();
    await this.kill();
    if (this.#caFile !== undefined) await rm(dirname(this.#caFile), { recursive: true });
    this.#caFile = undefined;
  }

  async scavenge(): Promise<void> {
    this.#scavenges.start();
  }

  holdScavenges(): void {
    this.#scavenges.hold();
  }

  releaseScavenges(): void {
    this.#scavenges.release();
  }

  get isAlive(): boolean {
    return this.#listener !== undefined;
  }

  #adminRoutes() {
    const members = () => this.#members();
    return adminRoutes({
      log: this.#log,
      users: this.#users,
      rights: this.#rights,
      scavenges: this.#scavenges,
      members,
      version: () => this.faults.version,
      audible: () => this.faults.audible(),
    });
  }

  /** The nodes that clients are told of: of the cluster, or this one and whom its faults call the leader. */
  #members(): readonly Member[] {
    const { leader } = this.faults;
    const self = {
      endpoint: { address: ADDRESS, port: this.#port },
      isLeader: leader === undefined,
      isAlive: true,
    };
    if (this.#peers !== undefined) return this.#peers.members();
    return leader === undefined ? [self] : [self, { endpoint: leader, isLeader: true, isAlive: true }];
  }

  #leaderElsewhere(): Endpoint | undefined {
    const leader = this.#peers?.members().find(({ isLeader }) => isLeader)?.endpoint;
    return leader?.port === this.#port ? undefined : leader;
  }

  /** The client library takes its authority from a file only. */
  async #keepCertificate(): Promise<void> {
    if (this.#identity === undefined || this.#caFile !== undefined) return;
    const folder = await mkdtemp(join(tmpdir(), 'eventstoredb-double-'));
    this.#caFile = join(folder, 'ca.crt');
    await writeFile(this.#caFile, this.#identity.certificate);
  }
}
