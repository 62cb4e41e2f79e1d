import type { Json, Uuid } from '#kernel';

/** `category-<uuid>`: never personal, names outlive deletion. */
export type StreamName = string;

/** Opaque place in the store's one total order: compared as text, never added to, void in another store generation. */
export type Position = string & { readonly __position: unique symbol };

/** What the writer believes about the stream. There is no "any". */
export type Expected =
  { readonly kind: 'noStream' } | { readonly kind: 'revision'; readonly revision: bigint };

/** The expectation that fits a stream whose newest revision is known (`undefined`: the stream is absent). */
export function expectedAfter(revision: bigint | undefined): Expected {
  return revision === undefined ? { kind: 'noStream' } : { kind: 'revision', revision };
}

export type NonEmpty<T> = readonly [T, ...T[]];

/** An event as it is handed to the store. */
export interface NewEvent {
  /** Lower-case UUID chosen by the caller and stable across retries. */
  readonly id: Uuid;
  readonly type: string;
  readonly data: Json;
  readonly metadata: Json;
}

/** An event as the store gives it back. */
export interface StoredEvent extends NewEvent {
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly position: Position;
  /** The store's own clock: neither unique nor monotonic; the ledger's time is `metadata.ts`. */
  readonly recordedAt: Date;
}

/** History is delivered; what follows is live. */
export interface CaughtUp {
  readonly kind: 'caughtUp';
}

/**
 * Where a reader stands. `anchor` is the newest event at or before `position` whose stream is never purged: a resume
 * subscribes from it and drops what is at or before `position`, and its id tells a store of another history apart.
 */
export interface Checkpoint {
  readonly position: Position;
  readonly anchor: { readonly position: Position; readonly eventId: Uuid };
}

export interface AppendOptions {
  readonly timeoutMs?: number;
  /** An earlier attempt may have been written: read back and compare data, a difference is a conflict. */
  readonly mayBeRetry?: boolean;
}

export interface AppendResult {
  /** Revision of the last event of the batch. */
  readonly revision: bigint;
  /** Position of the last event; absent where the store knows the batch but can no longer place it. */
  readonly position?: Position;
}

/** At most this many bytes of data and metadata (as UTF-8 JSON) in one append. */
export const MAX_APPEND_BYTES = 1024 * 1024;
/** At most this many events in one append. */
export const MAX_APPEND_EVENTS = 256;

/** The event store: append-only streams and one total order. Every adapter passes one contract suite. */
export interface EventStore {
  /**
   * Appends all or nothing at exactly the expected revision. The same ids at the same place again are a success.
   * Throws `ConcurrencyConflict`, `StreamClosed`, `AppendTooLarge`, `AccessDenied`, `Unavailable`; a value that is no
   * JSON is refused synchronously with `NotCanonical`, an empty batch with `RangeError`.
   */
  append(
    stream: StreamName,
    expected: Expected,
    events: NonEmpty<NewEvent>,
    options?: AppendOptions,
  ): Promise<AppendResult>;
  /** Reads one stream; an absent one is empty, a closed one too. `from` is inclusive. A reader may stop early. */
  read(
    stream: StreamName,
    options?: { readonly from?: bigint; readonly limit?: number; readonly backwards?: boolean },
  ): AsyncIterable<StoredEvent>;
  /** Everything but system events, in position order, exclusive of `after`; ends when the signal aborts. */
  subscribe(options: {
    readonly after: Checkpoint | 'start';
    readonly signal: AbortSignal;
  }): AsyncIterable<StoredEvent | CaughtUp>;
  /** The last position now in the store; `undefined` while it is empty. */
  head(): Promise<Position | undefined>;
  /** Succeeds if the store answers an authenticated request. */
  ping(): Promise<void>;
}

/** How far a purge has come on one node. */
export interface PurgeProgress {
  /** As in {@link PurgeReport}. */
  readonly node: string;
  readonly done: number;
  readonly total: number;
}

/** What a purge did, on each node of the store. */
export interface PurgeReport {
  readonly technique: 'stream-scavenge' | 'physical-delete';
  /** `node`: `host:port` of a member of a cluster, `postgresql`, or `memory`. `runs`: how often it was gone through. */
  readonly nodes: readonly { readonly node: string; readonly runs: number }[];
}

/** At most this many streams of one node are named by a probe. */
export const MAX_PROBED_STREAMS = 1000;
/** At most this many streams are asked about at once. */
export const PROBE_BATCH = 500;

/** What a probe found on each node of the store; nothing anywhere proves a purge (GDPR Art. 17(1)). */
export interface ProbeReport {
  /** `remaining`: closed streams of which payload is still there, each once, at most {@link MAX_PROBED_STREAMS}. */
  readonly nodes: readonly { readonly node: string; readonly remaining: readonly StreamName[] }[];
}

/** How a purge is watched and stopped. */
export interface PurgeOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PurgeProgress) => void;
}

/** What a probe asks, and how it is stopped. */
export interface ProbeOptions {
  /** Which of these streams (at most {@link PROBE_BATCH}) the ledger's facts call closed. */
  readonly isClosed: (streams: readonly StreamName[]) => Promise<ReadonlySet<StreamName>>;
  readonly signal?: AbortSignal;
}

/** What only the eraser's credentials may do. */
export interface EventStoreErasure {
  /**
   * Ends a stream for ever at an exact revision, also one that was never written; later appends are `StreamClosed`.
   * The same again is a success. Throws `ConcurrencyConflict`, `AccessDenied`, `Unavailable`; `RangeError` for no name.
   */
  close(stream: StreamName, at: Expected): Promise<void>;
  /**
   * Physically removes the payload of every closed personal stream, on every node. Resumable: the next call takes up
   * what an interrupted one left. Slow by nature (hours on big stores); `signal` stops it at the next safe point.
   * Throws `AccessDenied`; `Unavailable` when a node is away, whose cause names it and which the other nodes do not
   * wait for; the reason of the signal.
   */
  purge(options?: PurgeOptions): Promise<PurgeReport>;
  /**
   * Looks on every node for events of closed personal streams that can still be read; reads only, changes nothing.
   * The ledger's facts say which were closed, not the store, so that one put back from a backup is found out too.
   * Throws as `purge` does, and what `isClosed` throws.
   */
  probe(options: ProbeOptions): Promise<ProbeReport>;
}

/** Whether an item of a subscription is the caught-up mark. */
export function isCaughtUp(item: StoredEvent | CaughtUp): item is CaughtUp {
  return 'kind' in item;
}
