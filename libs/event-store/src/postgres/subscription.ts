import { Unavailable } from '../errors.js';
import type { CaughtUp, Checkpoint, StoredEvent } from '../port.js';
import { BackOff, pause } from '../deadline.js';
import { START, type Feed, type Page } from './feed.js';
import type { Listener } from './listener.js';
import type { Place } from './rows.js';
import type { Settings } from './settings.js';

/**
 * Follows the total order: pages until nothing is left, then waits for a hint or for the timer and looks again. In
 * history it fetches one page ahead while the consumer takes the one before, and no further, so a slow consumer slows
 * only itself. A store that does not answer is asked again, for ever; nothing is lost, because the place is kept here.
 */
export class Subscription {
  #place: Place = START;
  /** A checkpoint from outside, until its anchor is verified. */
  #unverified: Checkpoint | undefined;
  #ahead: Promise<Page | Error> | undefined;

  constructor(
    private readonly feed: Feed,
    private readonly listener: Listener,
    private readonly settings: Settings,
    after: Checkpoint | 'start',
  ) {
    if (after === 'start') return;
    this.#place = { position: after.position };
    this.#unverified = after;
  }

  /** Delivers until the signal aborts. Throws `AnotherHistory` and `AccessDenied`. */
  async *follow(signal: AbortSignal): AsyncGenerator<StoredEvent | CaughtUp> {
    const bell = new Bell();
    const unlisten = this.listener.onHint(() => {
      bell.ring();
    });
    let caughtUp = false;
    try {
      while (!signal.aborted) {
        bell.reset();
        const page = await this.#nextPage(signal);
        if (page === undefined) return;
        const isMark: boolean = page.isLast && !caughtUp;
        caughtUp ||= isMark;
        yield* untilAborted(isMark ? [...page.events, { kind: 'caughtUp' }] : page.events, signal);
        if (page.isLast) await bell.wait(this.settings.pollIntervalMs, signal);
      }
    } finally {
      unlisten();
    }
  }

  /** The next page, however often it must be asked for; `undefined` once the signal aborts. */
  async #nextPage(signal: AbortSignal): Promise<Page | undefined> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      const page = await resultUnlessAborted(this.#ahead ?? this.#tryPage(), signal);
      this.#ahead = undefined;
      if (page === undefined) return undefined;
      if (!(page instanceof Error)) {
        if (!page.isLast) this.#ahead = this.#tryPage();
        return page;
      }
      if (!(page instanceof Unavailable)) throw page;
      this.settings.onTrouble(page);
      await pause(backOff.next(), signal);
    }
    return undefined;
  }

  async #tryPage(): Promise<Page | Error> {
    try {
      if (this.#unverified !== undefined) await this.feed.verify(this.#unverified);
      this.#unverified = undefined;
      const page = await this.feed.pageAfter(this.#place);
      this.#place = page.last;
      return page;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** The items one by one, until the signal aborts. */
function* untilAborted<T>(items: readonly T[], signal: AbortSignal): Generator<T> {
  for (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

/** A hint that is not lost when it comes before the wait. */
class Bell {
  #rung = false;
  #ringing: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#ringing?.();
  }

  reset(): void {
    this.#rung = false;
  }

  /** Resolves at a ring since the last reset, after the time, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#rung) return;
    const woken = new AbortController();
    this.#ringing = () => {
      woken.abort();
    };
    await pause(ms, AbortSignal.any([signal, woken.signal]));
    this.#ringing = undefined;
  }
}

/** The result of a call, or `undefined` as soon as the signal aborts. */
async function resultUnlessAborted<T>(call: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const settled = new AbortController();
  const aborted = pause(2 ** 31 - 1, AbortSignal.any([signal, settled.signal])).then(() => undefined);
  try {
    return await Promise.race([call, aborted]);
  } finally {
    settled.abort();
  }
}
