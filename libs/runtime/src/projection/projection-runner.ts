import type { DataSource } from 'typeorm';
import type { EventCodec } from '#event-store';
import type { Build } from './checkpoints.js';
import { describeFailure } from './failure.js';
import type { FaultHook } from './fault-points.js';
import type { FollowerState } from './follower.js';
import type { LedgerFeed } from './ledger-feed.js';
import { LiveProjection } from './live-projection.js';
import { pause } from './pause.js';
import type { Projection } from './projection.js';
import { Projector, type ProjectorParts } from './projector.js';
import { ReadModelTables } from './read-model-tables.js';
import { RebuildRecords } from './rebuild-record.js';
import { Rebuilding } from './rebuilding.js';

export interface ProjectionRunnerOptions {
  readonly feed: LedgerFeed;
  readonly codec: EventCodec;
  /** Initialised, with the entities of all projections. */
  readonly dataSource: DataSource;
  readonly projections: readonly Projection[];
  /** Events per transaction; a rebuild takes four times as many. */
  readonly batchSize?: number;
  /** For tests: called wherever a projector waits. */
  readonly fault?: FaultHook;
}

const REBUILD_BATCHES = 4;

/**
 * Keeps read models up to date: one follower per projection in the feed, and the rebuilds that are asked for, that a
 * new version needs, or that vanished tables call for.
 */
export class ProjectionRunner {
  private readonly parts: ProjectorParts;
  private readonly records: RebuildRecords;
  private readonly withoutTables = new Set<string>();

  /** Adds itself to the feed. Throws `Error` for a projection whose tables or event types make no sense. */
  constructor(private readonly options: ProjectionRunnerOptions) {
    const { feed, codec, fault = () => undefined } = options;
    this.parts = { pool: feed.pool, codec, log: feed.log, fault };
    this.records = new RebuildRecords(feed.pool);
    for (const projection of options.projections) feed.add(this.live(projection));
    feed.addBackground((signal) => this.keepRebuilding(signal));
  }

  /** What each projection is doing in this process. */
  states(): FollowerState[] {
    const names = new Set(this.options.projections.map(({ name }) => name));
    return this.options.feed.states().filter(({ name }) => names.has(name));
  }

  private live(projection: Projection): LiveProjection {
    const { feed } = this.options;
    const gone = (): void => void this.withoutTables.add(projection.name);
    return new LiveProjection(
      this.projector(projection, 'live'),
      feed.store,
      this.parts,
      this.batchSize,
      gone,
    );
  }

  private projector(projection: Projection, build: Build): Projector {
    const tables = new ReadModelTables(this.options.dataSource, projection, build);
    return new Projector(projection, build, tables, this.parts);
  }

  private async keepRebuilding(signal: AbortSignal): Promise<void> {
    const following = this.options.feed.parts();
    const rebuilding = new Rebuilding(this.parts, following, this.batchSize * REBUILD_BATCHES, signal);
    while (!signal.aborted) {
      try {
        for (const projection of await this.toRebuild()) rebuilding.start(this.projector(projection, 'next'));
      } catch (error) {
        this.parts.log.warn({ problem: describeFailure(error) }, 'cannot look for rebuilds; tries again');
      }
      await pause(following.tickMs, signal);
    }
    await rebuilding.settled();
  }

  /** What this program can build: never for tables that a newer version of it keeps. */
  private async toRebuild(): Promise<Projection[]> {
    for (const name of this.withoutTables) {
      await this.records.request(name);
      this.withoutTables.delete(name);
    }
    const requested = new Set(await this.records.open());
    const { rows } = await this.parts.pool.query<{ projection: string; version: number }>(
      `SELECT projection, version FROM ops.checkpoint WHERE build = 'live'`,
    );
    const versions = new Map(rows.map(({ projection, version }) => [projection, version]));
    return this.options.projections.filter(({ name, version }) => {
      const live = versions.get(name);
      return live !== undefined && (live < version || (live === version && requested.has(name)));
    });
  }

  private get batchSize(): number {
    return this.options.batchSize ?? 500;
  }
}
