import { AccessDenied, Unavailable } from '../errors.js';
import { BackOff, pause } from '../deadline.js';
import { faultOf, isVerdict, mayBeDone, type Fault, type Verdict } from './classify.js';
import type { Clients } from './clients.js';
import type { NodeClient } from './node-client.js';
import type { Settings } from './settings.js';

/** A call of the client; it must settle within so many milliseconds of silence. */
export type Call<T> = (client: NodeClient, ms: number) => Promise<T>;

/** What a call came to. `isRepeated`: an earlier attempt may have done it already. */
export type Decided<T> = { readonly isRepeated: boolean } & (
  | { readonly answer: T; readonly verdict?: undefined }
  | { readonly verdict: Verdict; readonly cause: unknown }
);

/** Attempts to reach a single node: a new connection may be handed a dead one, once. */
const KNOCKS = 3;
const LONGEST_WAIT_MS = 500;
/** With less time than this an attempt would only make an outcome unknown that is known. */
const LEAST_ATTEMPT_MS = 200;

/** What happened so far to one call. */
interface Story {
  readonly end: number;
  readonly backOff: BackOff;
  isRepeated: boolean;
  lost: number;
  unreachable: number;
}

/**
 * Makes one call again and again, identically, until the store has decided it or the caller's time is over. Nodes that
 * are not the leader, not ready or busy, and answers that leave the outcome open, are asked again; a node that is silent
 * is left for another. A write may be repeated because its ids and its exact revision make it one write.
 */
export class Calls {
  constructor(
    private readonly clients: Clients,
    private readonly settings: Settings,
    private readonly stopped: AbortSignal,
  ) {}

  /** A call that may write. Throws `AccessDenied`, and `Unavailable` with what is known about the outcome. */
  async write<T>(call: Call<T>, timeoutMs: number): Promise<Decided<T>> {
    const end = performance.now() + timeoutMs;
    const story = { end, backOff: new BackOff(), isRepeated: false, lost: 0, unreachable: 0 };
    for (;;) {
      const client = this.clients.current;
      const ms = Math.max(1, Math.min(this.settings.attemptMs, end - performance.now()));
      try {
        return { answer: await call(client, ms), isRepeated: story.isRepeated };
      } catch (cause) {
        const fault = faultOf(cause);
        if (fault.kind === 'denied') throw new AccessDenied('The event store refused access', { cause });
        if (isVerdict(fault)) return { verdict: fault, cause, isRepeated: story.isRepeated };
        story.isRepeated ||= mayBeDone(fault);
        if (fault.kind === 'silent') this.clients.replace(client);
        const outcome = story.isRepeated ? 'unknown' : 'notWritten';
        if (!(await this.#again(fault, story))) throw new Unavailable(outcome, { cause });
      }
    }
  }

  /** A call that only reads. Throws `AccessDenied` and `Unavailable('notWritten')`. */
  async read<T>(call: Call<T>): Promise<Decided<T>> {
    try {
      return await this.write(call, this.settings.timeoutMs);
    } catch (error) {
      if (error instanceof Unavailable) throw new Unavailable('notWritten', { cause: error.cause });
      throw error;
    }
  }

  /** Waits a little if another attempt is worth it and there is time; otherwise false. */
  async #again(fault: Fault, story: Story): Promise<boolean> {
    if (fault.kind === 'lost' && ++story.lost > this.settings.resends) return false;
    if (fault.kind === 'unreachable' && ++story.unreachable >= KNOCKS && this.clients.isOneNode) return false;
    const wait = fault.kind === 'silent' ? 0 : Math.min(story.backOff.next(), LONGEST_WAIT_MS);
    if (story.end - performance.now() < wait + LEAST_ATTEMPT_MS) return false;
    await pause(wait, this.stopped);
    return !this.stopped.aborted;
  }
}
