import type { ClientBase, Pool } from 'pg';
import type { EventCodec, StoredEvent } from '#event-store';
import { Batch, type BatchOutcome } from './batch.js';
import { CheckpointRecord, type Build } from './checkpoints.js';
import { EventReading } from './event-reading.js';
import { asError, describeFailure, isBadData } from './failure.js';
import type { FaultHook } from './fault-points.js';
import { ParkedEvents } from './parked-events.js';
import { afterEvents, START, type Place } from './place.js';
import type { Projection } from './projection.js';
import type { ReadModelTables } from './read-model-tables.js';
import { RowFold, type PlacedChange } from './row-fold.js';
import type { RunnerLog } from './runner-log.js';
import type { Shard } from './sharding.js';
import { inTransaction } from './transaction.js';

const NOBODY: ReadonlySet<string> = new Set();

/** What a projector works with. */
export interface ProjectorParts {
  readonly pool: Pool;
  readonly codec: EventCodec;
  readonly log: RunnerLog;
  readonly fault: FaultHook;
}

/** Does batches of events for one shard of a build of a projection: rows, parked events and checkpoint in one transaction. */
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
    /** How many there are may be known only when it begins. */
    private cut: Shard,
  ) {
    const { name } = projection;
    this.checkpoint = new CheckpointRecord(name, build, 'ops.checkpoint', cut.index);
    this.parked = new ParkedEvents(parts.pool, name, build, cut.index);
    this.reading = new EventReading(parts.codec, projection.handles);
  }

  get place(): Place {
    return this.current;
  }

  get ownerEpoch(): bigint {
    return this.epoch;
  }

  get shard(): Shard {
    return this.cut;
  }

  /** Begins to work as the owner of this epoch, at the place and as one of so many shards as are stored. */
  async begin(place: Place, epoch: bigint, shard: Shard): Promise<void> {
    this.current = place;
    this.cut = shard;
    this.epoch = epoch;
    this.held = await this.parked.concerned();
  }

  /**
   * Does events that follow its place in order. If PostgreSQL refuses values of the batch, the events are done one by
   * one, part by part, to find the culprit, which is parked. Throws what is no fault of an event, and `LostOwnership`.
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
   * Does a part of a parked event again and removes it, apart from the checkpoint. Answers why it cannot be done;
   * throws what PostgreSQL says to its rows, and `LostOwnership`.
   */
  async redo(event: StoredEvent, part: string): Promise<string | undefined> {
    const { fold, batch } = this.begun();
    await batch.prepare([event], part === '' ? undefined : part);
    return inTransaction(this.parts.pool, 'durable', async (client) => {
      await this.checkpoint.assertOwner(client, this.epoch, true);
      await this.tables.load(client, fold);
      const [still] = batch.apply(NOBODY).parked;
      if (still !== undefined) return still.reason;
      await this.tables.write(client, fold);
      await this.parked.remove({ eventId: event.id, part }, client);
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
      await this.commit([event], 'apart');
    }
  }

  private begun(): { readonly fold: RowFold; readonly batch: Batch } {
    const fold = new RowFold(this.tables.shapes);
    return { fold, batch: new Batch(this.projection, this.shard, this.reading, fold) };
  }

  private async commit(
    events: readonly StoredEvent[],
    how: 'together' | 'apart' = 'together',
  ): Promise<void> {
    const { fault, pool } = this.parts;
    const to = afterEvents(this.current, events);
    const { fold, batch } = this.begun();
    await fault('before-read');
    await batch.prepare(events);
    await fault('before-transaction');
    let outcome: BatchOutcome = { parked: [], concerned: [] };
    if (batch.isEmpty) await this.checkpoint.move(pool, this.epoch, this.current, to);
    else
      outcome = await inTransaction(pool, 'replayable', async (client) => {
        // First the checkpoint: whoever is not the owner any more touches no row.
        await this.checkpoint.move(client, this.epoch, this.current, to);
        await fault('checkpoint-moved');
        const made =
          how === 'together'
            ? await this.write(client, fold, batch)
            : await batch.applyApart(this.held, (changes) => this.writePart(client, changes));
        await this.parked.add(client, made.parked);
        await fault('rows-written');
        await fault('before-commit');
        return made;
      });
    await fault('committed');
    this.current = to;
    this.noteParked(outcome);
  }

  private async write(client: ClientBase, fold: RowFold, batch: Batch): Promise<BatchOutcome> {
    await this.tables.load(client, fold);
    await this.parts.fault('rows-loaded');
    const outcome = batch.apply(this.held);
    await this.tables.write(client, fold);
    return outcome;
  }

  /** Writes the rows of one part of an event, or none of them; answers why PostgreSQL refuses them. */
  private async writePart(client: ClientBase, changes: readonly PlacedChange[]): Promise<string | undefined> {
    const fold = new RowFold(this.tables.shapes);
    fold.want(changes);
    await client.query('SAVEPOINT part');
    try {
      await this.tables.load(client, fold);
      const failure = failureOf(() => fold.apply(changes));
      if (failure !== undefined) return describeFailure(failure, this.projection.enrich === undefined);
      await this.tables.write(client, fold);
      return undefined;
    } catch (error) {
      if (!isBadData(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT part');
      return describeFailure(error);
    }
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

function failureOf(work: () => void): Error | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return asError(error);
  }
}
