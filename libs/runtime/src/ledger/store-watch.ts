import { AccessDenied, type StoreFindings } from '#event-store';
import { adviceOn, standsThoughAnswering, storeCauseOf, type StoreCause } from '../doctor/store-cause.js';
import type { RunnerLog } from '../projection/runner-log.js';

/** While something is wrong the store is examined no more often than this, in milliseconds. */
const ILL_EVERY_MS = 3000;
/** While all is well: rights that were taken away show in no answer to a ping. */
const WELL_EVERY_MS = 30_000;

/** What the watch asks. */
export interface StoreWatchOptions {
  readonly store: { ping(): Promise<void> };
  /** Asks the store's endpoints, and what the user may do; limited in time. */
  readonly examine: () => Promise<StoreFindings>;
  readonly log: Pick<RunnerLog, 'info' | 'error'>;
  /** Milliseconds of a clock that only goes forward. */
  readonly now?: () => number;
}

/** EventStoreDB cannot be used for a reason that was found and told. It may be mended at any time. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
  constructor(readonly reason: StoreCause) {
    super(adviceOn(reason));
  }
}

/**
 * Knows why EventStoreDB cannot be used as it is configured, where the answer to a request says only that it cannot: for
 * `/readyz`, and one line in the log per cause. Asking what it knows waits for nothing.
 */
export class StoreWatch {
  #cause: StoreCause | undefined;
  #lookedAt = -Infinity;
  #answeredAt = -Infinity;
  #looking: Promise<void> | undefined;
  readonly #told = new Set<StoreCause>();

  constructor(private readonly options: StoreWatchOptions) {}

  /** Why the store cannot be used, as far as is known now. */
  get cause(): StoreCause | undefined {
    return this.#cause;
  }

  /** Throws {@link StoreUnusable}, or what the store says to a ping, unless it can be used. For the opening of the ledger. */
  async assertUsable(): Promise<void> {
    const failure = await this.#failureOfPing();
    // One that is under way may have begun before what was wrong was mended.
    await this.#looking;
    await this.#look(failure);
    if (this.#cause !== undefined) throw new StoreUnusable(this.#cause);
    if (failure !== undefined) throw failure;
  }

  /** Pings, and has a look begin where one is due, without waiting for it. Tells whether the store answered. */
  async ping(): Promise<boolean> {
    const failure = await this.#failureOfPing();
    const isWell = failure === undefined && this.#told.size === 0;
    const every = isWell ? WELL_EVERY_MS : ILL_EVERY_MS;
    if (this.#now() - this.#lookedAt >= every) void this.#look(failure);
    return failure === undefined;
  }

  /** Resolves when nothing is asked any more. */
  async settled(): Promise<void> {
    await this.#looking;
  }

  async #failureOfPing(): Promise<Error | undefined> {
    try {
      await this.options.store.ping();
    } catch (error) {
      return error as Error;
    }
    this.#answeredAt = this.#now();
    if (this.#cause !== undefined && !standsThoughAnswering(this.#cause)) this.#cause = undefined;
    return undefined;
  }

  #look(failure: Error | undefined): Promise<void> {
    this.#looking ??= this.#examine(failure).finally(() => {
      this.#lookedAt = this.#now();
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #examine(failure: Error | undefined): Promise<void> {
    const begun = this.#now();
    const findings = await this.options.examine().catch(() => undefined);
    const answers = failure === undefined || this.#answeredAt >= begun;
    const found = findings && storeCauseOf(findings, answers);
    const refused = !answers && failure instanceof AccessDenied ? 'access-refused' : undefined;
    this.#become(found ?? refused, answers);
  }

  /** Each cause is told once, until a look has shown that the store can be used again. */
  #become(cause: StoreCause | undefined, answers: boolean): void {
    const { log } = this.options;
    this.#cause = cause;
    if (cause === undefined) {
      if (!answers || this.#told.size === 0) return;
      this.#told.clear();
      log.info({ store: 'eventstoredb' }, 'the event store can be used again');
    } else if (!this.#told.has(cause)) {
      this.#told.add(cause);
      log.error({ problem: `eventstoredb: ${cause}` }, adviceOn(cause));
    }
  }

  #now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}
