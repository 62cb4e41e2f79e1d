import type { EventStore, StoredEvent } from '#event-store';
import type { StoredCheckpoint } from './checkpoints.js';
import { NotNow, type Follower } from './follower.js';
import type { Place } from './place.js';
import type { Projector, ProjectorParts } from './projector.js';
import { retryRequested } from './retry.js';
import { afterSwitch } from './switch-builds.js';
import { inTransaction } from './transaction.js';

/** Follows the log for the build that people read. */
export class LiveProjection implements Follower {
  readonly name: string;

  constructor(
    private readonly projector: Projector,
    private readonly store: EventStore,
    private readonly parts: ProjectorParts,
    readonly batchSize: number,
    /** Its tables are gone: they can be made again from the log. */
    private readonly tablesAreGone: () => void,
  ) {
    this.name = projector.projection.name;
  }

  async open(): Promise<Place> {
    const { projector } = this;
    const { version } = projector.projection;
    const taken = await inTransaction(this.parts.pool, 'durable', async (client) => {
      // Tables are created only by whoever creates the checkpoint: those that stand there are somebody's work.
      if (await projector.checkpoint.create(client, version)) {
        await projector.tables.create(client);
        await afterSwitch(client, projector.projection);
      } else {
        assertServes(await projector.checkpoint.read(client, true), version);
        if (!(await projector.tables.exist(client))) this.giveUpTables();
      }
      return projector.checkpoint.takeOver(client, version);
    });
    if (taken === undefined) throw new NotNow('its checkpoint has just changed');
    await projector.begin(taken.place, taken.epoch);
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
    const tried = await retryRequested(parked, this.store, (event) => this.projector.redo(event));
    if (tried) await this.projector.refreshHeld();
  }
}

function assertServes(stored: StoredCheckpoint | undefined, version: number): void {
  if (stored === undefined) throw new NotNow('its checkpoint has just been removed');
  if (stored.version > version) throw new NotNow('a newer version of the program keeps it');
  if (stored.version < version) throw new NotNow('its new version is being built');
}
