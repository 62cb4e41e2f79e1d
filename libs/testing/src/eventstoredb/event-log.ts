import { randomUUID } from 'node:crypto';
import { allowsDelete, decideAppend, type StreamView } from './append-decision.js';
import {
  NEVER_WRITTEN,
  TOMBSTONE_REVISION,
  metastreamOf,
  originalOf,
  signedExpectation,
  type Expectation,
  type ProposedEvent,
  type StoredRecord,
} from './record.js';
import {
  SOFT_DELETED,
  firstVisible,
  isSoftDeleted,
  parseMetadata,
  type StreamMetadata,
} from './stream-metadata.js';
import { isScavenged, nextChunk } from './scavenge.js';

/** A refusal of the log: it knows no protocol. `expected` and `actual` are signed, −1 for an absent stream. */
export type Refused =
  | { readonly kind: 'conflict'; readonly expected: bigint; readonly actual: bigint }
  | { readonly kind: 'tombstoned' };
/** What an append answers. `position` is absent where the event is known, but no longer readable. */
export type Appended =
  Refused | { readonly kind: 'done'; readonly revision: bigint; readonly position: bigint | undefined };
/** What a delete or tombstone answers. */
export type Deleted = Refused | { readonly kind: 'done'; readonly position: bigint };
/** What a read of a stream finds. */
export type StreamContent =
  | { readonly kind: 'absent' }
  | { readonly kind: 'tombstoned' }
  | { readonly kind: 'events'; readonly events: readonly StoredRecord[] };

interface StreamState {
  records: StoredRecord[];
  last: bigint;
}

/** Bytes that a record takes beyond its texts: what makes positions jump. */
const RECORD_OVERHEAD = 93;
const EMPTY = new Uint8Array();

/**
 * The store of the double: streams, one total order, deletion and scavenging, after the rules of the real server. It
 * has no I/O; a restart loses nothing but the memory of recent ids.
 */
export class EventLog {
  #records: StoredRecord[] = [];
  readonly #streams = new Map<string, StreamState>();
  readonly #recent = new Map<string, { readonly stream: string; readonly revision: bigint }>();
  readonly #watchers = new Set<() => void>();
  #next = 0n;

  constructor(private readonly now: () => number = Date.now) {
    this.start();
  }

  /** What the server writes when it starts; earlier ids are known from disk only. */
  start(): void {
    this.#recent.clear();
    const epoch = this.view('$epoch-information').last + 1n;
    this.#write('$epoch-information', [json('$epoch-information', `{"epochNumber":${epoch}}`)]);
  }

  /** Everything in the order of positions. */
  get records(): readonly StoredRecord[] {
    return this.#records;
  }

  /** Calls back after each change until the returned function is called. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  append(stream: string, expected: Expectation, events: readonly ProposedEvent[]): Appended {
    const view = this.view(stream);
    const ids = events.map(({ id }) => id);
    const decision = decideAppend(view, expected, ids);
    switch (decision.kind) {
      case 'tombstoned':
        return decision;
      case 'conflict':
        return { kind: 'conflict', expected: signedExpectation(expected), actual: view.last };
      case 'known': {
        const known = at(this.#visible(stream), decision.last);
        return { kind: 'done', revision: decision.last, position: known?.position };
      }
      case 'write':
        if (view.isSoftDeleted && events.length > 0) this.#revive(stream, view.last + 1n);
        return this.#write(stream, events);
    }
  }

  /** Hides all events by metadata. The last one stays on disk and in `$all` for ever. */
  softDelete(stream: string, expected: Expectation): Deleted {
    return this.#delete(stream, expected, () =>
      this.#write(metastreamOf(stream), [json('$metadata', SOFT_DELETED)]),
    );
  }

  /** Ends the stream for ever, also one that was never written. */
  tombstone(stream: string, expected: Expectation): Deleted {
    return this.#delete(stream, expected, () => {
      const last = json('$streamDeleted', '');
      return this.#write(stream, [{ ...last, isJson: false }], TOMBSTONE_REVISION);
    });
  }

  /** The newest metadata of a stream. */
  metadataOf(stream: string): StreamMetadata {
    return parseMetadata(this.#streams.get(metastreamOf(stream))?.records.at(-1)?.data);
  }

  /** The newest event of a stream, whoever may see it. */
  newestOf(stream: string): StoredRecord | undefined {
    return this.#streams.get(stream)?.records.at(-1);
  }

  /** What a reader sees of one stream, oldest first. */
  read(stream: string): StreamContent {
    const view = this.view(stream);
    if (view.isTombstoned) return { kind: 'tombstoned' };
    if (view.last === NEVER_WRITTEN || view.isSoftDeleted) return { kind: 'absent' };
    return { kind: 'events', events: this.#visible(stream) };
  }

  /** Whether readers of its stream see a record; `$all` shows every one on disk. */
  isVisible({ stream, revision }: StoredRecord): boolean {
    return revision >= this.#firstVisible(stream);
  }

  /** Index of the first record at or after a position. */
  indexAt(position: bigint): number {
    return firstIndex(this.#records, (record) => record.position >= position);
  }

  /** What the rules of appending see of a stream. */
  view(stream: string): StreamView {
    const state = this.#streams.get(stream);
    const original = originalOf(stream);
    const metadata = this.metadataOf(stream);
    return {
      last: state?.last ?? NEVER_WRITTEN,
      isTombstoned:
        state?.last === TOMBSTONE_REVISION || (original !== undefined && this.view(original).isTombstoned),
      isSoftDeleted: isSoftDeleted(metadata),
      hasMetadata: this.#streams.has(metastreamOf(stream)),
      idAt: (revision) => state && at(state.records, revision)?.id,
      recentRevisionOf: (id) => {
        const found = this.#recent.get(id);
        return found?.stream === stream ? found.revision : undefined;
      },
    };
  }

  /**
   * Removes for good what no reader may see any more, closes the chunk, so that positions jump, and tells its progress
   * in `$scavenges-<id>`.
   */
  scavenge(id: string = randomUUID()): string {
    this.#write('$scavengePoints', [json('$scavengePoint', '{"threshold":0}')]);
    const isGone = isScavenged((stream) => ({
      isTombstoned: this.view(stream).isTombstoned,
      last: this.view(stream).last,
      firstVisible: this.#firstVisible(stream),
    }));
    this.#records = this.#records.filter((record) => !isGone(record));
    for (const state of this.#streams.values()) {
      state.records = state.records.filter((record) => !isGone(record));
    }
    this.#next = nextChunk(this.#next);
    const progress = `$scavenges-${id}`;
    this.#write(progress, [json('$scavengeStarted', JSON.stringify({ scavengeId: id }))]);
    this.#write(progress, [
      json('$scavengeCompleted', JSON.stringify({ scavengeId: id, result: 'Success', error: null })),
    ]);
    return id;
  }

  #delete(stream: string, expected: Expectation, write: () => { position: bigint | undefined }): Deleted {
    const view = this.view(stream);
    if (view.isTombstoned) return { kind: 'tombstoned' };
    if (!allowsDelete(view, expected)) {
      return { kind: 'conflict', expected: signedExpectation(expected), actual: view.last };
    }
    return { kind: 'done', position: write().position ?? 0n };
  }

  #revive(stream: string, first: bigint): void {
    this.#write(metastreamOf(stream), [json('$metadata', `{"$tb":${first}}`)]);
  }

  #firstVisible(stream: string): bigint {
    const last = this.#streams.get(stream)?.last ?? NEVER_WRITTEN;
    const implied = originalOf(stream) === undefined ? {} : { $maxCount: 1 };
    return firstVisible({ ...implied, ...this.metadataOf(stream) }, last);
  }

  #visible(stream: string): readonly StoredRecord[] {
    const first = this.#firstVisible(stream);
    const records = this.#streams.get(stream)?.records ?? [];
    return records.slice(firstIndex(records, ({ revision }) => revision >= first));
  }

  #write(stream: string, events: readonly ProposedEvent[], at?: bigint) {
    const state = this.#streams.get(stream) ?? { records: [], last: NEVER_WRITTEN };
    let position = this.#next;
    for (const event of events) {
      position = this.#next;
      const revision = at ?? state.last + 1n;
      const record = { ...event, stream, revision, position, createdMs: this.now() };
      state.records.push(record);
      state.last = revision;
      this.#records.push(record);
      this.#recent.set(event.id, { stream, revision });
      this.#next += sizeOf(record);
    }
    // An append of nothing is accepted and leaves a record that nobody sees.
    if (events.length === 0) this.#next += BigInt(RECORD_OVERHEAD);
    else this.#streams.set(stream, state);
    for (const changed of this.#watchers) changed();
    return { kind: 'done' as const, revision: state.last, position };
  }
}

/** Index of the first record that is far enough; `isFar` holds from some record on. */
function firstIndex(records: readonly StoredRecord[], isFar: (record: StoredRecord) => boolean): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    if (record !== undefined && isFar(record)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function at(records: readonly StoredRecord[], revision: bigint): StoredRecord | undefined {
  const found = records[firstIndex(records, (record) => record.revision >= revision)];
  return found?.revision === revision ? found : undefined;
}

function sizeOf({ stream, type, data, metadata }: StoredRecord): bigint {
  return BigInt(RECORD_OVERHEAD + 2 * stream.length + type.length + data.length + metadata.length);
}

function json(type: string, text: string): ProposedEvent {
  return { id: randomUUID(), type, isJson: true, data: Buffer.from(text), metadata: EMPTY };
}
