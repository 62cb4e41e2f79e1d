/** Where the readers of an in-memory store wait: for something new, and for leave to go on. */
export class Gate {
  readonly #waiting = new Set<() => void>();
  #closed = false;

  close(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    this.changed();
  }

  /** Wakes everyone who waits. */
  changed(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves with true when the gate is open, with false when the signal has aborted. */
  async passage(signal: AbortSignal): Promise<boolean> {
    await Promise.resolve();
    while (this.#closed && !signal.aborted) await this.change(signal);
    return !signal.aborted;
  }

  /** Resolves at the next change, or when the signal aborts. */
  change(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }
}
