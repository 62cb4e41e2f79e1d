import { AnotherHistory, ConcurrencyConflict, StreamClosed } from '../errors.js';
import { prepareBatch, revisionOf, revisionOrNone, sizeProblem, type PreparedBatch } from '../guard.js';
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
import type { Json } from '#kernel';
import { placeOf, toPosition } from '../position.js';
import { closedAmong } from '../probing.js';
import { isPersonalStream, isStreamName, isSystemEvent } from '../stream-name.js';
import { Gate } from './gate.js';

interface Row {
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly place: bigint;
  readonly id: string;
  readonly type: string;
  /** `undefined` once it is purged. */
  payload: { readonly data: string; readonly metadata: string } | undefined;
  readonly recordedAt: Date;
}

const NODE = 'memory';

/** The event store of specs: the same meaning as the real adapters, in the memory of one process. */
export class InMemoryEventStore implements EventStore, EventStoreErasure {
  readonly #rows: Row[] = [];
  readonly #streams = new Map<StreamName, Row[]>();
  readonly #byId = new Map<string, Row>();
  readonly #closed = new Map<StreamName, bigint>();
  readonly #gate = new Gate();
  readonly #failures: { readonly error: Error; readonly afterWriting: boolean }[] = [];

  /** `now` is the store's own clock. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  /** Makes the next append throw this error: before it writes, or after, as when only the answer is lost. */
  failNextAppend(error: Error, { afterWriting = false } = {}): void {
    this.#failures.push({ error, afterWriting });
  }

  /** Holds every subscription before its next event, until {@link resume}. */
  pause(): void {
    this.#gate.close();
  }

  /** Lets the subscriptions go on. */
  resume(): void {
    this.#gate.open();
  }

  /** Writes an event of the store itself, which no subscription may deliver. */
  appendSystemEvent(stream: string, type: string): void {
    this.#write({ stream, expected: this.#last(stream), events: [], bytes: 0 }, [
      { id: `$${String(this.#rows.length)}`, type, data: '{}', metadata: '{}' },
    ]);
  }

  append(
    stream: StreamName,
    expected: Expected,
    events: NonEmpty<NewEvent>,
    options: AppendOptions = {},
  ): Promise<AppendResult> {
    const batch = prepareBatch(stream, expected, events);
    return Promise.resolve().then(() => this.#append(batch, options.mayBeRetry ?? false));
  }

  async *read(
    stream: StreamName,
    options: { readonly from?: bigint; readonly limit?: number; readonly backwards?: boolean } = {},
  ): AsyncGenerator<StoredEvent> {
    await Promise.resolve();
    if (this.#closed.has(stream)) return;
    const rows = [...(this.#streams.get(stream) ?? [])];
    const { from, limit = Infinity, backwards = false } = options;
    const chosen = backwards
      ? rows.reverse().filter((row) => from === undefined || row.revision <= from)
      : rows.filter((row) => from === undefined || row.revision >= from);
    for (const row of chosen.slice(0, Math.max(limit, 0))) yield* toEvents(row);
  }

  async *subscribe(options: {
    readonly after: Checkpoint | 'start';
    readonly signal: AbortSignal;
  }): AsyncGenerator<StoredEvent | CaughtUp> {
    const { after, signal } = options;
    let next = after === 'start' ? 0 : this.#resumeAt(after);
    let caughtUp = false;
    while (await this.#gate.passage(signal)) {
      const row = this.#rows[next];
      if (row !== undefined) {
        next += 1;
        if (!isSystemEvent(row.stream, row.type)) yield* toEvents(row);
      } else if (!caughtUp) {
        caughtUp = true;
        yield { kind: 'caughtUp' };
      } else {
        await this.#gate.change(signal);
      }
    }
  }

  head(): Promise<Position | undefined> {
    const last = this.#rows.at(-1);
    return Promise.resolve(last === undefined ? undefined : toPosition(last.place));
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  async close(stream: StreamName, at: Expected): Promise<void> {
    if (!isStreamName(stream)) throw new RangeError('A stream is named <category>-<lower-case uuid>');
    const expected = revisionOf(at);
    await Promise.resolve();
    const actual = this.#closed.get(stream) ?? this.#last(stream);
    if (actual !== expected) throw conflict(stream, expected, actual);
    this.#closed.set(stream, actual);
  }

  async purge({ signal, onProgress }: PurgeOptions = {}): Promise<PurgeReport> {
    await Promise.resolve();
    signal?.throwIfAborted();
    const closed = [...this.#closed.keys()].filter(isPersonalStream);
    for (const row of closed.flatMap((stream) => this.#streams.get(stream) ?? [])) row.payload = undefined;
    onProgress?.({ node: NODE, done: closed.length, total: closed.length });
    return { technique: 'physical-delete', nodes: [{ node: NODE, runs: 1 }] };
  }

  async probe(options: ProbeOptions): Promise<ProbeReport> {
    const present = [...this.#streams].filter(([, rows]) => rows.some((row) => row.payload !== undefined));
    const personal = present.map(([stream]) => stream).filter(isPersonalStream);
    return { nodes: [{ node: NODE, remaining: await closedAmong([personal], options) }] };
  }

  #append(batch: PreparedBatch, mayBeRetry: boolean): AppendResult {
    const failure = this.#failures.shift();
    if (failure?.afterWriting === false) throw failure.error;
    const result = this.#decide(batch, mayBeRetry);
    if (failure !== undefined) throw failure.error;
    return result;
  }

  #decide(batch: PreparedBatch, mayBeRetry: boolean): AppendResult {
    const problem = sizeProblem(batch);
    if (problem !== undefined) throw problem;
    if (this.#closed.has(batch.stream)) throw new StreamClosed(batch.stream);
    const actual = this.#last(batch.stream);
    const known = batch.events.map((event) => this.#byId.get(event.id));
    if (known.every((row) => row === undefined) && actual === batch.expected)
      return this.#write(batch, batch.events);
    const same = known.every((row, i) => row !== undefined && this.#isAt(row, batch, i, mayBeRetry));
    const last = known.at(-1);
    if (!same || last === undefined) throw conflict(batch.stream, batch.expected, actual);
    return { revision: last.revision, position: toPosition(last.place) };
  }

  #isAt(row: Row, batch: PreparedBatch, index: number, compare: boolean): boolean {
    const placed = row.stream === batch.stream && row.revision === batch.expected + 1n + BigInt(index);
    const offered = batch.events[index];
    if (!placed || !compare) return placed;
    const { data, metadata } = row.payload ?? {};
    return row.type === offered?.type && data === offered.data && metadata === offered.metadata;
  }

  #write(
    batch: PreparedBatch,
    events: readonly { id: string; type: string; data: string; metadata: string }[],
  ): AppendResult {
    const { stream, expected } = batch;
    const rows = events.map(({ id, type, data, metadata }, i): Row => {
      const revision = expected + 1n + BigInt(i);
      const place = BigInt(this.#rows.length + i + 1);
      return { stream, revision, place, id, type, payload: { data, metadata }, recordedAt: this.now() };
    });
    this.#rows.push(...rows);
    const kept = this.#streams.get(stream);
    if (kept === undefined) this.#streams.set(stream, [...rows]);
    else kept.push(...rows);
    for (const row of rows) this.#byId.set(row.id, row);
    this.#gate.changed();
    return { revision: expected + BigInt(rows.length), position: toPosition(BigInt(this.#rows.length)) };
  }

  #last(stream: StreamName): bigint {
    return this.#streams.get(stream)?.at(-1)?.revision ?? -1n;
  }

  #resumeAt({ position, anchor }: Checkpoint): number {
    const place = placeOf(position);
    const anchorPlace = placeOf(anchor.position);
    const found = anchorPlace === undefined ? undefined : this.#rows[Number(anchorPlace) - 1];
    if (place === undefined || found?.id !== anchor.eventId || place > BigInt(this.#rows.length)) {
      throw new AnotherHistory('The store does not hold the event at which this reader stood');
    }
    return Number(place);
  }
}

function conflict(stream: StreamName, expected: bigint, actual: bigint): ConcurrencyConflict {
  return new ConcurrencyConflict(stream, revisionOrNone(expected), revisionOrNone(actual));
}

/** The event of a row, or none if it was purged. */
function toEvents({ id, type, payload, stream, revision, place, recordedAt }: Row): StoredEvent[] {
  if (payload === undefined) return [];
  const data = JSON.parse(payload.data) as Json;
  const metadata = JSON.parse(payload.metadata) as Json;
  return [{ id, type, data, metadata, stream, revision, position: toPosition(place), recordedAt }];
}
