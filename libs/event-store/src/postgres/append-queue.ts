import { ConcurrencyConflict, StreamClosed, Unavailable } from '../errors.js';
import { revisionOrNone, type PreparedBatch } from '../guard.js';
import type { AppendResult } from '../port.js';
import { toPosition } from '../position.js';
import { isFaultOfContent } from './classify.js';
import type { Settings } from './settings.js';
import type { WriterConnection } from './writer-connection.js';

interface Waiting {
  readonly batch: PreparedBatch;
  readonly compare: boolean;
  /** `performance.now()` at which the caller gives up. */
  readonly deadline: number;
  readonly settle: (outcome: AppendResult | Error) => void;
}

interface Verdict {
  readonly append: number;
  readonly verdict: 'written' | 'known' | 'closed' | 'conflict';
  readonly revision: string;
  readonly position: string | null;
}

const APPEND = `SELECT * FROM es.append_group($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/**
 * Group commit: appends that wait at the same time share one transaction and so one flush of the disk. A group holds
 * one append per stream and each id once; whoever does not fit waits for the next group, in order.
 */
export class AppendQueue {
  #waiting: Waiting[] = [];
  #running = false;

  constructor(
    private readonly connection: WriterConnection,
    private readonly settings: Settings,
  ) {}

  /** Hands one append over and gives its own outcome. */
  append(batch: PreparedBatch, compare: boolean, timeoutMs: number): Promise<AppendResult> {
    return new Promise((resolve, reject) => {
      const deadline = performance.now() + timeoutMs;
      const timer = setTimeout(() => {
        const queued = this.#waiting.includes(waiting);
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        waiting.settle(new Unavailable(queued ? 'notWritten' : 'unknown'));
      }, timeoutMs);
      const settle = (outcome: AppendResult | Error): void => {
        clearTimeout(timer);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      };
      const waiting: Waiting = { batch, compare, deadline, settle };
      this.#waiting.push(waiting);
      if (!this.#running) void this.#run();
    });
  }

  /** Writes groups until nobody waits. */
  async #run(): Promise<void> {
    this.#running = true;
    await this.#gather();
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#running = false;
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
    let events = 0;
    for (const waiting of this.#waiting) {
      const { stream, events: offered } = waiting.batch;
      const names = [stream, ...offered.map((event) => event.id)];
      const full = group.length > 0 && events + offered.length > this.settings.groupEvents;
      if (full || names.some((name) => taken.has(name))) later.push(waiting);
      else {
        group.push(waiting);
        events += offered.length;
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
      const verdicts = await this.connection.query<Verdict>('es_append', APPEND, parameters(group), ms);
      for (const verdict of verdicts) {
        const waiting = group[verdict.append - 1];
        waiting?.settle(outcomeOf(verdict, waiting.batch));
      }
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
    group.map(({ compare }) => compare),
    events.map((event) => event.append),
    events.map((event) => event.index),
    events.map((event) => event.id),
    events.map((event) => event.type),
    events.map((event) => event.data),
    events.map((event) => event.metadata),
    events.map((event) => event.bytes),
  ];
}

function outcomeOf({ verdict, revision, position }: Verdict, batch: PreparedBatch): AppendResult | Error {
  const actual = BigInt(revision);
  if (verdict === 'closed') return new StreamClosed(batch.stream);
  if (verdict === 'conflict') {
    return new ConcurrencyConflict(batch.stream, revisionOrNone(batch.expected), revisionOrNone(actual));
  }
  return position === null ? { revision: actual } : { revision: actual, position: toPosition(position) };
}
