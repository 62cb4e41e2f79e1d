import { randomUUID } from 'node:crypto';
import type { EventLog } from './event-log.js';
import { TOMBSTONE_REVISION, type StoredRecord } from './record.js';

/** What scavenging needs to know of a stream. */
export interface Retention {
  readonly isTombstoned: boolean;
  readonly last: bigint;
  readonly firstVisible: bigint;
}

/** Bytes of a chunk: where the log goes on after a scavenge. */
const CHUNK = 256n * 1024n * 1024n;

/**
 * Which records a scavenge removes: all of a tombstoned stream but the tombstone, and of a living one what its
 * metadata hides, save its last event, which stays even after a soft delete.
 */
export function isScavenged(retentionOf: (stream: string) => Retention) {
  const known = new Map<string, Retention>();
  return ({ stream, revision }: StoredRecord): boolean => {
    const retention = known.get(stream) ?? retentionOf(stream);
    known.set(stream, retention);
    if (retention.isTombstoned) return revision !== TOMBSTONE_REVISION;
    return revision < retention.firstVisible && revision !== retention.last;
  };
}

/** First position of the chunk after the one that holds this position. */
export function nextChunk(position: bigint): bigint {
  return (position / CHUNK + 1n) * CHUNK;
}

/** One run: it removes what was hidden when its scavenge point was written, and nothing that was hidden later. */
interface Run {
  readonly id: string;
  readonly point: bigint;
}

/**
 * The scavenges of one node. A run goes up to a scavenge point, which all nodes share: to the one at which a run of
 * this node was interrupted, else to the newest that this node has not done, else to a new one.
 */
export class Scavenges {
  #done = -1n;
  #unfinished: bigint | undefined;
  #running: Run | undefined;
  #isHeld = false;

  constructor(
    private readonly log: EventLog,
    private readonly node: () => string = () => 'node',
  ) {}

  /** Id of the run that is under way. */
  get current(): string | undefined {
    return this.#running?.id;
  }

  /** Begins a run, which ends at once unless it is held. Gives its id; `undefined` while another one runs. */
  start(): string | undefined {
    if (this.#running !== undefined) return undefined;
    const run = { id: randomUUID(), point: this.#nextPoint() };
    this.#running = run;
    this.#unfinished = run.point;
    this.log.tellScavenge(run.id, '$scavengeStarted', { nodeEndpoint: this.node() });
    if (!this.#isHeld) this.#finish(run);
    return run.id;
  }

  /** Runs do not end until {@link release}. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Lets the run that is held come to its end. */
  release(): void {
    this.#isHeld = false;
    if (this.#running !== undefined) this.#finish(this.#running);
  }

  /** The node went away in the middle of a run: the next one goes on where it stood. */
  interrupt(): void {
    if (this.#running !== undefined) this.#end(this.#running, 'Interrupted', 'The node was restarted.');
    this.#isHeld = false;
  }

  #nextPoint(): bigint {
    const newest = this.log.newestScavengePoint;
    return this.#unfinished ?? (newest > this.#done ? newest : this.log.addScavengePoint());
  }

  #finish(run: Run): void {
    this.log.removeHiddenAt(run.point);
    this.#done = run.point;
    this.#unfinished = undefined;
    this.#end(run, 'Success', null);
  }

  #end({ id }: Run, result: string, error: string | null): void {
    this.#running = undefined;
    this.log.tellScavenge(id, '$scavengeCompleted', { nodeEndpoint: this.node(), result, error });
  }
}
