import type { StoredEvent } from '#event-store';
import { asError } from './failure.js';

/** A bounded buffer between one subscription and one follower. */
export class EventQueue {
  private items: StoredEvent[] = [];
  private isClosed = false;
  private failure: Error | undefined;
  private wakeTaker: (() => void) | undefined;
  private wakeGiver: (() => void) | undefined;

  constructor(private readonly capacity: number) {}

  get isFull(): boolean {
    return this.items.length >= this.capacity;
  }

  /** Nothing more will come; what lies in it can still be taken. */
  get isDone(): boolean {
    return this.isClosed && this.items.length === 0;
  }

  /** Adds an event; the giver has looked for room before. */
  push(event: StoredEvent): void {
    this.items.push(event);
    this.wakeTaker?.();
  }

  /** Waits for room at most that long; `true` if there is some, or if nobody takes any more. */
  async room(timeoutMs: number): Promise<boolean> {
    if (this.isFull && !this.isClosed) {
      await wakened(timeoutMs, (wake) => (this.wakeGiver = wake));
      this.wakeGiver = undefined;
    }
    return this.isClosed || !this.isFull;
  }

  /**
   * The next events, at most `max`, as soon as there is one; none after `idleMs` or when it was poked.
   * Throws what the queue was closed with, once it is empty.
   */
  async take(max: number, idleMs: number): Promise<StoredEvent[]> {
    if (this.items.length === 0 && !this.isClosed) {
      await wakened(idleMs, (wake) => (this.wakeTaker = wake));
      this.wakeTaker = undefined;
    }
    if (this.items.length === 0 && this.failure !== undefined) throw this.failure;
    const taken = this.items.length <= max ? this.items : this.items.slice(0, max);
    this.items = this.items.length <= max ? [] : this.items.slice(max);
    this.wakeGiver?.();
    return taken;
  }

  /** Lets a waiting taker look around. */
  poke(): void {
    this.wakeTaker?.();
  }

  /** Nothing more will come, because of an error or not. */
  close(failure?: unknown): void {
    this.isClosed = true;
    if (failure !== undefined) this.failure = asError(failure);
    this.wakeTaker?.();
    this.wakeGiver?.();
  }
}

function wakened(timeoutMs: number, offer: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    offer(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
