import { setMaxListeners } from 'node:events';
import type { Pool } from 'pg';
import type { EventStore } from '#event-store';
import type { Follower, FollowerState } from './follower.js';
import { Following, type FollowingParts } from './following.js';
import { LiveFeed } from './live-feed.js';
import { OwnerLocks } from './owner-locks.js';
import type { Place } from './place.js';
import { SILENT, type RunnerLog } from './runner-log.js';
import { Slots } from './slots.js';
import { StartingLine } from './starting-line.js';

export interface LedgerFeedOptions {
  readonly store: EventStore;
  /** Read-model database; two of its connections at least stay with the feed, and one per follower at work. */
  readonly pool: Pool;
  readonly log?: RunnerLog;
  /** Events that wait for one follower at most. */
  readonly bufferSize?: number;
  /** How often ownership, requests and locks are looked at. */
  readonly tickMs?: number;
  readonly maxBackOffMs?: number;
  /** After so long a silence of this process another one takes its followers over; 15 seconds by default. */
  readonly leaseMs?: number;
  /** Subscriptions beside the shared one: rebuilds and followers that catch up. */
  readonly extraSubscriptions?: number;
}

/**
 * The log as one process follows it: one shared subscription for all that is live, a few of their own for what is
 * behind, one owner per follower over all processes. Projections, audit copy and reactors add themselves to it.
 */
export class LedgerFeed {
  readonly store: EventStore;
  readonly pool: Pool;
  readonly log: RunnerLog;
  private readonly followers: Follower[] = [];
  private readonly locks: OwnerLocks;
  private readonly feed: LiveFeed;
  private readonly slots: Slots;
  private readonly settings: { bufferSize: number; tickMs: number; maxBackOffMs: number };
  private readonly control = new AbortController();
  private readonly following = new Map<string, { follow: Following; done: Promise<void> }>();
  private readonly background: ((signal: AbortSignal) => Promise<void>)[] = [];
  private alongside: Promise<void>[] = [];
  private readonly atStart = new Map<string, (place: Place | undefined) => Promise<void>>();

  constructor(options: LedgerFeedOptions) {
    const { bufferSize = 1_000, tickMs = 1_000, maxBackOffMs = 30_000, log = SILENT } = options;
    this.store = options.store;
    this.pool = options.pool;
    this.log = log;
    this.settings = { bufferSize, tickMs, maxBackOffMs };
    this.locks = new OwnerLocks(options.pool, options);
    this.feed = new LiveFeed(options.store, log, bufferSize);
    this.slots = new Slots(options.extraSubscriptions ?? 4);
    // Every shard of every follower waits for the one end.
    setMaxListeners(0, this.control.signal);
  }

  /** Adds a follower; it begins with {@link start}, or at once if that is past. */
  add(follower: Follower): void {
    this.followers.push(follower);
    if (this.following.size > 0) this.follow(follower);
  }

  /** Adds work beside the followers, which begins with {@link start} and ends when the signal aborts. */
  addBackground(work: (signal: AbortSignal) => Promise<void>): void {
    this.background.push(work);
  }

  /** Begins to follow; returns at once. What cannot be reached yet is tried again until it can. */
  start(): void {
    const line = new StartingLine(this.followers.length, (lowest) => this.feed.startAt(lowest));
    for (const { name } of this.followers) this.atStart.set(name, (place) => line.report(place));
    for (const follower of this.followers) this.follow(follower);
    this.alongside = this.background.map((work) => work(this.control.signal));
  }

  /** Lets every follower finish its batch and gives up all locks. */
  async stop(): Promise<void> {
    this.control.abort();
    await Promise.all([...this.following.values()].map(({ done }) => done));
    await Promise.all(this.alongside);
    await this.feed.stop();
    await this.locks.close();
  }

  /** What each follower of this process is doing. */
  states(): FollowerState[] {
    return [...this.following.values()].map(({ follow }) => follow.state);
  }

  /** What work beside the feed needs: a rebuild has a subscription of its own and counts among the extra ones. */
  parts(): FollowingParts {
    return {
      store: this.store,
      feed: this.feed,
      locks: this.locks,
      slots: this.slots,
      log: this.log,
      ...this.settings,
      atStart: (name, place) => this.reportOnce(name, place),
    };
  }

  private follow(follower: Follower): void {
    if (this.following.has(follower.name)) throw new Error(`There are two followers ${follower.name}`);
    const follow = new Following(follower, this.parts(), this.control.signal);
    this.following.set(follower.name, { follow, done: follow.run() });
  }

  private async reportOnce(name: string, place: Place | undefined): Promise<void> {
    const report = this.atStart.get(name);
    this.atStart.delete(name);
    await report?.(place);
  }
}
