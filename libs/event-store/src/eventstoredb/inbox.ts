/** How much may wait in an {@link Inbox}. */
export interface Room {
  readonly items: number;
  readonly bytes: number;
}

interface Waiting<T> {
  readonly item: T;
  readonly bytes: number;
}

/**
 * What a subscription has heard and its consumer has not taken yet. Whoever fills it looks at {@link Inbox.isFull} and
 * stops; the last item may exceed the room, so that no item is too large.
 */
export class Inbox<T> {
  #waiting: Waiting<T>[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  #wakeConsumer: (() => void) | undefined;
  readonly #wakeProducers = new Set<() => void>();

  constructor(private readonly room: Room) {}

  /** Nothing more should be put in now. */
  get isFull(): boolean {
    return this.#waiting.length >= this.room.items || this.#bytes >= this.room.bytes;
  }

  /** Adds an item behind the others. */
  put(item: T, bytes: number): void {
    this.#waiting.push({ item, bytes });
    this.#bytes += bytes;
    this.#wakeConsumer?.();
  }

  /** Ends it: the consumer gets what is there, then the error. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wakeConsumer?.();
  }

  /** The next item; `undefined` as soon as the signal aborts. Throws what it was failed with. */
  async take(signal: AbortSignal): Promise<T | undefined> {
    while (!signal.aborted) {
      const next = this.#waiting.shift();
      if (next !== undefined) {
        this.#bytes -= next.bytes;
        if (this.#isHalfEmpty) this.#wakeAll();
        return next.item;
      }
      if (this.#failure !== undefined) throw this.#failure;
      await this.#somethingNew(signal);
    }
    return undefined;
  }

  /** Calls back once it is half empty, which may be now. Gives a function that takes the wish back. */
  onRoom(wake: () => void): () => void {
    if (this.#isHalfEmpty) {
      wake();
      return () => undefined;
    }
    const wish = (): void => {
      wake();
    };
    this.#wakeProducers.add(wish);
    return () => {
      this.#wakeProducers.delete(wish);
    };
  }

  get #isHalfEmpty(): boolean {
    return this.#waiting.length <= this.room.items / 2 && this.#bytes <= this.room.bytes / 2;
  }

  #wakeAll(): void {
    const waiting = [...this.#wakeProducers];
    this.#wakeProducers.clear();
    for (const wake of waiting) wake();
  }

  #somethingNew(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#wakeConsumer = undefined;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#wakeConsumer = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
