import { Unavailable } from '../errors.js';
import { TimedOut } from '../deadline.js';
import { prepareBatch, revisionOf, sizeProblem } from '../guard.js';
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
import { Calls } from './calls.js';
import { Clients } from './clients.js';
import { nodeNames, probe, purge } from './erasure.js';
import { newestEventPosition } from './history.js';
import { readPage } from './pages.js';
import { toSettings, type EventStoreDbOptions, type Settings } from './settings.js';
import { readStream, type ReadRange } from './stream-reader.js';
import { Subscription } from './subscription.js';
import { Turns } from './turns.js';
import { Writer } from './writer.js';

/** A stream that nobody writes: reading it asks for the leader and for credentials, and for nothing else. */
const NO_STREAM = 'ping-00000000-0000-0000-0000-000000000000';

/**
 * The event store in EventStoreDB or KurrentDB, one node or a cluster. Constructing connects to nothing, so a process may
 * start before its server, and {@link EventStoreDbEventStore.ping} says how it stands; it throws `BadConnectionString`
 * for a connection string that cannot be used, and what Node throws for a certificate file that is not there.
 */
export class EventStoreDbEventStore implements EventStore, EventStoreErasure {
  readonly #settings: Settings;
  readonly #clients: Clients;
  readonly #calls: Calls;
  readonly #writer: Writer;
  readonly #eraser: { readonly clients: Clients; readonly calls: Calls; readonly writer: Writer };
  readonly #turns = new Turns();
  readonly #stopped = new AbortController();

  constructor(options: EventStoreDbOptions) {
    this.#settings = toSettings(options);
    this.#clients = new Clients(this.#settings.address, this.#settings.timeoutMs);
    this.#calls = new Calls(this.#clients, this.#settings, this.#stopped.signal);
    this.#writer = new Writer(this.#calls, this.#settings);
    this.#eraser = this.#openEraser();
  }

  append(
    stream: StreamName,
    expected: Expected,
    events: NonEmpty<NewEvent>,
    { timeoutMs = this.#settings.timeoutMs, mayBeRetry = false }: AppendOptions = {},
  ): Promise<AppendResult> {
    const batch = prepareBatch(stream, expected, events);
    const problem = sizeProblem(batch);
    if (problem !== undefined) return Promise.reject(problem);
    return this.#write(stream, timeoutMs, (leftMs) => this.#writer.append(batch, mayBeRetry, leftMs));
  }

  read(stream: StreamName, range: ReadRange = {}): AsyncIterable<StoredEvent> {
    return readStream(this.#calls, this.#settings.pageEvents, stream, range);
  }

  subscribe(options: {
    readonly after: Checkpoint | 'start';
    readonly signal: AbortSignal;
  }): AsyncIterable<StoredEvent | CaughtUp> {
    const subscription = new Subscription(this.#clients, this.#calls, this.#settings, options.after);
    return subscription.follow(AbortSignal.any([options.signal, this.#stopped.signal]));
  }

  /** The position of the newest event that a subscription delivers. */
  head(): Promise<Position | undefined> {
    return newestEventPosition(this.#calls);
  }

  /** Asks the leader. Where discovery hides why there is none, the first host is asked itself, for the cause. */
  async ping(): Promise<void> {
    const decided = await this.#calls
      .read((client, ms) => readPage(client.readStream(NO_STREAM, { ...client.toLeader, maxCount: 1 }), ms))
      .catch(async (error: unknown) => {
        throw this.#isUnexplained(error) ? await this.#explained(error) : error;
      });
    const isAnswered = decided.verdict === undefined || decided.verdict.kind === 'absent';
    if (!isAnswered) throw new Unavailable('notWritten', { cause: decided.cause });
  }

  /** Needs the right to delete, as the eraser has it. A stream that is tombstoned already is a success, whatever its last revision was. */
  async close(stream: StreamName, at: Expected): Promise<void> {
    if (!isStreamName(stream)) throw new RangeError('A stream is named <category>-<lower-case uuid>');
    const expected = revisionOf(at);
    await this.#write(stream, this.#settings.timeoutMs, () => this.#eraser.writer.close(stream, expected));
  }

  /** Needs a member of `$ops`. `AccessDenied` names the node that refused. */
  purge(options: PurgeOptions = {}): Promise<PurgeReport> {
    const { timeoutMs } = this.#settings;
    const { clients, calls } = this.#eraser;
    return purge({ clients, calls, timeoutMs, signal: this.#signalOf(options.signal) }, options);
  }

  /** Needs the right to read `$all`, as subscriptions do. */
  probe(options: ProbeOptions): Promise<ProbeReport> {
    const { timeoutMs, pageEvents } = this.#settings;
    const signal = this.#signalOf(options.signal);
    return probe({ clients: this.#clients, timeoutMs, pageEvents, signal }, options);
  }

  nodes(): Promise<readonly string[]> {
    return nodeNames(this.#clients, this.#settings.timeoutMs, this.#signalOf(undefined));
  }

  /** Ends the subscriptions, finishes the appends that are on their way and closes every connection. */
  async shutdown(): Promise<void> {
    this.#stopped.abort();
    await this.#turns.settled();
    this.#clients.end();
    this.#eraser.clients.end();
  }

  /** The eraser's own connections, or the same where one user plays every part. */
  #openEraser() {
    const { address, eraserAddress, timeoutMs } = this.#settings;
    if (eraserAddress === address)
      return { clients: this.#clients, calls: this.#calls, writer: this.#writer };
    const clients = new Clients(eraserAddress, timeoutMs);
    const calls = new Calls(clients, this.#settings, this.#stopped.signal);
    return { clients, calls, writer: new Writer(calls, this.#settings) };
  }

  #signalOf(signal: AbortSignal | undefined): AbortSignal {
    return AbortSignal.any([this.#stopped.signal, ...(signal === undefined ? [] : [signal])]);
  }

  #write<T>(stream: StreamName, timeoutMs: number, work: (leftMs: number) => Promise<T>): Promise<T> {
    if (this.#stopped.signal.aborted) return Promise.reject(new Unavailable('notWritten'));
    return this.#turns.take(stream, timeoutMs, work);
  }

  /** Discovery has failed or has not come to an end. */
  #isUnexplained(error: unknown): error is Unavailable {
    if (this.#clients.isOneNode || !(error instanceof Unavailable)) return false;
    const { cause } = error;
    return (
      cause instanceof TimedOut || (cause instanceof Error && cause.message.startsWith('Failed to discover'))
    );
  }

  async #explained(failure: Unavailable): Promise<Error> {
    const client = this.#clients.ofFirstHost();
    try {
      const { credentials } = client;
      await readPage(client.readStream(NO_STREAM, { credentials, maxCount: 1 }), this.#settings.attemptMs);
      return failure;
    } catch (error) {
      const isAnswer = (error as { type?: unknown } | null)?.type === 'stream-not-found';
      return isAnswer ? failure : new Unavailable('notWritten', { cause: error });
    } finally {
      this.#clients.close(client);
    }
  }
}
