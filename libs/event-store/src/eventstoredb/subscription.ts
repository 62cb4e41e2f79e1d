import { Unavailable } from '../errors.js';
import { BackOff, pause } from '../deadline.js';
import type { CaughtUp, Checkpoint, Position, StoredEvent } from '../port.js';
import { isPersonalStream, isSystemEvent } from '../stream-name.js';
import { AllFeed, type FeedSink } from './all-feed.js';
import type { Calls } from './calls.js';
import { toStoreError } from './classify.js';
import type { Clients } from './clients.js';
import { positionOf, toStoredEvent, weightOf, type Recorded } from './events.js';
import { assertSameHistory } from './history.js';
import { Inbox } from './inbox.js';
import type { Settings } from './settings.js';

/** At most about this many bytes wait for the consumer. */
const INBOX_BYTES = 1024 * 1024;

/**
 * Follows `$all` for ever: whenever a feed ends, the next one begins at the anchor, the newest event whose stream is never
 * purged, and drops what is at or before the place reached. To resume at the place itself would lose the first survivor
 * behind it once its event has been scavenged.
 */
export class Subscription implements FeedSink {
  readonly #inbox: Inbox<StoredEvent | CaughtUp>;
  readonly #backOff = new BackOff();
  #place: Position | undefined;
  #anchor: Checkpoint['anchor'] | undefined;
  #isCaughtUp = false;

  constructor(
    private readonly clients: Clients,
    private readonly calls: Calls,
    private readonly settings: Settings,
    after: Checkpoint | 'start',
  ) {
    this.#inbox = new Inbox({ items: settings.bufferEvents, bytes: INBOX_BYTES });
    if (after === 'start') return;
    this.#place = after.position;
    this.#anchor = after.anchor;
  }

  /** Delivers until the signal aborts. Throws `AnotherHistory` and `AccessDenied`. */
  async *follow(signal: AbortSignal): AsyncGenerator<StoredEvent | CaughtUp> {
    const left = new AbortController();
    const stop = AbortSignal.any([signal, left.signal]);
    const supervising = this.#supervise(stop).catch((error: unknown) => {
      this.#inbox.fail(toStoreError(error));
    });
    try {
      for (;;) {
        const item = await this.#inbox.take(signal);
        if (item === undefined) return;
        yield item;
      }
    } finally {
      left.abort();
      await supervising;
    }
  }

  confirmed(): void {
    this.#backOff.reset();
  }

  /** Each event once, in order; the store's own events never. */
  deliver(event: Recorded): void {
    const position = positionOf(event);
    if (this.#place !== undefined && position <= this.#place) return;
    if (isSystemEvent(event.streamId, event.type)) return;
    this.#place = position;
    if (!isPersonalStream(event.streamId)) this.#anchor = { position, eventId: event.id };
    this.#inbox.put(toStoredEvent(event), weightOf(event.data) + weightOf(event.metadata));
  }

  caughtUp(): void {
    if (this.#isCaughtUp) return;
    this.#isCaughtUp = true;
    this.#inbox.put({ kind: 'caughtUp' }, 0);
  }

  get isFull(): boolean {
    return this.#inbox.isFull;
  }

  onRoom(wake: () => void): () => void {
    return this.#inbox.onRoom(wake);
  }

  /** One feed after the other, until the signal aborts or nothing can come any more. */
  async #supervise(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#feed(signal);
      } catch (error) {
        if (isOver(signal)) return;
        const failure = toStoreError(error);
        if (!(failure instanceof Unavailable)) {
          this.#inbox.fail(failure);
          return;
        }
        this.settings.onTrouble(failure);
        await pause(this.#backOff.next(), signal);
        await this.#room(signal);
      }
    }
  }

  async #feed(signal: AbortSignal): Promise<void> {
    if (this.#place !== undefined && this.#anchor !== undefined) {
      await unlessAborted(
        assertSameHistory(this.calls, { position: this.#place, anchor: this.#anchor }),
        signal,
      );
    }
    if (signal.aborted) return;
    const client = this.clients.own();
    try {
      await new AllFeed(client, this.settings, this, this.#anchor?.position).run(signal);
    } finally {
      this.clients.close(client);
    }
  }

  /** A consumer that is slow is not sent more before it has done half of what waits. */
  #room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        forget();
        resolve();
      };
      let forget = (): void => undefined;
      signal.addEventListener('abort', done, { once: true });
      forget = this.#inbox.onRoom(done);
      if (signal.aborted) done();
    });
  }
}

/** Asked anew: what was false before an `await` may be true after it. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Waits for the call, but not beyond the abort of the signal. */
async function unlessAborted(call: Promise<void>, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const aborted = pause(2 ** 31 - 1, AbortSignal.any([signal, settled.signal]));
  try {
    await Promise.race([call, aborted]);
  } finally {
    settled.abort();
    call.catch(() => undefined);
  }
}
