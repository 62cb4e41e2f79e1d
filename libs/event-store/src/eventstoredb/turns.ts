import { Unavailable } from '../errors.js';
import { TimedOut, within } from '../deadline.js';
import type { StreamName } from '../port.js';

/**
 * Lets the writes of one process to one stream go one after the other, in the order of their calls. The server works on
 * several at once, so the second of two could arrive first and be told that its revision is wrong.
 */
export class Turns {
  readonly #last = new Map<StreamName, Promise<void>>();

  /** Runs the work with the time that is left. Throws `Unavailable('notWritten')` if its turn does not come in time. */
  async take<T>(stream: StreamName, timeoutMs: number, work: (leftMs: number) => Promise<T>): Promise<T> {
    const end = performance.now() + timeoutMs;
    const before = this.#last.get(stream) ?? Promise.resolve();
    const turn = within(timeoutMs, before).then(
      () => work(end - performance.now()),
      (error: unknown) => {
        throw error instanceof TimedOut ? new Unavailable('notWritten', { cause: error }) : error;
      },
    );
    // Whoever comes next waits for the one before too, also when this one gave up waiting.
    const settled = Promise.allSettled([before, turn]).then(() => {
      if (this.#last.get(stream) === settled) this.#last.delete(stream);
    });
    this.#last.set(stream, settled);
    return await turn;
  }

  /** Resolves when everything that is under way now has settled. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#last.values()]);
  }
}
