import { AnotherHistory, isCaughtUp, type EventStore, type Position, type StoredEvent } from '#event-store';
import { EventQueue } from './event-queue.js';
import { describeFailure } from './failure.js';
import { backOffMs, pause } from './pause.js';
import { afterEvent, checkpointOf, isBefore, type Passage } from './place.js';
import type { RunnerLog } from './runner-log.js';

/** How long a follower may leave its buffer full before it has to catch up by itself: history, live. */
const STALL_MS = { history: 5_000, live: 100 };
const MAX_BACK_OFF_MS = 10_000;

/** A follower's end of the shared feed. */
export interface Tap {
  readonly queue: EventQueue;
  /** The queue holds every event after this position. */
  readonly since: Position | undefined;
}

/**
 * The one unfiltered subscription that serves all live followers of a process. A follower that does not keep up is cut
 * off and has to catch up by itself, so it cannot hold the others back and buffers stay bounded.
 */
export class LiveFeed {
  private readonly taps = new Set<Tap>();
  private place: Passage | undefined;
  private running: AbortController | undefined;
  private done: Promise<void> = Promise.resolve();
  private caughtUp = false;
  private historyEnd: Position | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly log: RunnerLog,
    private readonly capacity: number,
  ) {}

  /** Whether somebody at this position has done all history that was there when the feed had delivered it. */
  isHistoryDone(position: Position | undefined): boolean {
    return this.caughtUp && !isBefore(position, this.historyEnd);
  }

  /** Where the feed begins when its first tap is opened. */
  startAt(place: Passage): void {
    if (this.running === undefined) this.place = place;
  }

  /** A tap for a follower at that place; its queue may begin later than the place (`since`), or earlier. */
  open(place: Passage): Tap {
    if (
      this.running === undefined &&
      (this.place === undefined || isBefore(place.position, this.place.position))
    )
      this.place = place;
    const tap = { queue: new EventQueue(this.capacity), since: this.place?.position };
    this.taps.add(tap);
    if (this.running === undefined) this.run();
    return tap;
  }

  /** The position up to which the feed has come, while it runs. */
  get position(): Position | undefined {
    return this.running === undefined ? undefined : this.place?.position;
  }

  /** Closes a tap; without taps the feed ends, and begins anew with the next one. */
  close(tap: Tap): void {
    tap.queue.close();
    this.taps.delete(tap);
    if (this.taps.size === 0) this.halt();
  }

  /** Ends the feed and waits until its subscription is released. */
  async stop(): Promise<void> {
    for (const tap of [...this.taps]) this.close(tap);
    await this.done;
  }

  private halt(): void {
    this.running?.abort();
    this.running = undefined;
    this.place = undefined;
    this.caughtUp = false;
  }

  private run(): void {
    const control = new AbortController();
    this.running = control;
    const previous = this.done;
    this.done = previous.then(() => this.follow(control.signal));
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.deliver(signal, () => (failures = 0));
      } catch (error) {
        if (isOver(signal)) return;
        if (error instanceof AnotherHistory) {
          this.fail(error);
          return;
        }
        this.log.warn({ problem: describeFailure(error) }, 'the feed lost its subscription and resumes');
      }
      await pause(backOffMs(failures++, MAX_BACK_OFF_MS), signal);
    }
  }

  private async deliver(signal: AbortSignal, progressed: () => void): Promise<void> {
    const place = this.place;
    if (place === undefined) return;
    for await (const item of this.store.subscribe({ after: checkpointOf(place), signal })) {
      if (signal.aborted) return;
      progressed();
      if (isCaughtUp(item)) this.endHistory();
      else await this.handOut(item, signal);
    }
  }

  private endHistory(): void {
    if (!this.caughtUp) this.historyEnd = this.place?.position;
    this.caughtUp = true;
  }

  private async handOut(event: StoredEvent, signal: AbortSignal): Promise<void> {
    for (const tap of [...this.taps]) {
      if (tap.queue.isFull && !(await tap.queue.room(this.caughtUp ? STALL_MS.live : STALL_MS.history)))
        this.cutOff(tap);
    }
    // From here on nothing waits: a tap opened meanwhile began before this event, and gets it.
    if (signal.aborted || this.place === undefined || !isBefore(this.place.position, event.position)) return;
    for (const tap of this.taps) tap.queue.push(event);
    this.place = afterEvent(this.place, event);
  }

  /** What the queue holds is still done; then the follower finds it closed and catches up. */
  private cutOff(tap: Tap): void {
    tap.queue.close();
    this.taps.delete(tap);
  }

  private fail(error: Error): void {
    for (const tap of this.taps) tap.queue.close(error);
    this.taps.clear();
    this.halt();
  }
}

/** Asked anew each time: what was false before an `await` may be true after it. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
