import { randomUUID } from 'node:crypto';
import type { Json } from '#kernel';
import {
  isCaughtUp,
  type CaughtUp,
  type Checkpoint,
  type EventStore,
  type NewEvent,
  type NonEmpty,
  type StoredEvent,
  type StreamName,
} from '../port.js';

/** A new event with a random id. */
export function anEvent(data: Json = {}, metadata: Json = { v: 1 }): NewEvent {
  return { id: randomUUID(), type: 'SampleRecorded', data, metadata };
}

/** `count` new events, numbered in their data. */
export function events(count: number, label = 'n'): NonEmpty<NewEvent> {
  const [first, ...rest] = Array.from({ length: Math.max(count, 1) }, (_, i) => anEvent({ [label]: i }));
  return [first ?? anEvent(), ...rest];
}

/** A stream that nobody has written. */
export function aStream(category = 'sample'): StreamName {
  return `${category}-${randomUUID()}`;
}

/** The expectation "at this revision". */
export function at(revision: bigint | number) {
  return { kind: 'revision', revision: BigInt(revision) } as const;
}

/** The expectation "absent". */
export const NO_STREAM = { kind: 'noStream' } as const;

/** Everything that an iteration gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The events of a stream, oldest first. */
export function readAll(store: EventStore, stream: StreamName): Promise<StoredEvent[]> {
  return all(store.read(stream));
}

/** The history of the store up to the first caught-up mark. */
export async function history(
  store: EventStore,
  after: Checkpoint | 'start' = 'start',
): Promise<StoredEvent[]> {
  return following(store, after, (_, caughtUp) => caughtUp);
}

/** Follows the store until the condition holds for what was delivered, then ends the subscription. */
export async function following(
  store: EventStore,
  after: Checkpoint | 'start',
  isEnough: (delivered: readonly StoredEvent[], caughtUp: boolean) => boolean,
): Promise<StoredEvent[]> {
  const stop = new AbortController();
  const delivered: StoredEvent[] = [];
  let caughtUp = false;
  try {
    for await (const item of store.subscribe({ after, signal: stop.signal })) {
      if (isCaughtUp(item)) caughtUp = true;
      else delivered.push(item);
      if (isEnough(delivered, caughtUp)) break;
    }
    return delivered;
  } finally {
    stop.abort();
  }
}

/** Far longer than any machine takes for what the suite asks for. */
const FOLLOWER_PATIENCE_MS = 300_000;

/** A subscription that runs beside the test and keeps what it was given. */
export class Follower {
  readonly items: (StoredEvent | CaughtUp)[] = [];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(store: EventStore, after: Checkpoint | 'start' = 'start') {
    this.#done = this.#run(store.subscribe({ after, signal: this.#stop.signal }));
    this.#done.catch(() => undefined);
  }

  /** The events so far, without marks. */
  get events(): StoredEvent[] {
    return this.items.filter((item): item is StoredEvent => !isCaughtUp(item));
  }

  /**
   * Resolves once the condition holds; throws what the subscription threw, or when it ended before, or when it has
   * waited so long that the condition will not come about.
   */
  async until(
    condition: (events: StoredEvent[], items: readonly (StoredEvent | CaughtUp)[]) => boolean,
  ): Promise<void> {
    const end = performance.now() + FOLLOWER_PATIENCE_MS;
    while (!condition(this.events, this.items)) {
      if (performance.now() > end) throw new Error(`Still waiting, with ${this.#report()}`);
      const ended = await Promise.race([sleep(10).then(() => false), this.#done.then(() => true)]);
      if (ended && !condition(this.events, this.items)) throw new Error('The subscription ended');
    }
  }

  /** Ends the subscription and gives its events; throws what it threw. */
  async end(): Promise<StoredEvent[]> {
    this.#stop.abort();
    await this.#done;
    return this.events;
  }

  /** What it was given, in numbers and positions. */
  #report(): string {
    const { events } = this;
    const mark = this.items.findIndex(isCaughtUp);
    return `${String(events.length)} events, caught up after ${String(mark)}, the last at ${String(events.at(-1)?.position)}`;
  }

  async #run(items: AsyncIterable<StoredEvent | CaughtUp>): Promise<void> {
    for await (const item of items) this.items.push(item);
  }
}

/** The checkpoint of a reader that stands at an event, anchored there or at an earlier event. */
export function checkpointAt(event: StoredEvent, anchor: StoredEvent = event): Checkpoint {
  return { position: event.position, anchor: { position: anchor.position, eventId: anchor.id } };
}

/** Exclusive or of ids: equal for equal sets, whatever their order, and blind to nothing but pairs. */
export function xorOfIds(ids: readonly string[]): bigint {
  return ids.reduce((sum, id) => sum ^ BigInt(`0x${id.replaceAll('-', '')}`), 0n);
}

/** Resolves after some milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
