import type { EventStore, StoredEvent } from '#event-store';
import { CheckpointSet, type ShardCheckpoint } from './checkpoints.js';
import { NotNow, type Follower } from './follower.js';
import type { Place } from './place.js';
import type { Projector, ProjectorParts } from './projector.js';
import { retryRequested } from './retry.js';
import { afterSwitch } from './switch-builds.js';
import { inTransaction } from './transaction.js';

/**
 * Follows the log for one shard of the build that people read. How many shards that build has stands with it: a process
 * that would cut it otherwise keeps it going as it is, until one in other shards has been built and switched to.
 */
export class LiveProjection implements Follower {
  readonly name: string;
  readonly group: string;
  private readonly set: CheckpointSet;

  constructor(
    private readonly projector: Projector,
    private readonly store: EventStore,
    private readonly parts: ProjectorParts,
    readonly batchSize: number,
    /** In how many shards it begins where there is none yet. */
    private readonly shardsOfNew: number,
    /** Its tables are gone: they can be made again from the log. */
    private readonly tablesAreGone: () => void,
  ) {
    const { name } = projector.projection;
    this.group = name;
    this.name = nameOfShard(name, projector.shard.index);
    this.set = new CheckpointSet(name, 'live');
  }

  async mayFollow(): Promise<number> {
    const { projection, shard } = this.projector;
    const stored = await this.set.read(this.parts.pool);
    const of = stored[0]?.shards ?? this.shardsOfNew;
    if (shard.index >= of) throw inFewerShards();
    if (stored.length > 0) assertServes(stored[shard.index], projection.version);
    return of;
  }

  async open(): Promise<Place> {
    const { projector } = this;
    const { projection, shard } = projector;
    const taken = await inTransaction(this.parts.pool, 'durable', async (client) => {
      // Tables are created only by whoever creates the checkpoints: those that stand there are somebody's work.
      if (await this.set.create(client, projection.version, this.shardsOfNew)) {
        await projector.tables.create(client);
        await afterSwitch(client, projection);
      }
      const stored = await projector.checkpoint.readShard(client, true);
      assertServes(stored, projection.version);
      if (!(await projector.tables.exist(client))) this.giveUpTables();
      const owned = await projector.checkpoint.takeOver(client, projection.version);
      return owned && { ...owned, shards: stored?.shards ?? 1 };
    });
    if (taken === undefined) throw new NotNow('its checkpoint has just changed');
    await projector.begin(taken.place, taken.epoch, { index: shard.index, of: taken.shards });
    // What another version of the program did not know, this one may.
    await projector.parked.requestUnknown();
    return taken.place;
  }

  private giveUpTables(): never {
    this.tablesAreGone();
    throw new NotNow('its tables are gone: it is being rebuilt');
  }

  apply(events: readonly StoredEvent[]): Promise<Place> {
    return this.projector.apply(events);
  }

  async tick(): Promise<void> {
    await this.projector.checkpoint.assertOwner(this.parts.pool, this.projector.ownerEpoch);
    const { parked } = this.projector;
    const tried = await retryRequested(parked, this.store, (event, part) => this.projector.redo(event, part));
    if (tried) await this.projector.refreshHeld();
  }
}

/** Name of the follower, and of the owner lock, of a shard; the first one has the projection's own. */
export function nameOfShard(projection: string, shard: number): string {
  return shard === 0 ? projection : `${projection}/${String(shard)}`;
}

function assertServes(stored: ShardCheckpoint | undefined, version: number): void {
  if (stored === undefined) throw inFewerShards();
  if (stored.version > version) throw new NotNow('a newer version of the program keeps it');
  if (stored.version < version) throw new NotNow('its new version is being built');
}

function inFewerShards(): NotNow {
  return new NotNow('it runs in fewer shards', false);
}
