import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '#event-store';
import type { Ledger, LedgerIdentity } from './ledger.js';
import { LedgerRefused, type RefusalReason } from './ledger-refused.js';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;

/** One thing that must be done before the ledger is open, with a name for whoever waits. */
export interface OpeningStep {
  readonly name: string;
  run(): Promise<void>;
}

/** How the opening stands: what `/readyz` reports. It names steps and kinds of errors, no address and no credentials. */
export type OpeningState =
  | { readonly state: 'opening'; readonly step: string; readonly attempts: number; readonly problem?: string }
  | { readonly state: 'open' }
  | { readonly state: 'refused'; readonly problem: RefusalReason; readonly explanation: string };

/** What opens a ledger. */
export interface LedgerGateOptions {
  /** In order; each is repeated until it succeeds, and so may run more than once. */
  readonly steps: readonly OpeningStep[];
  /** The last step. */
  readonly identify: () => Promise<LedgerIdentity>;
  /** Told of every failed attempt, for the log. */
  readonly onFailure?: (step: string, error: unknown) => void;
  /** Longest pause between two attempts, in milliseconds. */
  readonly maxPauseMs?: number;
}

/**
 * Opens the ledger in the background, so that a server starts while its databases are away: it is degraded until they
 * answer, and then recovers by itself.
 */
export class LedgerGate implements Ledger {
  readonly #stopped = new AbortController();
  #state: OpeningState = { state: 'opening', step: 'start', attempts: 0 };
  #identity: LedgerIdentity | undefined;
  #refused: LedgerRefused | undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly options: LedgerGateOptions) {}

  /** Throws `Unavailable` until the ledger is open, {@link LedgerRefused} if store and databases do not belong together. */
  identity(): LedgerIdentity {
    if (this.#identity !== undefined) return this.#identity;
    if (this.#refused !== undefined) throw this.#refused;
    throw new Unavailable('notWritten');
  }

  /** How the opening stands. */
  state(): OpeningState {
    return this.#state;
  }

  /** Starts opening; never throws. Resolves when the ledger is open, refused, or the gate was stopped. */
  start(): Promise<void> {
    this.#running ??= this.open();
    return this.#running;
  }

  /** Gives up and resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  private async open(): Promise<void> {
    const { steps, identify } = this.options;
    const identifying: OpeningStep = {
      name: 'ledger',
      run: async () => {
        this.#identity = await identify();
      },
    };
    for (const step of [...steps, identifying]) {
      if (!(await this.untilDone(step))) return;
    }
    this.#state = { state: 'open' };
  }

  /** False: refused or stopped. */
  private async untilDone(step: OpeningStep): Promise<boolean> {
    const { name } = step;
    for (let attempts = 1; !this.#stopped.signal.aborted; attempts += 1) {
      if (attempts === 1) this.#state = { state: 'opening', step: name, attempts };
      try {
        await step.run();
        return true;
      } catch (error) {
        this.options.onFailure?.(name, error);
        if (error instanceof LedgerRefused) {
          this.#refused = error;
          this.#state = { state: 'refused', problem: error.reason, explanation: error.message };
          return false;
        }
        this.#state = { state: 'opening', step: name, attempts, problem: problemOf(error) };
        await this.pause(attempts);
      }
    }
    return false;
  }

  private async pause(attempts: number): Promise<void> {
    const { maxPauseMs = MAX_PAUSE_MS } = this.options;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10), maxPauseMs);
    const jittered = pause * (0.5 + Math.random() / 2);
    await sleep(jittered, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }
}

/** The code of the system or the database, or the kind of error: messages may hold addresses. */
function problemOf(error: unknown): string {
  const { code, name, cause } = (error ?? {}) as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{1,40}$/.test(code)) return code;
  if (cause !== undefined) return problemOf(cause);
  return typeof name === 'string' ? name : 'Error';
}
