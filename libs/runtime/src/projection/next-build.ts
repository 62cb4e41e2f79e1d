import type { ClientBase, Pool } from 'pg';
import type { Position, StoredEvent } from '#event-store';
import { CheckpointSet, type ShardCheckpoint } from './checkpoints.js';
import { isBefore, START, type Place } from './place.js';
import type { Projection } from './projection.js';
import type { Projector } from './projector.js';
import type { ReadModelTables } from './read-model-tables.js';

/** Up to where each shard may go, by its number; `undefined`: as far as there are events. */
export type Limits = (shard: number) => Position | undefined;

/** The shards of a build that is made beside the live one: all by one process, from one reading of the log. */
export class NextBuild {
  private readonly set: CheckpointSet;

  constructor(
    readonly projection: Projection,
    readonly tables: ReadModelTables,
    private readonly projectors: readonly Projector[],
    private readonly pool: Pool,
  ) {
    this.set = new CheckpointSet(projection.name, 'next');
  }

  get shards(): number {
    return this.projectors.length;
  }

  /** Where the shard stands that is furthest behind. */
  get place(): Place {
    return this.projectors.map(({ place }) => place).reduce(lower);
  }

  /** The owner epochs, by shard. */
  get epochs(): readonly bigint[] {
    return this.projectors.map(({ ownerEpoch }) => ownerEpoch);
  }

  /** Where a shard stands. */
  placeOf(shard: number): Place {
    return this.projectors[shard]?.place ?? START;
  }

  /** The checkpoints that an interrupted build of this version and as many shards has left; none otherwise. */
  async left(client: ClientBase): Promise<readonly ShardCheckpoint[]> {
    const stored = await this.set.read(client, true);
    const isOurs = stored.every(
      ({ version, shards }) => version === this.projection.version && shards === this.shards,
    );
    return isOurs && stored.length === this.shards ? stored : [];
  }

  /** Begins anew with empty tables, inside the caller's transaction. */
  async create(client: ClientBase): Promise<void> {
    const { name, version } = this.projection;
    await this.tables.create(client);
    for (const table of ['ops.checkpoint', 'ops.parked'])
      await client.query(`DELETE FROM ${table} WHERE projection = $1 AND build = 'next'`, [name]);
    await this.set.create(client, version, this.shards);
  }

  /** Becomes the owner of every shard, inside the caller's transaction. */
  async takeOver(client: ClientBase): Promise<void> {
    for (const { checkpoint, projection } of this.projectors)
      await checkpoint.takeOver(client, projection.version);
  }

  /** Begins to work where the checkpoints stand. */
  async begin(): Promise<void> {
    const stored = await this.set.read(this.pool);
    for (const [index, projector] of this.projectors.entries()) {
      const { place = START, epoch = 0n } = stored[index] ?? {};
      await projector.begin(place, epoch, { index, of: this.shards });
    }
  }

  /** Does what each shard has not done of these events, within its limit. Answers whether there was anything. */
  async apply(events: readonly StoredEvent[], limits: Limits): Promise<boolean> {
    const work = this.projectors.map((projector, shard) => {
      const limit = limits(shard);
      const mine = events.filter(
        ({ position }) =>
          isBefore(projector.place.position, position) && (limit === undefined || position <= limit),
      );
      return mine.length === 0 ? undefined : projector.apply(mine);
    });
    // All of them end before the first failure is told: none may go on behind the back of a new attempt.
    const ended = await Promise.allSettled(work.filter((one) => one !== undefined));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
    return ended.length > 0;
  }

  /** Whether every shard has come as far as its limit. */
  isAt(limits: Limits): boolean {
    return this.projectors.every(({ place }, shard) => !isBefore(place.position, limits(shard)));
  }
}

function lower(one: Place, other: Place): Place {
  return isBefore(other.position, one.position) ? other : one;
}

/** The highest position of a set: how far somebody may have been answered. */
export function highestOf(stored: readonly ShardCheckpoint[]): Position | undefined {
  return stored.reduce<Position | undefined>(
    (high, { place }) => (isBefore(high, place.position) ? place.position : high),
    undefined,
  );
}
