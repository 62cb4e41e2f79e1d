/** Items written together by one statement; a larger crowd waits for the next one. */
const MAX_TOGETHER = 256;

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects what arrives while a write is under way and writes it together with the next one: alone an item is written
 * at once, in a crowd the statement is shared.
 */
export class Coalesced<T> {
  #waiting: Waiting<T>[] = [];
  #isBusy = false;

  constructor(private readonly write: (items: readonly T[]) => Promise<void>) {}

  /** Resolves when the item is written; rejects with the error of the statement that it was part of. */
  add(item: T): Promise<void> {
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#isBusy) void this.#drain();
    return promise;
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, MAX_TOGETHER);
      try {
        await this.write(together.map(({ item }) => item));
        for (const { resolve } of together) resolve();
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#isBusy = false;
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: unknown) => void } {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((keep, refuse) => {
    resolve = keep;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
