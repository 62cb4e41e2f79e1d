/** Chance that can be had again: the same seed gives the same choices. */
export class Chance {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, less than 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of these. Throws for none. */
  oneOf<T>(some: readonly T[]): T {
    const chosen = some[this.between(0, some.length - 1)];
    if (chosen === undefined) throw new RangeError('Nothing to choose from');
    return chosen;
  }
}

/** The seed of this run: that of `GREFFE_TEST_SEED`, to have a failure again, or a new one. */
export function seedOfRun(): number {
  const wanted = process.env['GREFFE_TEST_SEED'];
  return wanted === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(wanted);
}
