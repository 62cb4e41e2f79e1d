import { AccessDenied, Unavailable } from '../errors.js';
import { BackOff, pause } from '../deadline.js';
import type { Calls } from './calls.js';
import { faultOf } from './classify.js';
import type { Clients } from './clients.js';
import type { NodeAddress } from './connection-string.js';
import { askNode, awayFrom } from './node-http.js';
import { readPage } from './pages.js';

/**
 * Runs that one node may need: one ends an older run that was interrupted, one takes the newest scavenge point that
 * this node has not done, one makes a new point.
 */
const MAX_RUNS = 3;
const LONGEST_WAIT_MS = 1000;
const POINTS = '$scavengePoints';

/** What scavenging takes. */
export interface ScavengeTools {
  /** With the eraser's credentials. */
  readonly clients: Clients;
  readonly calls: Calls;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Scavenges nodes until each has used a scavenge point that is later than the moment at which this object was made
 * ({@link Scavenger.begin}). A node re-uses an older point that it has not done yet, and its run says Success all the
 * same, so that alone proves nothing.
 */
export class Scavenger {
  private constructor(
    private readonly tools: ScavengeTools,
    /** Number of the newest scavenge point before; −1: none; `undefined`: these credentials may not know. */
    private readonly since: bigint | undefined,
  ) {}

  /** From now on counts what is later. Throws `AccessDenied` and `Unavailable`. */
  static async begin(tools: ScavengeTools): Promise<Scavenger> {
    return new Scavenger(tools, await newestPoint(tools.calls));
  }

  /** Scavenges one node. Gives how many runs it took. Throws `AccessDenied`, and `Unavailable` naming the node. */
  async scavenge(node: NodeAddress): Promise<number> {
    let successes = 0;
    let result = '';
    for (let runs = 1; runs <= MAX_RUNS; runs += 1) {
      const before = await newestPoint(this.tools.calls);
      result = await this.#resultOf(node, await this.#start(node));
      if (result !== 'Success') continue;
      successes += 1;
      const after = await newestPoint(this.tools.calls);
      if (this.#isLateEnough({ before, after, successes })) return runs;
    }
    throw awayFrom(
      node,
      `scavenged ${String(MAX_RUNS)} times, the last time with result ${result}, and not done`,
    );
  }

  /**
   * A run that made its point is late enough. So is one that follows a success of this node and leaves the newest point
   * behind the beginning: nothing unfinished was left for it. Who may not read the points makes all the runs.
   */
  #isLateEnough(run: { before: bigint | undefined; after: bigint | undefined; successes: number }): boolean {
    const { before, after, successes } = run;
    if (before === undefined || after === undefined || this.since === undefined)
      return successes === MAX_RUNS;
    return after > before || (successes > 1 && after > this.since);
  }

  /** Starts a run and gives its id; one that is already under way is let come to its end first. */
  async #start(node: NodeAddress): Promise<string> {
    const { clients, timeoutMs, signal } = this.tools;
    const ask = (method: 'GET' | 'POST', path: string) =>
      askNode(clients.address, node, { method, path, signal }, timeoutMs);
    for (;;) {
      const started = await ask('POST', '/admin/scavenge');
      if (started.status === 200) return idOf(node, started.text);
      if (started.status !== 400) throw refused(node, started.status);
      const running = await ask('GET', '/admin/scavenge/current');
      const id = running.status === 200 ? idOf(node, running.text) : '';
      if (id === '') await pause(LONGEST_WAIT_MS, signal);
      else await this.#resultOf(node, id);
    }
  }

  /** Waits for the end of a run, however long it takes, as long as its node answers. */
  async #resultOf(node: NodeAddress, id: string): Promise<string> {
    const { clients, signal, timeoutMs } = this.tools;
    const client = clients.ofNode(node);
    const backOff = new BackOff();
    let heard = performance.now();
    try {
      for (;;) {
        signal.throwIfAborted();
        const result = await this.#lookAt(client, id).catch((error: unknown) => error as Error);
        if (typeof result === 'string') return result;
        if (result === undefined) heard = performance.now();
        else if (performance.now() - heard > timeoutMs)
          throw awayFrom(node, `it fell silent during scavenge ${id}`, result);
        await pause(Math.min(backOff.next(), LONGEST_WAIT_MS), signal);
      }
    } finally {
      clients.close(client);
    }
  }

  /** The result of a run, if it has one. Throws what the client throws, and `AccessDenied`. */
  async #lookAt(client: ReturnType<Clients['ofNode']>, id: string): Promise<string | undefined> {
    const { credentials } = client;
    const newest = { credentials, direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    const read = client.readStream(`$scavenges-${id}`, newest);
    const page = await readPage(read, this.tools.timeoutMs).catch((error: unknown) => {
      if (faultOf(error).kind === 'absent') return undefined;
      throw error;
    });
    const last = page?.events[0];
    return last?.type === '$scavengeCompleted' ? (last.data as { result: string }).result : undefined;
  }
}

function idOf(node: NodeAddress, text: string): string {
  try {
    return (JSON.parse(text) as { scavengeId?: string | null }).scavengeId ?? '';
  } catch (error) {
    throw awayFrom(node, 'its answer about a scavenge is no JSON', error);
  }
}

function refused(node: NodeAddress, status: number): Unavailable {
  const hint = status === 404 ? ' (does it run with --disable-admin-ui?)' : '';
  return awayFrom(node, `answers ${String(status)} to POST /admin/scavenge${hint}`);
}

/** Number of the newest scavenge point, −1 without any, `undefined` for who may not read them. */
async function newestPoint(calls: Calls): Promise<bigint | undefined> {
  try {
    const decided = await calls.read((client, ms) =>
      readPage(
        client.readStream(POINTS, {
          ...client.toLeader,
          direction: 'backwards',
          fromRevision: 'end',
          maxCount: 1,
        }),
        ms,
      ),
    );
    if (decided.verdict === undefined) return decided.answer.events[0]?.revision ?? -1n;
    if (decided.verdict.kind === 'absent') return -1n;
    throw new Unavailable('notWritten', { cause: decided.cause });
  } catch (error) {
    // A wrong password is found out by the scavenge itself.
    if (error instanceof AccessDenied) return undefined;
    throw error;
  }
}
