/** What was worked out before; it forgets everything rather than grow beyond a limit. */
export class Memo<K, V> {
  readonly #known = new Map<K, V>();

  constructor(private readonly limit: number) {}

  /** What belongs to a key, made where it is not known. `undefined` is not remembered. */
  of(key: K, make: () => V): V {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= this.limit) this.#known.clear();
    const made = make();
    this.#known.set(key, made);
    return made;
  }
}
