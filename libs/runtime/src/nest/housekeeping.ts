import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { KeyStore } from '#subject-keys';
import { CommandLog } from '../command/command-log.js';
import { KeyDeclaration } from '../personal/key-declaration.js';
import { KEY_STORE } from './tokens.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Something that is due again and again. */
interface Chore {
  readonly name: string;
  readonly everyMs: number;
  run(): Promise<unknown>;
}

/**
 * What nobody asks for and must be done: the primary's clock is read, rows of the command log and their keys go after seven days, keys that a dead
 * process left pending are finished. Several processes may do it at once.
 */
@Injectable()
export class Housekeeping implements OnApplicationShutdown {
  readonly #chores: readonly Chore[];
  readonly #logger = new Logger(Housekeeping.name);
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(
    commandLog: CommandLog,
    declaration: KeyDeclaration,
    @Inject(KEY_STORE) keyStore: Pick<KeyStore, 'daily'>,
  ) {
    this.#chores = [
      { name: 'clock', everyMs: MINUTE_MS, run: () => commandLog.readClock() },
      { name: 'pending keys', everyMs: MINUTE_MS, run: () => declaration.finishPending() },
      { name: 'command log', everyMs: HOUR_MS, run: () => commandLog.purge() },
      { name: 'daily keys', everyMs: HOUR_MS, run: () => keyStore.daily.purge() },
    ];
  }

  /** Does everything now and then again and again. Call it once the ledger is open. */
  start(): void {
    if (this.#timers.length > 0) return;
    for (const chore of this.#chores) {
      this.begin(chore);
      this.#timers.push(setInterval(() => this.begin(chore), chore.everyMs).unref());
    }
  }

  /** Stops and waits for what is under way. */
  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    await Promise.all(this.#running);
  }

  private begin(chore: Chore): void {
    const run = this.attempt(chore).finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** What fails now is due again; messages may hold addresses, so only the kind of error is logged. */
  private async attempt(chore: Chore): Promise<void> {
    try {
      await chore.run();
    } catch (error) {
      this.#logger.warn(`${chore.name}: ${error instanceof Error ? error.name : 'failed'}`);
    }
  }
}
