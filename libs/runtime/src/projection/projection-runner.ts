import type { DataSource } from 'typeorm';
import type { EventCodec } from '#event-store';
import type { Build } from './checkpoints.js';
import { describeFailure } from './failure.js';
import type { FaultHook } from './fault-points.js';
import type { FollowerState } from './follower.js';
import type { LedgerFeed } from './ledger-feed.js';
import { LiveProjection, nameOfShard } from './live-projection.js';
import { NextBuild } from './next-build.js';
import { pause } from './pause.js';
import type { Projection } from './projection.js';
import { Projector, type ProjectorParts } from './projector.js';
import { ReadModelTables } from './read-model-tables.js';
import { RebuildPlans, type WantedBuild } from './rebuild-plans.js';
import { Rebuilding } from './rebuilding.js';
import type { Shard } from './sharding.js';

export interface ProjectionRunnerOptions {
  readonly feed: LedgerFeed;
  readonly codec: EventCodec;
  /** Initialised, with the entities of all projections. */
  readonly dataSource: DataSource;
  readonly projections: readonly Projection[];
  /** Events per transaction; a rebuild takes four times as many. */
  readonly batchSize?: number;
  /** Shards of a build that this process begins, for projections that are sharded by subject; 1 by default. */
  readonly shards?: number;
  /** For tests: called wherever a projector waits. */
  readonly fault?: FaultHook;
}

const REBUILD_BATCHES = 4;

/**
 * Keeps read models up to date: one follower per shard of each projection in the feed, and the rebuilds that are asked
 * for, that a new version or another number of shards needs, or that vanished tables call for.
 */
export class ProjectionRunner {
  private readonly parts: ProjectorParts;
  private readonly plans: RebuildPlans;
  private readonly followed = new Map<string, number>();

  /** Adds itself to the feed. Throws `Error` for a projection whose tables or event types make no sense. */
  constructor(private readonly options: ProjectionRunnerOptions) {
    const { feed, codec, fault = () => undefined } = options;
    this.parts = { pool: feed.pool, codec, log: feed.log, fault };
    const wanted = options.projections.map((projection) => ({
      projection,
      shards: this.shardsOf(projection),
    }));
    this.plans = new RebuildPlans(feed.pool, feed.log, wanted);
    for (const { projection, shards } of wanted) this.follow(projection, shards);
    feed.addBackground((signal) => this.keepRebuilding(signal));
  }

  /** What each projection, shard by shard, is doing in this process. */
  states(): FollowerState[] {
    const names = new Set(
      [...this.followed].flatMap(([name, shards]) =>
        Array.from({ length: shards }, (_, shard) => nameOfShard(name, shard)),
      ),
    );
    return this.options.feed.states().filter(({ name }) => names.has(name));
  }

  private shardsOf({ sharding }: Projection): number {
    return sharding === 'by-subject' ? (this.options.shards ?? 1) : 1;
  }

  /** Has so many shards followed; those that the live build does not have stand by. */
  private follow(projection: Projection, shards: number): void {
    for (let shard = this.followed.get(projection.name) ?? 0; shard < shards; shard += 1) {
      this.followed.set(projection.name, shard + 1);
      this.options.feed.add(this.live(projection, shard));
    }
  }

  private live(projection: Projection, shard: number): LiveProjection {
    const { feed } = this.options;
    const shards = this.shardsOf(projection);
    const gone = (): void => this.plans.tablesAreGone(projection.name);
    const projector = this.projector(projection, 'live', { index: shard, of: shards });
    return new LiveProjection(projector, feed.store, this.parts, this.batchSize, shards, gone);
  }

  private projector(projection: Projection, build: Build, shard: Shard): Projector {
    const tables = new ReadModelTables(this.options.dataSource, projection, build);
    return new Projector(projection, build, tables, this.parts, shard);
  }

  private next({ projection, shards }: WantedBuild): NextBuild {
    const tables = new ReadModelTables(this.options.dataSource, projection, 'next');
    const projectors = Array.from({ length: shards }, (_, index) =>
      this.projector(projection, 'next', { index, of: shards }),
    );
    return new NextBuild(projection, tables, projectors, this.parts.pool);
  }

  private async keepRebuilding(signal: AbortSignal): Promise<void> {
    const following = this.options.feed.parts();
    const rebuilding = new Rebuilding(this.parts, following, this.batchSize * REBUILD_BATCHES, signal);
    while (!signal.aborted) {
      try {
        const { toBuild, live } = await this.plans.look();
        for (const { projection, shards } of live) this.follow(projection, shards);
        for (const wanted of toBuild) rebuilding.start(wanted.projection.name, () => this.next(wanted));
      } catch (error) {
        this.parts.log.warn({ problem: describeFailure(error) }, 'cannot look for rebuilds; tries again');
      }
      await pause(following.tickMs, signal);
    }
    await rebuilding.settled();
  }

  private get batchSize(): number {
    return this.options.batchSize ?? 500;
  }
}
