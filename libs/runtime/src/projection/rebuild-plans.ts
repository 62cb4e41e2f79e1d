import type { Pool } from 'pg';
import type { Projection } from './projection.js';
import { RebuildRecords } from './rebuild-record.js';
import type { RunnerLog } from './runner-log.js';

/** A build as this process would make it. */
export interface WantedBuild {
  readonly projection: Projection;
  readonly shards: number;
}

/** What there is to build, and what is live of the projections that this process knows. */
export interface Plan {
  readonly toBuild: readonly WantedBuild[];
  readonly live: readonly WantedBuild[];
}

interface Live {
  readonly version: number;
  readonly shards: number;
}

/**
 * Decides what this process builds anew: what was asked for, what has no tables, what a newer version needs, and what is
 * cut into another number of shards than this process was told. In the last the process that started last has its way:
 * once it has seen its own number live it never builds for the sake of the number again, so that two processes that were
 * told different numbers do not rebuild against each other.
 */
export class RebuildPlans {
  private readonly records: RebuildRecords;
  private readonly withoutTables = new Set<string>();
  private readonly satisfied = new Set<string>();
  private readonly warned = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly log: RunnerLog,
    private readonly wanted: readonly WantedBuild[],
  ) {
    this.records = new RebuildRecords(pool);
  }

  /** The tables of a live build are not there any more: it is built again from the log. */
  tablesAreGone(projection: string): void {
    this.withoutTables.add(projection);
  }

  /** Looks what is live and what has been asked for. */
  async look(): Promise<Plan> {
    for (const name of this.withoutTables) {
      await this.records.request(name);
      this.withoutTables.delete(name);
    }
    const requested = new Set(await this.records.open());
    const { rows } = await this.pool.query<{ projection: string } & Live>(
      `SELECT projection, version, shards FROM ops.checkpoint WHERE build = 'live' AND shard = 0`,
    );
    const stored = new Map(rows.map(({ projection, ...live }) => [projection, live]));
    const known = this.wanted.flatMap((wanted) => {
      const live = stored.get(wanted.projection.name);
      return live === undefined ? [] : [{ wanted, live }];
    });
    return {
      toBuild: known.flatMap(({ wanted, live }) => this.build(wanted, live, requested) ?? []),
      live: known.map(({ wanted, live }) => ({ projection: wanted.projection, shards: live.shards })),
    };
  }

  /** Never for tables that a newer version of the program keeps. */
  private build(
    { projection, shards }: WantedBuild,
    live: Live,
    requested: ReadonlySet<string>,
  ): WantedBuild | undefined {
    const { name, version } = projection;
    if (live.version > version) return undefined;
    const isCutOtherwise = this.isCutOtherwise(name, shards, live);
    const isWanted = live.version < version || requested.has(name) || isCutOtherwise;
    if (!isWanted) return undefined;
    // Once another process has decided otherwise, its number stays.
    return { projection, shards: this.satisfied.has(name) ? live.shards : shards };
  }

  private isCutOtherwise(name: string, shards: number, live: Live): boolean {
    if (live.shards === shards) {
      this.satisfied.add(name);
      this.warned.delete(name);
      return false;
    }
    if (!this.satisfied.has(name)) return true;
    if (!this.warned.has(name)) {
      this.warned.add(name);
      const fields = { projection: name, shards: live.shards, told: shards };
      this.log.warn(
        fields,
        'another process has cut it into another number of shards than this one was told',
      );
    }
    return false;
  }
}
