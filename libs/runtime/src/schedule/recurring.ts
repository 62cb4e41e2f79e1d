import { isTooManyConnections, TOO_MANY_CONNECTIONS } from '../ledger/too-many-connections.js';
import { backOffMs, pause } from '../projection/pause.js';
import { SILENT, type RunnerLog } from '../projection/runner-log.js';
import { UNMETERED, type WorkMeter } from './work-meter.js';

/** Work that is due again and again in one process. */
export interface RecurringWork {
  /** Stands in the log and, with hyphens, in the metrics. */
  readonly name: string;
  /** At most this long from the end of a run that succeeded to the next one, in milliseconds. */
  readonly everyMs: number;
  /**
   * One run; the signal aborts when the process ends. Answers how many things it did. What it throws is due again soon.
   */
  run(signal: AbortSignal): Promise<number>;
}

/** What a spec replaces. */
export interface RecurringOptions {
  readonly log?: RunnerLog;
  readonly meter?: WorkMeter;
  /** Waits, or returns at once when the signal aborts. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1. */
  readonly random?: () => number;
}

/** A pause is shorter by up to this share, so that processes that started together do not act together. */
const JITTER = 0.1;
const MAX_BACK_OFF_MS = 15_000;

/**
 * Runs one work again and again: at once, then after each pause, never twice at the same time. A run that fails is
 * tried again with back-off; the log names the kind of error only, because messages may hold addresses.
 */
export class Recurring {
  readonly #stopped = new AbortController();
  readonly #options: Required<RecurringOptions>;
  #running: Promise<void> | undefined;

  constructor(
    private readonly work: RecurringWork,
    { log = SILENT, meter = UNMETERED, wait = pause, random = Math.random }: RecurringOptions = {},
  ) {
    this.#options = { log, meter, wait, random };
    meter.expect(work);
  }

  /** Begins; a second call changes nothing. */
  start(): void {
    this.#running ??= this.repeat();
  }

  /** Aborts what is under way and resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  private async repeat(): Promise<void> {
    const { signal } = this.#stopped;
    const { wait, random } = this.#options;
    for (let failures = 0; !signal.aborted;) {
      failures = (await this.succeeds()) ? 0 : failures + 1;
      const { everyMs } = this.work;
      const next = failures === 0 ? everyMs * (1 - JITTER * random()) : backOffMs(failures, MAX_BACK_OFF_MS);
      await wait(Math.min(next, everyMs), signal);
    }
  }

  private async succeeds(): Promise<boolean> {
    const { signal } = this.#stopped;
    const { log, meter } = this.#options;
    const { name } = this.work;
    const run = meter.begin(name);
    try {
      run.succeeded(await this.work.run(signal));
      return true;
    } catch (error) {
      // What is given up because the process ends is no problem.
      if (!signal.aborted) {
        run.failed();
        const kind = error instanceof Error ? error.name : 'failed';
        const problem = isTooManyConnections(error) ? TOO_MANY_CONNECTIONS : kind;
        log.warn({ work: name, problem }, 'recurring work failed and is tried again');
      }
      return false;
    }
  }
}
