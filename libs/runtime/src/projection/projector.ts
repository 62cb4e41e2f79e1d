import type { ClientBase, Pool } from 'pg';
import type { EventCodec, StoredEvent } from '#event-store';
import { Batch, type BatchOutcome } from './batch.js';
import { CheckpointRecord, type Build } from './checkpoints.js';
import { EventReading } from './event-reading.js';
import { describeFailure, isBadData } from './failure.js';
import type { FaultHook } from './fault-points.js';
import { ParkedEvents } from './parked-events.js';
import { afterEvents, START, type Place } from './place.js';
import type { Projection } from './projection.js';
import type { ReadModelTables } from './read-model-tables.js';
import { RowFold } from './row-fold.js';
import type { RunnerLog } from './runner-log.js';
import { inTransaction } from './transaction.js';

const NOBODY: ReadonlySet<string> = new Set();

/** What a projector works with. */
export interface ProjectorParts {
  readonly pool: Pool;
  readonly codec: EventCodec;
  readonly log: RunnerLog;
  readonly fault: FaultHook;
}

/** Does batches of events for one build of a projection: rows, parked events and checkpoint in one transaction. */
export class Projector {
  readonly checkpoint: CheckpointRecord;
  readonly parked: ParkedEvents;
  private readonly reading: EventReading;
  private epoch = 0n;
  private held = new Set<string>();
  private current: Place = START;

  constructor(
    readonly projection: Projection,
    readonly build: Build,
    readonly tables: ReadModelTables,
    private readonly parts: ProjectorParts,
  ) {
    this.checkpoint = new CheckpointRecord(projection.name, build);
    this.parked = new ParkedEvents(parts.pool, projection.name, build);
    this.reading = new EventReading(parts.codec, projection.handles);
  }

  get place(): Place {
    return this.current;
  }

  get ownerEpoch(): bigint {
    return this.epoch;
  }

  /** Begins to work as the owner of this epoch, at the place that is stored. */
  async begin(place: Place, epoch: bigint): Promise<void> {
    this.current = place;
    this.epoch = epoch;
    this.held = await this.parked.concerned();
  }

  /**
   * Does events that follow its place in order. If PostgreSQL refuses values of the batch, the events are done one by
   * one to find the culprit, which is parked. Throws what is no fault of an event, and `LostOwnership`.
   */
  async apply(events: readonly StoredEvent[]): Promise<Place> {
    try {
      await this.commit(events);
    } catch (error) {
      if (!isBadData(error)) throw error;
      for (const event of events) await this.applyAlone(event);
    }
    return this.current;
  }

  /**
   * Does one parked event again and removes it, apart from the checkpoint. Answers why it cannot be done; throws what
   * PostgreSQL says to its rows, and `LostOwnership`.
   */
  async redo(event: StoredEvent): Promise<string | undefined> {
    const fold = new RowFold(this.tables.shapes);
    const batch = new Batch(this.projection, this.reading, fold);
    await batch.prepare([event]);
    return inTransaction(this.parts.pool, 'durable', async (client) => {
      await this.checkpoint.assertOwner(client, this.epoch, true);
      await this.tables.load(client, fold);
      const [still] = batch.apply(NOBODY).parked;
      if (still !== undefined) return still.reason;
      await this.tables.write(client, fold);
      await this.parked.remove(event.id, client);
      return undefined;
    });
  }

  /** Looks again at what is held back, after parked events were done. */
  async refreshHeld(): Promise<void> {
    this.held = await this.parked.concerned();
  }

  private async applyAlone(event: StoredEvent): Promise<void> {
    try {
      await this.commit([event]);
    } catch (error) {
      if (!isBadData(error)) throw error;
      await this.commit([event], describeFailure(error));
    }
  }

  private async commit(events: readonly StoredEvent[], refused?: string): Promise<void> {
    const { fault, pool } = this.parts;
    const to = afterEvents(this.current, events);
    const fold = new RowFold(this.tables.shapes);
    const batch = new Batch(this.projection, this.reading, fold);
    await fault('before-read');
    await batch.prepare(events, refused);
    await fault('before-transaction');
    let outcome: BatchOutcome = { parked: [], concerned: [] };
    if (batch.isEmpty) await this.checkpoint.move(pool, this.epoch, this.current, to);
    else
      outcome = await inTransaction(pool, 'replayable', async (client) => {
        const made = await this.write(client, to, fold, batch);
        await fault('before-commit');
        return made;
      });
    await fault('committed');
    this.current = to;
    this.noteParked(outcome);
  }

  private async write(client: ClientBase, to: Place, fold: RowFold, batch: Batch): Promise<BatchOutcome> {
    const { fault } = this.parts;
    // First the checkpoint: whoever is not the owner any more touches no row.
    await this.checkpoint.move(client, this.epoch, this.current, to);
    await fault('checkpoint-moved');
    await this.tables.load(client, fold);
    await fault('rows-loaded');
    const outcome = batch.apply(this.held);
    await this.tables.write(client, fold);
    await this.parked.add(client, outcome.parked);
    await fault('rows-written');
    return outcome;
  }

  private noteParked({ parked, concerned }: BatchOutcome): void {
    for (const one of concerned) this.held.add(one);
    for (const { eventId, stream, type, reason, isWaiting } of parked) {
      const fields = { projection: this.projection.name, build: this.build, eventId, stream, type, reason };
      if (isWaiting) this.parts.log.warn(fields, 'an event waits behind a parked one');
      else this.parts.log.error(fields, 'an event is parked; its subjects answer no until it is done');
    }
  }
}
