import { AnotherHistory, type Position, type StoredEvent } from '#event-store';
import { CatchUp } from './catch-up.js';
import { CheckpointRecord } from './checkpoints.js';
import { compareBuilds, type Comparison } from './comparison.js';
import type { FollowingParts } from './following.js';
import { schemaOf } from './read-model-tables.js';
import { isBefore, START, type Place } from './place.js';
import type { Projector, ProjectorParts } from './projector.js';
import type { RebuildRecords } from './rebuild-record.js';
import { assertSameHistory } from './same-history.js';
import { dropOldTables, switchBuilds } from './switch-builds.js';
import { inTransaction } from './transaction.js';

const PROGRESS_MS = 1_000;
/** How long the live build may stand still before the rebuild goes on without a comparison. */
const LIVE_STALL_MS = 10_000;

/**
 * One rebuild of a projection: reads the log from the start into tables beside the live ones, compares both at one
 * position, and switches. An interrupted one goes on from its checkpoint.
 */
export class Rebuild {
  private readonly name: string;
  private readonly live: CheckpointRecord;
  private own: CatchUp | undefined;
  private pending: StoredEvent[] = [];
  private notedAt = performance.now();
  private notedSeen = 0n;

  constructor(
    private readonly projector: Projector,
    private readonly parts: ProjectorParts,
    private readonly following: FollowingParts,
    private readonly records: RebuildRecords,
    private readonly batchSize: number,
    private readonly signal: AbortSignal,
  ) {
    this.name = projector.projection.name;
    this.live = new CheckpointRecord(this.name);
  }

  /** Builds and switches. Throws what interrupts it; when the signal aborts it just ends. */
  async run(): Promise<void> {
    await dropOldTables(this.parts.pool, this.name);
    const place = await this.open();
    const giveBack = await this.following.slots.take();
    const own = new CatchUp(this.following.store, place, this.following.bufferSize);
    const wake = (): void => own.queue.poke();
    this.signal.addEventListener('abort', wake);
    this.own = own;
    try {
      await this.build();
      if (this.signal.aborted) return;
      const comparison = await this.compare();
      await this.switch(comparison);
    } finally {
      this.signal.removeEventListener('abort', wake);
      await own.stop();
      giveBack();
    }
    await dropOldTables(this.parts.pool, this.name);
  }

  /** Goes on where an interrupted rebuild of the same version stopped, or begins anew. */
  private async open(): Promise<Place> {
    const { projector } = this;
    const { version } = projector.projection;
    const total = (await this.live.read(this.parts.pool))?.place.seen ?? 0n;
    const started = await inTransaction(this.parts.pool, 'durable', async (client) => {
      const resumes = await this.records.begin(client, this.name, version, total);
      const before = resumes ? await projector.checkpoint.takeOver(client, version) : undefined;
      if (before !== undefined && (await projector.tables.exist(client)) && (await this.isOurs(before.place)))
        return before;
      await projector.tables.create(client);
      for (const table of ['ops.checkpoint', 'ops.parked'])
        await client.query(`DELETE FROM ${table} WHERE projection = $1 AND build = 'next'`, [this.name]);
      await projector.checkpoint.create(client, version);
      return projector.checkpoint.takeOver(client, version);
    });
    await projector.begin(started?.place ?? START, started?.epoch ?? 0n);
    this.notedSeen = projector.place.seen;
    return projector.place;
  }

  /** Reads history to its end; what is written meanwhile never ends and is left to the last steps. */
  private async build(): Promise<void> {
    const { own } = this;
    while (own !== undefined && !this.signal.aborted) {
      const wasAtEnd = own.reachedEnd;
      const done = await this.step(undefined, wasAtEnd ? 5 : 1_000);
      if (wasAtEnd && done < this.batchSize) return;
    }
  }

  /** Does one batch, up to a position at most; answers how many events that were. */
  private async step(limit: Position | undefined, idleMs: number): Promise<number> {
    if (this.pending.length === 0) this.pending = (await this.own?.queue.take(this.batchSize, idleMs)) ?? [];
    const events = this.pending.filter(({ position }) => limit === undefined || position <= limit);
    if (events.length === 0) return 0;
    this.pending = this.pending.slice(events.length);
    await this.projector.apply(events);
    await this.noteProgress();
    return events.length;
  }

  /** Does everything up to a position that the store has. */
  private async advanceTo(position: Position | undefined): Promise<void> {
    while (isBefore(this.projector.place.position, position) && !this.signal.aborted)
      await this.step(position, 1_000);
  }

  private async compare(): Promise<Comparison> {
    const live = await this.live.read(this.parts.pool);
    if (live === undefined || live.version !== this.projector.projection.version)
      return { kind: 'not-compared', reason: 'another-version' };
    await this.records.note(this.name, 'comparing');
    const canFollow =
      (await this.isOurs(live.place)) &&
      (await this.projector.tables.exist(this.parts.pool, schemaOf(this.name, 'live')));
    if (!canFollow || !(await this.liveArrives()))
      return { kind: 'not-compared', reason: 'live-does-not-follow' };
    const comparison = await compareBuilds(this.parts.pool, this.name, (takeSnapshot) =>
      inTransaction(this.parts.pool, 'durable', async (client) => {
        const held = await this.live.read(client, true);
        await this.advanceTo(held?.place.position);
        await takeSnapshot();
      }),
    );
    this.report(comparison);
    return comparison;
  }

  /** Waits until the live build is where this one stands; `false` if it stands still meanwhile. */
  private async liveArrives(): Promise<boolean> {
    let movedAt = performance.now();
    let last: Position | undefined;
    while (!this.signal.aborted) {
      const position = (await this.live.read(this.parts.pool))?.place.position;
      if (!isBefore(position, this.projector.place.position)) return true;
      if (position !== last) movedAt = performance.now();
      if (performance.now() - movedAt > LIVE_STALL_MS) return false;
      last = position;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  private async switch(comparison: Comparison): Promise<void> {
    if (this.signal.aborted) return;
    await this.records.note(this.name, 'switching', { comparison });
    await inTransaction(this.parts.pool, 'durable', async (client) => {
      const live = await this.live.read(client, true);
      // A reader that was answered from a position must never find itself before it.
      if (live !== undefined && (await this.isOurs(live.place))) await this.advanceTo(live.place.position);
      if (this.signal.aborted) throw new Error('The process stops before the switch');
      await switchBuilds(client, this.projector.projection, this.projector.ownerEpoch);
      await this.records.note(this.name, 'done', { comparison }, client);
    });
    const { version } = this.projector.projection;
    this.parts.log.info({ projection: this.name, version, comparison: comparison.kind }, 'a rebuild is live');
  }

  private async isOurs(place: Place): Promise<boolean> {
    try {
      await assertSameHistory(this.following.store, place);
      return true;
    } catch (error) {
      if (error instanceof AnotherHistory) return false;
      throw error;
    }
  }

  private async noteProgress(): Promise<void> {
    const passed = performance.now() - this.notedAt;
    if (passed < PROGRESS_MS) return;
    const { seen } = this.projector.place;
    const rate = Number(seen - this.notedSeen) / (passed / 1_000);
    const total = (await this.live.read(this.parts.pool))?.place.seen ?? 0n;
    await this.records.progress(this.name, seen, total, rate);
    this.notedAt = performance.now();
    this.notedSeen = seen;
  }

  private report(comparison: Comparison): void {
    if (comparison.kind === 'compared' && !comparison.isEqual)
      this.parts.log.error(
        { projection: this.name, comparison },
        'the live read model differed from the log; it is replaced by what the log says',
      );
  }
}
