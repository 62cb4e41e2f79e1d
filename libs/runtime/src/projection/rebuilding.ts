import { asError, describeFailure } from './failure.js';
import type { FollowingParts } from './following.js';
import { backOffMs, pause } from './pause.js';
import type { NextBuild } from './next-build.js';
import type { ProjectorParts } from './projector.js';
import { Rebuild } from './rebuild.js';
import { RebuildRecords } from './rebuild-record.js';

/** After so many interruptions without progress between them a rebuild is given up, and its reason shown. */
const MAX_FAILURES = 8;

/** Runs the rebuilds of one process: one at a time per projection, over all processes. */
export class Rebuilding {
  private readonly records: RebuildRecords;
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly notBefore = new Map<string, number>();

  constructor(
    private readonly parts: ProjectorParts,
    private readonly following: FollowingParts,
    private readonly batchSize: number,
    private readonly signal: AbortSignal,
  ) {
    this.records = new RebuildRecords(parts.pool);
  }

  /** Begins a rebuild unless this process is at it already: it is asked for at each look until it is done. */
  start(name: string, next: () => NextBuild): void {
    const isResting = performance.now() < (this.notBefore.get(name) ?? 0);
    if (this.underWay.has(name) || isResting || this.signal.aborted) return;
    const done = this.run(next())
      .catch((error: unknown) => {
        this.parts.log.error(
          { projection: name, problem: describeFailure(error) },
          'a rebuild could not be run',
        );
      })
      .finally(() => this.underWay.delete(name));
    this.underWay.set(name, done);
  }

  /** Waits for those that are under way; they end early when the signal aborts. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay.values());
  }

  private async run(next: NextBuild): Promise<void> {
    const { name } = next.projection;
    const lock = await this.following.locks.tryAcquire(`${name}:next`);
    // Another process builds it.
    if (lock === undefined) return;
    try {
      await this.untilDone(next, AbortSignal.any([this.signal, lock.lost]));
    } finally {
      await lock.release();
    }
  }

  private async untilDone(next: NextBuild, signal: AbortSignal): Promise<void> {
    const { name } = next.projection;
    let failures = 0;
    while (!signal.aborted && failures < MAX_FAILURES) {
      const before = next.place.seen;
      const error = await this.once(next, signal);
      if (error === undefined) return;
      failures = next.place.seen > before ? 1 : failures + 1;
      await this.interrupted(name, error, failures, signal);
    }
    this.notBefore.set(name, performance.now() + this.following.maxBackOffMs);
  }

  /** One attempt; answers what interrupted it. */
  private async once(next: NextBuild, signal: AbortSignal): Promise<Error | undefined> {
    const { parts, following, records, batchSize } = this;
    try {
      await new Rebuild(next, parts, following, records, batchSize, signal).run();
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      return asError(error);
    }
  }

  private async interrupted(
    name: string,
    error: unknown,
    failures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const problem = describeFailure(error);
    this.parts.log.error({ projection: name, problem }, 'a rebuild was interrupted and goes on');
    const phase = failures >= MAX_FAILURES ? 'failed' : 'building';
    await this.records.note(name, phase, { problem }).catch(() => undefined);
    await pause(backOffMs(failures, this.following.maxBackOffMs), signal);
  }
}
