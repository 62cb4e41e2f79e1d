import { parisDay, type Day } from '#kernel';

/** Around midnight processes that read the primary's clock a moment apart may believe in different days. */
const UNSURE_MS = 60_000;

/**
 * The clock of PostgreSQL's primary as this process last saw it, carried on by the monotonic clock: all processes
 * count days by one clock, whatever their machines' clocks say.
 */
export class PrimaryClock {
  #aheadMs: number | undefined;

  /** `monotonic` gives milliseconds of a clock that never jumps. */
  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /** False until the primary has answered once. */
  get isKnown(): boolean {
    return this.#aheadMs !== undefined;
  }

  /** The primary has just said what time it is there. */
  observe(primary: Date): void {
    this.#aheadMs = primary.getTime() - this.monotonic();
  }

  /** Today in Europe/Paris. */
  today(): Day {
    return this.#dayIn(0);
  }

  /** The day that another process may take for today at this very moment; `undefined` except around midnight. */
  otherToday(): Day | undefined {
    return [this.#dayIn(-UNSURE_MS), this.#dayIn(UNSURE_MS)].find((day) => day !== this.today());
  }

  #dayIn(ms: number): Day {
    if (this.#aheadMs === undefined) throw new Error('The clock of the primary is not known yet');
    return parisDay(new Date(this.monotonic() + this.#aheadMs + ms).toISOString());
  }
}

/** Days before a day, the nearest first. */
export function daysBefore(day: Day, count: number): Day[] {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(midnight - (index + 1) * 86_400_000).toISOString().slice(0, 10),
  );
}
