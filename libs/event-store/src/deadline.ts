/** A call did not answer in its time. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
  constructor(readonly afterMs: number) {
    super(`No answer within ${String(afterMs)} ms`);
  }
}

/** The result of a call, or {@link TimedOut} when it takes longer. What the call itself does later is ignored. */
export function within<T>(ms: number, call: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(new TimedOut(ms));
      },
      Math.max(0, ms),
    );
    call.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** Resolves after the time, or as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Waiting times between attempts: doubling from 50 ms to 5 s, each shortened at random so that a crowd spreads out. */
export class BackOff {
  #next = 50;

  /** The next waiting time in milliseconds. */
  next(): number {
    const ceiling = this.#next;
    this.#next = Math.min(ceiling * 2, 5000);
    return ceiling * (0.5 + Math.random() / 2);
  }

  /** Starts again from the shortest time. */
  reset(): void {
    this.#next = 50;
  }
}
