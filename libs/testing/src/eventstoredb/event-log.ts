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
import type { Appended, Deleted, StreamContent } from './log-answers.js';
import { copyOf, type LogBackup, type StreamState } from './log-backup.js';
import { firstIndex, recordAt as at } from './sorted-records.js';
import { isScavenged, nextChunk, type Retention } from './scavenge.js';

/** Bytes that a record takes beyond its texts: what makes positions jump. */
const RECORD_OVERHEAD = 93;
const EMPTY = new Uint8Array();
const SCAVENGE_POINTS = '$scavengePoints';
const OPERATORS_READ = '{"$acl":{"$r":["$ops"]}}';

/**
 * The store of the double: streams, one total order, deletion and scavenging, after the rules of the real server. It
 * has no I/O; a restart loses nothing but the memory of recent ids.
 */
export class EventLog {
  #records: StoredRecord[] = [];
  #streams = new Map<string, StreamState>();
  readonly #recent = new Map<string, { readonly stream: string; readonly revision: bigint }>();
  readonly #watchers = new Set<() => void>();
  readonly #replicas = new Set<EventLog>();
  #next = 0n;

  /** `leader`: this log is a copy on another node's disk; whoever writes to it writes to the leader's. */
  constructor(
    private readonly now: () => number = Date.now,
    private readonly leader?: EventLog,
  ) {
    if (leader === undefined) this.start();
  }

  /** A copy of this log on the disk of another node, which follows the same leader. */
  replicate(): EventLog {
    const leader = this.leader ?? this;
    const copy = new EventLog(this.now, leader);
    copy.#take(this.backUp());
    leader.#replicas.add(copy);
    return copy;
  }

  /** A copy of all that lies on the disk now. */
  backUp(): LogBackup {
    return { records: [...this.#records], streams: copyOf(this.#streams), next: this.#next };
  }

  /** The disk is as it was at the moment of a backup, and the server starts on it. */
  putBack(backup: LogBackup): void {
    this.#take(backup);
    this.start();
  }

  /** The disk is gone; nothing is written to it any more. */
  detach(): void {
    if (this.leader !== undefined) this.leader.#replicas.delete(this);
  }

  /** What the server writes when it starts; earlier ids are known from disk only. */
  start(): void {
    if (this.leader !== undefined) return;
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
    if (this.leader !== undefined) return this.leader.append(stream, expected, events);
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
    if (this.leader !== undefined) return this.leader.softDelete(stream, expected);
    return this.#delete(stream, expected, () =>
      this.#write(metastreamOf(stream), [json('$metadata', SOFT_DELETED)]),
    );
  }

  /** Ends the stream for ever, also one that was never written. */
  tombstone(stream: string, expected: Expectation): Deleted {
    if (this.leader !== undefined) return this.leader.tombstone(stream, expected);
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

  /** Number of the newest scavenge point, −1 before the first. */
  get newestScavengePoint(): bigint {
    return this.view(SCAVENGE_POINTS).last;
  }

  /** Writes a scavenge point and closes the chunk, so that positions jump. Gives its number. */
  addScavengePoint(): bigint {
    if (this.leader !== undefined) return this.leader.addScavengePoint();
    const { revision } = this.#write(SCAVENGE_POINTS, [json('$scavengePoint', '{"threshold":0}')]);
    this.#next = nextChunk(this.#next);
    return revision;
  }

  /** Removes for good, from this node's disk, what no reader could see any more when a scavenge point was written. */
  removeHiddenAt(point: bigint): void {
    const { position } = at(this.#streams.get(SCAVENGE_POINTS)?.records ?? [], point) ?? { position: 0n };
    const isHidden = isScavenged((stream) => this.#retentionAt(stream, position));
    const isKept = (record: StoredRecord) => record.position >= position || !isHidden(record);
    this.#records = this.#records.filter(isKept);
    for (const state of this.#streams.values()) state.records = state.records.filter(isKept);
  }

  /** Tells the progress of a scavenge in `$scavenges-<id>`, which operators may read. */
  tellScavenge(id: string, type: string, data: Readonly<Record<string, string | null>>): void {
    if (this.leader !== undefined) {
      this.leader.tellScavenge(id, type, data);
      return;
    }
    const stream = `$scavenges-${id}`;
    const metastream = metastreamOf(stream);
    if (!this.#streams.has(metastream)) this.#write(metastream, [json('$metadata', OPERATORS_READ)]);
    this.#write(stream, [json(type, JSON.stringify({ scavengeId: id, ...data }))]);
  }

  /** What a stream was when the log had come to a position. */
  #retentionAt(stream: string, position: bigint): Retention {
    const until = (name: string) =>
      (this.#streams.get(name)?.records ?? []).filter((record) => record.position < position);
    const last = until(stream).at(-1)?.revision ?? NEVER_WRITTEN;
    const original = originalOf(stream);
    const isOver = (name: string) => until(name).at(-1)?.revision === TOMBSTONE_REVISION;
    const implied = original === undefined ? {} : { $maxCount: 1 };
    const metadata = parseMetadata(until(metastreamOf(stream)).at(-1)?.data);
    return {
      isTombstoned: isOver(stream) || (original !== undefined && isOver(original)),
      last,
      firstVisible: firstVisible({ ...implied, ...metadata }, last),
    };
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
      for (const replica of this.#replicas) replica.#copy(record);
      this.#recent.set(event.id, { stream, revision });
      this.#next += sizeOf(record);
    }
    // An append of nothing is accepted and leaves a record that nobody sees.
    if (events.length === 0) this.#next += BigInt(RECORD_OVERHEAD);
    else this.#streams.set(stream, state);
    for (const log of [this, ...this.#replicas]) for (const changed of log.#watchers) changed();
    return { kind: 'done' as const, revision: state.last, position };
  }

  #take({ records, streams, next }: LogBackup): void {
    this.#records = [...records];
    this.#streams = copyOf(streams);
    this.#next = next;
  }

  #copy(record: StoredRecord): void {
    const state = this.#streams.get(record.stream) ?? { records: [], last: NEVER_WRITTEN };
    state.records.push(record);
    state.last = record.revision;
    this.#records.push(record);
    this.#streams.set(record.stream, state);
  }
}

function sizeOf({ stream, type, data, metadata }: StoredRecord): bigint {
  return BigInt(RECORD_OVERHEAD + 2 * stream.length + type.length + data.length + metadata.length);
}

function json(type: string, text: string): ProposedEvent {
  return { id: randomUUID(), type, isJson: true, data: Buffer.from(text), metadata: EMPTY };
}
