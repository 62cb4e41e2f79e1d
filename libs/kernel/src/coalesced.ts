/** Items written together by one statement, unless said otherwise; a larger crowd waits for the next one. */
const MAX_TOGETHER = 256;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** How items are written together. */
export interface CoalescedOptions<T, R> {
  /** One statement for all; its results in the order of the items. All or nothing. */
  readonly write: (items: readonly T[]) => Promise<readonly R[]>;
  /** Whether a failure is nobody's fault, so that none of the items deserves an attempt alone. */
  readonly isCommon: (error: unknown) => boolean;
  /** Items of one statement at most. */
  readonly maxTogether?: number;
}

/**
 * Collects what arrives while a write is under way and writes it together with the next one: alone an item is written
 * at once, in a crowd the statement is shared. An item that makes the statement fail does not fail its neighbours.
 */
export class Coalesced<T, R> {
  #waiting: Waiting<T, R>[] = [];
  #isBusy = false;

  constructor(private readonly options: CoalescedOptions<T, R>) {}

  /** Resolves with the item's own result when it is written. */
  add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isBusy) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isBusy = true;
    const { maxTogether = MAX_TOGETHER } = this.options;
    while (this.#waiting.length > 0) await this.#writeTogether(this.#waiting.splice(0, maxTogether));
    this.#isBusy = false;
  }

  async #writeTogether(together: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.options.write(together.map(({ item }) => item));
      for (const [index, { resolve }] of together.entries()) resolve(results[index] as R);
    } catch (error) {
      if (together.length === 1 || this.options.isCommon(error)) {
        for (const { reject } of together) reject(error);
      } else {
        for (const one of together) await this.#writeTogether([one]);
      }
    }
  }
}
