import type { EventStore, StoredEvent } from '#event-store';
import type { StoredCheckpoint } from './checkpoints.js';
import { NotNow, type Follower } from './follower.js';
import type { Place } from './place.js';
import type { Projector, ProjectorParts } from './projector.js';
import { retryRequested } from './retry.js';
import { inTransaction } from './transaction.js';

/** Follows the log for the build that people read. */
export class LiveProjection implements Follower {
  readonly name: string;

  constructor(
    private readonly projector: Projector,
    private readonly store: EventStore,
    private readonly parts: ProjectorParts,
    readonly batchSize: number,
  ) {
    this.name = projector.projection.name;
  }

  async open(): Promise<Place> {
    const { projector } = this;
    const { version } = projector.projection;
    const taken = await inTransaction(this.parts.pool, 'durable', async (client) => {
      const before = await projector.checkpoint.read(client, true);
      if (before === undefined) {
        await projector.tables.create(client);
        await projector.checkpoint.create(client, version);
      } else {
        assertServes(before, version);
        if (!(await projector.tables.exist(client)))
          throw new NotNow('its tables are gone: it is being rebuilt');
      }
      return projector.checkpoint.takeOver(client, version);
    });
    if (taken === undefined) throw new NotNow('its checkpoint has just changed');
    await projector.begin(taken.place, taken.epoch);
    return taken.place;
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

function assertServes(stored: StoredCheckpoint, version: number): void {
  if (stored.version > version) throw new NotNow('a newer version of the program keeps it');
  if (stored.version < version) throw new NotNow('its new version is being built');
}
