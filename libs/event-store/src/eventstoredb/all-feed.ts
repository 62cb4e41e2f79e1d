import type { AllStreamResolvedEvent, AllStreamSubscription } from '@eventstore/db-client';
import { pause } from '../deadline.js';
import type { Position } from '../port.js';
import { positionOf, recordedOf, type Recorded } from './events.js';
import type { NodeClient } from './node-client.js';
import { readPage } from './pages.js';
import { placeOf } from './positions.js';
import type { Settings } from './settings.js';

/** Messages that the client itself keeps ready: few, because each may weigh a megabyte. */
const AHEAD = 2;

/** Where a feed leaves what it hears. Its functions must not throw. */
export interface FeedSink {
  confirmed(): void;
  deliver(event: Recorded): void;
  caughtUp(): void;
  readonly isFull: boolean;
  onRoom(wake: () => void): () => void;
}

/**
 * One subscription to `$all`, from a place to its end. It ends with an error: subscriptions of this client are not
 * resumed. While the sink is full it takes nothing more: in history the server waits, live it ends the subscription,
 * and whoever resumes it loses nothing. Silence is looked into, because a dead connection says nothing either.
 */
export class AllFeed {
  readonly #subscription: AllStreamSubscription;
  /** Newest position heard of, also of events that nobody is told of. */
  #heard: Position | undefined;
  #isQuiet = true;
  #isPaused = false;
  #misses = 0;
  #forgetRoom = (): void => undefined;
  /** Events that the client still holds and that come before the caught-up mark. */
  #beforeMark: number | undefined;

  constructor(
    private readonly client: NodeClient,
    private readonly settings: Settings,
    private readonly sink: FeedSink,
    after: Position | undefined,
  ) {
    this.#heard = after;
    const place = after === undefined ? undefined : placeOf(after);
    const options = { credentials: client.credentials, fromPosition: place ?? ('start' as const) };
    this.#subscription = client.subscribeToAll(options, { highWaterMark: AHEAD });
  }

  /** Runs until the signal aborts, then resolves; rejects with what ended the subscription. */
  run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    return new Promise<void>((resolve, reject) => {
      this.#listen(reject, ended.signal);
      void this.#watch(ended.signal).catch(reject);
      const stop = (): void => {
        resolve();
      };
      signal.addEventListener('abort', stop, { once: true });
      ended.signal.addEventListener('abort', () => {
        signal.removeEventListener('abort', stop);
      });
      if (signal.aborted) stop();
    }).finally(() => {
      ended.abort();
      this.#forgetRoom();
      this.#subscription.unsubscribe().catch(() => undefined);
    });
  }

  #listen(fail: (error: Error) => void, ended: AbortSignal): void {
    // These listeners stay: an error without one ends the process, however late it comes.
    this.#subscription.on('error', fail);
    for (const name of ['end', 'close'] as const) {
      this.#subscription.on(name, () => {
        fail(new Error('The server ended the subscription'));
      });
    }
    this.#subscription.on('confirmation', () => {
      if (!ended.aborted) this.sink.confirmed();
    });
    this.#subscription.on('caughtUp', () => {
      if (!ended.aborted) this.#mark(this.#subscription.readableLength);
    });
    this.#subscription.on('data', (resolved: AllStreamResolvedEvent) => {
      if (!ended.aborted) this.#take(resolved, ended);
    });
  }

  #take(resolved: AllStreamResolvedEvent, ended: AbortSignal): void {
    this.#isQuiet = false;
    const event = recordedOf(resolved);
    if (event !== undefined) {
      this.#heard = positionOf(event);
      this.sink.deliver(event);
    }
    if (this.#beforeMark !== undefined) this.#mark(this.#beforeMark - 1);
    if (this.sink.isFull) this.#pause(ended);
  }

  /** The client says "caught up" as soon as it hears it, while it may still hold events that come before. */
  #mark(eventsBefore: number): void {
    this.#beforeMark = eventsBefore > 0 ? eventsBefore : undefined;
    if (eventsBefore <= 0) this.sink.caughtUp();
  }

  #pause(ended: AbortSignal): void {
    this.#isPaused = true;
    this.#subscription.pause();
    this.#forgetRoom = this.sink.onRoom(() => {
      this.#isPaused = false;
      this.#isQuiet = false;
      if (!ended.aborted) this.#subscription.resume();
    });
  }

  /** Throws when the node does not answer, or twice holds something that this subscription has not delivered. */
  async #watch(ended: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.settings.watchMs, ended);
      if (ended.aborted) return;
      const isQuiet = this.#isQuiet && !this.#isPaused;
      this.#isQuiet = true;
      this.#misses = isQuiet && (await this.#isBehind()) ? this.#misses + 1 : 0;
      if (this.#misses >= 2) throw new Error('The subscription has fallen silent');
    }
  }

  async #isBehind(): Promise<boolean> {
    const { credentials } = this.client;
    const read = this.client.readAll({
      credentials,
      direction: 'backwards',
      fromPosition: 'end',
      maxCount: 1,
    });
    const [newest] = (await readPage(read, this.settings.timeoutMs)).events;
    return newest !== undefined && positionOf(newest) > (this.#heard ?? '') && !this.#isPaused;
  }
}
