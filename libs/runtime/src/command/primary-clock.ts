import { parisDay, type Day } from '#kernel';

/** Around midnight processes that read the primary's clock a moment apart may believe in different days. */
const UNSURE_MS = 60_000;
/** Where midnight is further away than this, today is not looked up again so long. */
const SURE_MS = 60_000;

/** What day it is, and which one another process may take for it at this very moment. */
export interface Today {
  readonly day: Day;
  /** Around midnight only. */
  readonly other: Day | undefined;
}

/**
 * The clock of PostgreSQL's primary as this process last saw it, carried on by the monotonic clock: all processes
 * count days by one clock, whatever their machines' clocks say.
 */
export class PrimaryClock {
  #aheadMs: number | undefined;
  #known: { readonly today: Today; readonly from: number; readonly until: number } | undefined;

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
  today(): Today {
    if (this.#aheadMs === undefined) throw new Error('The clock of the primary is not known yet');
    const now = this.monotonic() + this.#aheadMs;
    const known = this.#known;
    if (known !== undefined && now >= known.from && now < known.until) return known.today;
    const day = dayAt(now);
    const other = [dayAt(now - UNSURE_MS), dayAt(now + UNSURE_MS)].find((one) => one !== day);
    const today = { day, other };
    const isSteady = dayAt(now - UNSURE_MS - SURE_MS) === dayAt(now + UNSURE_MS + SURE_MS);
    this.#known = isSteady ? { today, from: now - SURE_MS, until: now + SURE_MS } : undefined;
    return today;
  }
}

function dayAt(ms: number): Day {
  return parisDay(new Date(ms).toISOString());
}

/** Days before a day, the nearest first. */
export function daysBefore(day: Day, count: number): Day[] {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) =>
    new Date(midnight - (index + 1) * 86_400_000).toISOString().slice(0, 10),
  );
}
