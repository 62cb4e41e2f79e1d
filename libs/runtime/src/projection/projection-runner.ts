import type { DataSource } from 'typeorm';
import type { EventCodec } from '#event-store';
import type { FaultHook } from './fault-points.js';
import type { FollowerState } from './follower.js';
import type { LedgerFeed } from './ledger-feed.js';
import { LiveProjection } from './live-projection.js';
import type { Projection } from './projection.js';
import { Projector, type ProjectorParts } from './projector.js';
import { ReadModelTables } from './read-model-tables.js';

export interface ProjectionRunnerOptions {
  readonly feed: LedgerFeed;
  readonly codec: EventCodec;
  /** Initialised, with the entities of all projections. */
  readonly dataSource: DataSource;
  readonly projections: readonly Projection[];
  readonly batchSize?: number;
  /** For tests: called wherever a projector waits. */
  readonly fault?: FaultHook;
}

/** Keeps read models up to date: adds one follower per projection to the feed. */
export class ProjectionRunner {
  private readonly parts: ProjectorParts;

  constructor(private readonly options: ProjectionRunnerOptions) {
    const { feed, codec, fault = () => undefined } = options;
    this.parts = { pool: feed.pool, codec, log: feed.log, fault };
    for (const projection of options.projections) feed.add(this.live(projection));
  }

  /** What each projection is doing in this process. */
  states(): FollowerState[] {
    const names = new Set(this.options.projections.map(({ name }) => name));
    return this.options.feed.states().filter(({ name }) => names.has(name));
  }

  private live(projection: Projection): LiveProjection {
    const { feed, dataSource, batchSize = 500 } = this.options;
    const tables = new ReadModelTables(dataSource, projection, 'live');
    const projector = new Projector(projection, 'live', tables, this.parts);
    return new LiveProjection(projector, feed.store, this.parts, batchSize);
  }
}
