import { parisDay, type Clock, type Day, type Instant } from '#kernel';

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
 * An answer is always late, so of the answers of the last minute the least late one is believed; after a minute of others
 * a clock that was set back is believed too.
 */
const BELIEVED_MS = 60_000;

/**
 * The clock of PostgreSQL's primary as this process saw it, carried on by the monotonic clock: all processes have one
 * time and count days by it, whatever their machines' clocks say. Until the primary has answered once, this machine's
 * clock must do.
 */
export class PrimaryClock implements Clock {
  #aheadMs: number | undefined;
  #seenAt = 0;
  #known: { readonly today: Today; readonly from: number; readonly until: number } | undefined;

  /** `monotonic` gives milliseconds of a clock that never jumps. */
  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /** False until the primary has answered once. */
  get isKnown(): boolean {
    return this.#aheadMs !== undefined;
  }

  /** The primary has just said what time it is there. */
  observe(primary: Date): void {
    const now = this.monotonic();
    const aheadMs = primary.getTime() - now;
    const isBelieved = this.#aheadMs !== undefined && now - this.#seenAt < BELIEVED_MS;
    if (isBelieved && this.#aheadMs !== undefined && aheadMs < this.#aheadMs) return;
    this.#aheadMs = aheadMs;
    this.#seenAt = now;
  }

  /** Now, as the primary would say. */
  now(): Instant {
    if (this.#aheadMs === undefined) return new Date().toISOString();
    return new Date(this.monotonic() + this.#aheadMs).toISOString();
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
