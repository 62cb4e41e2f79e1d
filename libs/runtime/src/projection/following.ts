import { AnotherHistory, type EventStore, type StoredEvent } from '#event-store';
import { CatchUp } from './catch-up.js';
import { LostOwnership } from './checkpoints.js';
import { describeFailure } from './failure.js';
import { NotNow, type Follower, type FollowerPhase, type FollowerState } from './follower.js';
import type { LiveFeed, Tap } from './live-feed.js';
import type { OwnerLocks } from './owner-locks.js';
import { backOffMs, pause } from './pause.js';
import { isBefore, START, type Place } from './place.js';
import type { RunnerLog } from './runner-log.js';
import { assertSameHistory } from './same-history.js';
import type { Share } from './shares.js';
import type { Slots } from './slots.js';

const TAKEN_OVER_MS = 20;

/** What the followers of one process share. */
export interface FollowingParts {
  readonly store: EventStore;
  readonly feed: LiveFeed;
  readonly locks: OwnerLocks;
  readonly slots: Slots;
  readonly log: RunnerLog;
  readonly bufferSize: number;
  readonly tickMs: number;
  readonly maxBackOffMs: number;
  /** Waits at the common start; only the first call counts. */
  readonly atStart: (follower: string, place: Place | undefined) => Promise<void>;
}

/** Keeps one follower following: takes the lock, catches up, joins the feed, and recovers from whatever breaks. */
export class Following {
  private phase: FollowerPhase = 'standby';
  private problem: string | undefined;
  private place: Place | undefined;
  private failures = 0;
  private tickedAt = 0;
  private giveUpIfSurplus: () => void = () => undefined;

  constructor(
    private readonly follower: Follower,
    private readonly parts: FollowingParts,
    private readonly signal: AbortSignal,
  ) {}

  get state(): FollowerState {
    return { name: this.follower.name, phase: this.phase, place: this.place, problem: this.problem };
  }

  /** Follows until the signal aborts; never throws. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await this.turn();
      } catch (error) {
        await this.recover(error);
      }
    }
    this.phase = 'stopped';
  }

  private async turn(): Promise<void> {
    const lock = await this.parts.locks.tryAcquire(this.follower.name, await this.share());
    if (lock === undefined) {
      await this.standBy();
      return;
    }
    const surplus = new AbortController();
    this.giveUpIfSurplus = () => {
      if (lock.isSurplus()) surplus.abort();
    };
    try {
      await this.own(AbortSignal.any([this.signal, lock.lost, surplus.signal]));
    } finally {
      await lock.release();
    }
  }

  /** Its group, if that is shared out among processes. */
  private async share(): Promise<Share | undefined> {
    const { group } = this.follower;
    const of = await this.follower.mayFollow?.();
    return group === undefined || of === undefined || of === 1 ? undefined : { group, of };
  }

  private async own(signal: AbortSignal): Promise<void> {
    this.place = await this.follower.open();
    await assertSameHistory(this.parts.store, this.place);
    this.report('catching-up');
    await this.parts.atStart(this.follower.name, this.place);
    while (!signal.aborted) {
      const { feed } = this.parts;
      const isBehind = feed.position !== undefined && isBefore(this.place.position, feed.position);
      if (isBehind) await this.catchUp(signal);
      else await this.useTap(feed.open(this.place), signal);
    }
  }

  /** Follows by a subscription of its own until the feed can take over. */
  private async catchUp(signal: AbortSignal): Promise<void> {
    this.report('catching-up');
    const giveBack = await this.parts.slots.take();
    const own = new CatchUp(this.parts.store, this.place ?? START, this.parts.bufferSize);
    const wake = (): void => own.queue.poke();
    signal.addEventListener('abort', wake);
    let tap: Tap | undefined;
    try {
      tap = await this.meetFeed(own, signal);
    } finally {
      signal.removeEventListener('abort', wake);
      await own.stop();
      giveBack();
    }
    if (tap !== undefined) await this.useTap(tap, signal);
  }

  /** Works through its own subscription to the end, then on until it meets the feed; answers its tap there. */
  private async meetFeed(own: CatchUp, signal: AbortSignal): Promise<Tap | undefined> {
    while (!signal.aborted && !own.reachedEnd) await this.workFrom(own.queue, this.parts.tickMs);
    if (signal.aborted) return undefined;
    const tap = this.parts.feed.open(this.place ?? START);
    const isOver = (): boolean => signal.aborted || tap.queue.isDone;
    try {
      while (isBefore(this.place?.position, tap.since) && !isOver())
        await this.workFrom(own.queue, this.parts.tickMs);
      return tap;
    } catch (error) {
      this.parts.feed.close(tap);
      throw error;
    }
  }

  private async useTap(tap: Tap, signal: AbortSignal): Promise<void> {
    const wake = (): void => tap.queue.poke();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted && !tap.queue.isDone) {
        await this.workFrom(tap.queue, this.parts.tickMs);
        if (this.phase !== 'live' && this.parts.feed.isHistoryDone(this.place?.position)) this.report('live');
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.parts.feed.close(tap);
    }
  }

  private async workFrom(
    queue: { take(max: number, idleMs: number): Promise<StoredEvent[]> },
    idleMs: number,
  ): Promise<void> {
    const taken = await queue.take(this.follower.batchSize, idleMs);
    const events = taken.filter((event) => isBefore(this.place?.position, event.position));
    if (events.length > 0) {
      this.place = await this.follower.apply(events);
      this.failures = 0;
    }
    if (performance.now() - this.tickedAt < this.parts.tickMs) return;
    await this.follower.tick();
    this.giveUpIfSurplus();
    this.tickedAt = performance.now();
  }

  private async standBy(problem?: string): Promise<void> {
    this.report('standby', problem);
    void this.parts.atStart(this.follower.name, undefined);
    await pause(this.parts.tickMs, this.signal);
  }

  private async recover(error: unknown): Promise<void> {
    if (this.signal.aborted) return;
    if (error instanceof NotNow) {
      if (error.isOfGroup) await this.leaveGroup();
      await this.standBy(error.message);
      return;
    }
    // A switch in this very process takes the old build's ownership too: look at once who owns it now.
    if (error instanceof LostOwnership) {
      await pause(TAKEN_OVER_MS, this.signal);
      return;
    }
    void this.parts.atStart(this.follower.name, undefined);
    // The others go on for it meanwhile.
    await this.leaveGroup();
    const isOther = error instanceof AnotherHistory;
    this.report(isOther ? 'another-history' : 'backing-off', describeFailure(error));
    this.failures += 1;
    await pause(
      isOther ? this.parts.maxBackOffMs : backOffMs(this.failures, this.parts.maxBackOffMs),
      this.signal,
    );
  }

  private async leaveGroup(): Promise<void> {
    if (this.follower.group !== undefined) await this.parts.locks.leave(this.follower.group);
  }

  private report(phase: FollowerPhase, problem?: string): void {
    const isNews = phase !== this.phase || (phase !== 'standby' && problem !== this.problem);
    this.phase = phase;
    this.problem = problem;
    if (!isNews) return;
    const fields = { follower: this.follower.name, phase, ...(problem === undefined ? {} : { problem }) };
    if (phase === 'backing-off' || phase === 'another-history')
      this.parts.log.error(fields, `${this.follower.name} does not follow`);
    else this.parts.log.info(fields, `${this.follower.name}: ${phase}`);
  }
}
