import { ConcurrencyConflict, Unavailable } from '../errors.js';
import {
  isSameEvent,
  prepareBatch,
  revisionOf,
  revisionOrNone,
  sizeProblem,
  type PreparedBatch,
} from '../guard.js';
import type {
  AppendOptions,
  AppendResult,
  CaughtUp,
  Checkpoint,
  EventStore,
  EventStoreErasure,
  Expected,
  NewEvent,
  NonEmpty,
  Position,
  ProbeOptions,
  ProbeReport,
  PurgeOptions,
  PurgeReport,
  StoredEvent,
  StreamName,
} from '../port.js';
import { isStreamName } from '../stream-name.js';
import { AppendQueue } from './append-queue.js';
import { Connections } from './connections.js';
import { FirstPages } from './first-pages.js';
import { Feed } from './feed.js';
import { Listener } from './listener.js';
import { probe } from './probe.js';
import { NODE, purge } from './purge.js';
import { toSettings, type PostgresEventStoreOptions, type Settings } from './settings.js';
import { readStream, type ReadRange, type StreamReading } from './stream-reader.js';
import { Subscription } from './subscription.js';
import { WriterConnection } from './writer-connection.js';

/**
 * The event store in PostgreSQL: one total order under one advisory lock, group commit, polling subscriptions. The
 * schema is made by `migrateEventStore`. Constructing never fails and connects to nothing: a process may start before
 * its server, and {@link PostgresEventStore.ping} says how it stands.
 */
export class PostgresEventStore implements EventStore, EventStoreErasure {
  readonly #settings: Settings;
  readonly #connections: Connections;
  readonly #writer: WriterConnection;
  readonly #queue: AppendQueue;
  readonly #listener: Listener;
  readonly #feed: Feed;
  readonly #reading: StreamReading;
  readonly #stopped = new AbortController();

  constructor(options: PostgresEventStoreOptions) {
    this.#settings = toSettings(options);
    this.#connections = new Connections(this.#settings);
    this.#writer = new WriterConnection(this.#settings);
    this.#queue = new AppendQueue(this.#writer, this.#settings);
    this.#listener = new Listener(this.#settings);
    this.#feed = new Feed(this.#connections, this.#settings.pageEvents);
    this.#reading = {
      connections: this.#connections,
      firstPages: new FirstPages(this.#connections),
      pageEvents: this.#settings.pageEvents,
    };
  }

  append(
    stream: StreamName,
    expected: Expected,
    events: NonEmpty<NewEvent>,
    { timeoutMs = this.#settings.timeoutMs, mayBeRetry = false }: AppendOptions = {},
  ): Promise<AppendResult> {
    const batch = prepareBatch(stream, expected, events);
    const problem = sizeProblem(batch);
    return problem === undefined ? this.#append(batch, mayBeRetry, timeoutMs) : Promise.reject(problem);
  }

  read(stream: StreamName, range: ReadRange = {}): AsyncIterable<StoredEvent> {
    return readStream(this.#reading, stream, range);
  }

  subscribe(options: {
    readonly after: Checkpoint | 'start';
    readonly signal: AbortSignal;
  }): AsyncIterable<StoredEvent | CaughtUp> {
    const subscription = new Subscription(this.#feed, this.#listener, this.#settings, options.after);
    return subscription.follow(AbortSignal.any([options.signal, this.#stopped.signal]));
  }

  head(): Promise<Position | undefined> {
    return this.#feed.head();
  }

  async ping(): Promise<void> {
    await this.#connections.query(PING, []);
  }

  /** Needs the eraser's role. Closing again at the same revision is a success. */
  async close(stream: StreamName, at: Expected): Promise<void> {
    if (!isStreamName(stream)) throw new RangeError('A stream is named <category>-<lower-case uuid>');
    const expected = revisionOf(at);
    const [row] = await this.#connections.execute<{ actual: string }>(CLOSE, [stream, expected]);
    const actual = BigInt(row?.actual ?? expected);
    if (actual !== expected)
      throw new ConcurrencyConflict(stream, revisionOrNone(expected), revisionOrNone(actual));
  }

  /** Needs the owner's connection. */
  purge(options: PurgeOptions = {}): Promise<PurgeReport> {
    const signal = AbortSignal.any([this.#stopped.signal, ...(options.signal ? [options.signal] : [])]);
    return purge(this.#settings, { ...options, signal });
  }

  /** Uses the owner's connection if there is one, else its own, which must be allowed to read. */
  async probe(options: ProbeOptions): Promise<ProbeReport> {
    const { ownerConnection: connection } = this.#settings;
    if (connection === undefined) return probe(this.#connections, options);
    const owner = new Connections({ ...this.#settings, connection, poolSize: 1 });
    return probe(owner, options).finally(() => owner.end());
  }

  /** One node, as purges and probes name it. */
  nodes(): Promise<readonly string[]> {
    return Promise.resolve([NODE]);
  }

  /** Ends the subscriptions, finishes the appends that are on their way and closes every connection. */
  async shutdown(): Promise<void> {
    this.#stopped.abort();
    this.#listener.end();
    await this.#queue.end();
    await Promise.all([this.#writer.end(), this.#connections.end()]);
  }

  async #append(batch: PreparedBatch, mayBeRetry: boolean, timeoutMs: number): Promise<AppendResult> {
    const { revision, position, isReplay } = await this.#queue.append(batch, timeoutMs);
    if (isReplay && mayBeRetry && !(await this.#holdsAfterAppend(batch))) {
      throw new ConcurrencyConflict(batch.stream, revisionOrNone(batch.expected), revision);
    }
    return position === undefined ? { revision } : { revision, position };
  }

  /** The ids stand there already, so a comparison that fails must not be told as "not written". */
  async #holdsAfterAppend(batch: PreparedBatch): Promise<boolean> {
    try {
      return await this.#holds(batch);
    } catch (error) {
      throw error instanceof Unavailable ? new Unavailable('unknown', { cause: error }) : error;
    }
  }

  /** Whether the store holds exactly these events at their place: types, data and metadata included. */
  async #holds(batch: PreparedBatch): Promise<boolean> {
    let i = 0;
    for await (const stored of this.read(batch.stream, {
      from: batch.expected + 1n,
      limit: batch.events.length,
    })) {
      const offered = batch.events[i];
      i += 1;
      if (offered === undefined || !isSameEvent(stored, offered)) return false;
    }
    return i === batch.events.length;
  }
}

const PING = { name: 'es_ping', text: 'SELECT version FROM es.schema_version' };
const CLOSE = { name: 'es_close', text: 'SELECT es.close_stream($1, $2::bigint) AS actual' };
