import { ConcurrencyConflict, StreamClosed, Unavailable } from '../errors.js';
import { revisionOrNone, type PreparedBatch } from '../guard.js';
import type { AppendResult } from '../port.js';
import { toPosition } from '../position.js';
import { isFaultOfContent } from './classify.js';
import type { Settings } from './settings.js';
import type { WriterConnection } from './writer-connection.js';

/** A successful append; a replay found its events already there and wrote nothing. */
export interface AppendOutcome extends AppendResult {
  readonly isReplay: boolean;
}

interface Waiting {
  readonly batch: PreparedBatch;
  /** `performance.now()` at which the caller gives up. */
  readonly deadline: number;
  readonly settle: (outcome: AppendOutcome | Error) => void;
}

/** What became of each append of a group, in its order. */
interface Verdicts {
  readonly verdict: readonly ('written' | 'known' | 'closed' | 'conflict')[];
  readonly revision: readonly string[];
  readonly place: readonly (string | null)[];
}

/** At most this many bytes in one transaction; a larger append has one for itself. */
const GROUP_BYTES = 4 * 1024 * 1024;

const APPEND = `SELECT * FROM es.append_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

/**
 * Group commit: appends that wait at the same time share one transaction and so one flush of the disk. A group holds
 * one append per stream and each id once; whoever does not fit waits for the next group, in order.
 */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #isEnded = false;

  constructor(
    private readonly connection: WriterConnection,
    private readonly settings: Settings,
  ) {}

  /** Hands one append over and gives its own outcome. */
  append(batch: PreparedBatch, timeoutMs: number): Promise<AppendOutcome> {
    if (this.#isEnded) return Promise.reject(new Unavailable('notWritten'));
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + timeoutMs;
      const timer = setTimeout(() => {
        const queued = this.#waiting.includes(waiting);
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        waiting.settle(new Unavailable(queued ? 'notWritten' : 'unknown'));
      }, timeoutMs);
      const settle = (outcome: AppendOutcome | Error): void => {
        clearTimeout(timer);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const waiting: Waiting = { batch, deadline, settle };
      this.#waiting.push(waiting);
      this.#running ??= this.#run();
    });
  }

  /** Takes no more appends, refuses those that wait, and lets the group that is on its way come to its end. */
  async end(): Promise<void> {
    this.#isEnded = true;
    for (const waiting of this.#waiting.splice(0)) waiting.settle(new Unavailable('notWritten'));
    await this.#running;
  }

  /** Writes groups until nobody waits. */
  async #run(): Promise<void> {
    await this.#gather();
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup();
      if (group.length > 0) await this.#commit(group);
    }
    this.#running = undefined;
  }

  /** Lets the appends of the same moment join the first one. */
  #gather(): Promise<void> {
    const { groupDelayMs } = this.settings;
    return new Promise((resolve) => {
      if (groupDelayMs > 0) setTimeout(resolve, groupDelayMs);
      else setImmediate(resolve);
    });
  }

  #takeGroup(): Waiting[] {
    const group: Waiting[] = [];
    const later: Waiting[] = [];
    const taken = new Set<string>();
    const now = performance.now();
    let room = { events: this.settings.groupEvents, bytes: GROUP_BYTES };
    for (const waiting of this.#waiting) {
      const { stream, events, bytes } = waiting.batch;
      const names = [stream, ...events.map((event) => event.id)];
      const isFull = group.length > 0 && (events.length > room.events || bytes > room.bytes);
      if (waiting.deadline <= now) waiting.settle(new Unavailable('notWritten'));
      else if (isFull || names.some((name) => taken.has(name))) later.push(waiting);
      else {
        group.push(waiting);
        room = { events: room.events - events.length, bytes: room.bytes - bytes };
      }
      for (const name of names) taken.add(name);
    }
    this.#waiting = later;
    return group;
  }

  /** Never throws: whatever happens becomes the outcome of the members. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    try {
      const ms = Math.max(...group.map((waiting) => waiting.deadline)) - performance.now();
      const [verdicts] = await this.connection.query<Verdicts>('es_append', APPEND, parameters(group), ms);
      for (const [i, waiting] of group.entries()) waiting.settle(outcomeOf(verdicts, i, waiting.batch));
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (group.length > 1 && isFaultOfContent(failure.cause))
        for (const one of group) await this.#commit([one]);
      else for (const waiting of group) waiting.settle(failure);
    }
  }
}

function parameters(group: readonly Waiting[]): unknown[] {
  const events = group.flatMap(({ batch }, i) =>
    batch.events.map((event, index) => ({ ...event, append: i + 1, index })),
  );
  return [
    group.map(({ batch }) => batch.stream),
    group.map(({ batch }) => batch.expected),
    group.map(({ batch }) => batch.events.length),
    events.map((event) => event.append),
    events.map((event) => event.index),
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.data),
    events.map((event) => event.metadata),
    events.map((event) => event.bytes),
  ];
}

function outcomeOf(verdicts: Verdicts | undefined, i: number, batch: PreparedBatch): AppendOutcome | Error {
  const verdict = verdicts?.verdict[i];
  const revision = BigInt(verdicts?.revision[i] ?? -1);
  const position = toPosition(verdicts?.place[i] ?? 0n);
  switch (verdict) {
    case 'written':
    case 'known':
      return { revision, position, isReplay: verdict === 'known' };
    case 'closed':
      return new StreamClosed(batch.stream);
    case 'conflict':
      return new ConcurrencyConflict(batch.stream, revisionOrNone(batch.expected), revisionOrNone(revision));
    case undefined:
      return new Unavailable('unknown');
  }
}
