import pg from 'pg';
import { BackOff, pause, within } from '../deadline.js';
import { APPENDED_CHANNEL } from './functions.js';
import type { Settings } from './settings.js';
import { discard } from './writer-connection.js';

const HEARTBEAT_MS = 15_000;

/**
 * The connection on which the server says that something was appended. It is only a hint: whoever waits also looks
 * by a timer, so a notification that is lost costs time and never an event. Connected while somebody waits for it.
 */
export class Listener {
  readonly #wakers = new Set<() => void>();
  #stop: AbortController | undefined;

  constructor(private readonly settings: Settings) {}

  /** Calls back at each hint, until the returned function is called. */
  onHint(wake: () => void): () => void {
    this.#wakers.add(wake);
    this.#stop ??= this.#start();
    return () => {
      this.#wakers.delete(wake);
      if (this.#wakers.size === 0) this.end();
    };
  }

  /** Closes the connection. */
  end(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  #start(): AbortController {
    const stop = new AbortController();
    void this.#listenUntil(stop.signal);
    return stop;
  }

  async #listenUntil(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    while (!signal.aborted) {
      const client = new pg.Client({
        ...this.settings.connection,
        connectionTimeoutMillis: this.settings.timeoutMs,
      });
      try {
        await this.#listen(client, signal, () => {
          backOff.reset();
        });
      } catch {
        // The timer of each subscription does the work meanwhile; its own failures are the ones reported.
      }
      discard(client);
      await pause(backOff.next(), signal);
    }
  }

  /** Returns when the signal aborts, throws when the connection is lost or silent. */
  async #listen(client: pg.Client, signal: AbortSignal, connected: () => void): Promise<void> {
    const broken = new Promise<never>((_, reject) => {
      client.on('error', reject);
      client.on('end', () => {
        reject(new Error('The connection ended'));
      });
    });
    broken.catch(() => undefined);
    client.on('notification', () => {
      this.#wake();
    });
    await client.connect();
    await within(this.settings.timeoutMs, client.query(`LISTEN ${APPENDED_CHANNEL}`));
    connected();
    this.#wake();
    for (;;) {
      await Promise.race([pause(HEARTBEAT_MS, signal), broken]);
      if (signal.aborted) return;
      await within(this.settings.timeoutMs, client.query('SELECT 1'));
    }
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}
