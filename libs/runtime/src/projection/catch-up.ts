import { isCaughtUp, type EventStore, type StoredEvent } from '#event-store';
import { EventQueue } from './event-queue.js';
import { checkpointOf, isBefore, type Place } from './place.js';

/** A subscription of one follower's own, read ahead into a bounded buffer while the follower works. */
export class CatchUp {
  readonly queue: EventQueue;
  /** The store said that history ends here. */
  reachedEnd = false;
  private readonly control = new AbortController();
  private readonly done: Promise<void>;

  constructor(store: EventStore, from: Place, capacity: number) {
    this.queue = new EventQueue(capacity);
    this.done = this.pump(store, from);
  }

  /** Ends the subscription and waits until it is released. */
  async stop(): Promise<void> {
    this.control.abort();
    this.queue.close();
    await this.done;
  }

  private async pump(store: EventStore, from: Place): Promise<void> {
    const { signal } = this.control;
    try {
      for await (const item of store.subscribe({ after: checkpointOf(from), signal })) {
        if (signal.aborted) return;
        if (isCaughtUp(item)) this.endReached();
        // Waiting where there is room would cost a promise for each event.
        else if (isBefore(from.position, item.position) && !this.put(item)) await this.putLater(item, signal);
      }
      this.queue.close(new Error('The subscription ended by itself'));
    } catch (error) {
      this.queue.close(error);
    }
  }

  private endReached(): void {
    this.reachedEnd = true;
    this.queue.poke();
  }

  private put(event: StoredEvent): boolean {
    if (this.queue.isFull) return false;
    this.queue.push(event);
    return true;
  }

  private async putLater(event: StoredEvent, signal: AbortSignal): Promise<void> {
    while (this.queue.isFull && !signal.aborted) await this.queue.room(60_000);
    if (!signal.aborted) this.queue.push(event);
  }
}
