import { AnotherHistory, type StoredEvent } from '#event-store';
import { CatchUp } from './catch-up.js';
import { CheckpointSet, lowestOf, type ShardCheckpoint } from './checkpoints.js';
import { compareBuilds, type Comparison } from './comparison.js';
import type { FollowingParts } from './following.js';
import { highestOf, type Limits, type NextBuild } from './next-build.js';
import { schemaOf } from './read-model-tables.js';
import { isBefore, type Place } from './place.js';
import type { ProjectorParts } from './projector.js';
import type { RebuildRecords } from './rebuild-record.js';
import { assertSameHistory } from './same-history.js';
import { dropOldTables, switchBuilds } from './switch-builds.js';
import { inPatientTransaction } from './transaction.js';

const PROGRESS_MS = 1_000;
/** How long the live build may stand still before the rebuild goes on without a comparison. */
const LIVE_STALL_MS = 10_000;
const NO_LIMITS: Limits = () => undefined;

/**
 * One rebuild of a projection: reads the log from the start into tables beside the live ones, compares both shard by
 * shard at one position, and switches. An interrupted one goes on from its checkpoints.
 */
export class Rebuild {
  private readonly name: string;
  private readonly live: CheckpointSet;
  private own: CatchUp | undefined;
  private pending: StoredEvent[] = [];
  private notedAt = performance.now();
  private notedSeen = 0n;

  constructor(
    private readonly next: NextBuild,
    private readonly parts: ProjectorParts,
    private readonly following: FollowingParts,
    private readonly records: RebuildRecords,
    private readonly batchSize: number,
    private readonly signal: AbortSignal,
  ) {
    this.name = next.projection.name;
    this.live = new CheckpointSet(this.name, 'live');
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

  /** Goes on where an interrupted rebuild of the same version and as many shards stopped, or begins anew. */
  private async open(): Promise<Place> {
    const { next } = this;
    const { version } = next.projection;
    const total = lowestOf(await this.live.read(this.parts.pool))?.place.seen ?? 0n;
    await inPatientTransaction(this.parts.pool, async (client) => {
      const resumes = await this.records.begin(client, this.name, version, total);
      const left = resumes ? await next.left(client) : [];
      const goesOn = left.length > 0 && (await next.tables.exist(client)) && (await this.areOurs(left));
      if (!goesOn) await next.create(client);
      await next.takeOver(client);
    });
    await next.begin();
    this.notedSeen = next.place.seen;
    return next.place;
  }

  /** Reads history to its end; what is written meanwhile never ends and is left to the last steps. */
  private async build(): Promise<void> {
    const { own } = this;
    while (own !== undefined && !this.signal.aborted) {
      const wasAtEnd = own.reachedEnd;
      const taken = await this.step(NO_LIMITS, wasAtEnd ? 5 : 1_000);
      if (wasAtEnd && taken < this.batchSize) return;
    }
  }

  /** Does one batch, as far as each shard may go; answers how many events were taken from the log for it. */
  private async step(limits: Limits, idleMs: number): Promise<number> {
    const isSomething = this.pending.length > 0 && (await this.next.apply(this.pending, limits));
    let taken = 0;
    if (!isSomething) {
      const more = (await this.own?.queue.take(this.batchSize, idleMs)) ?? [];
      taken = more.length;
      this.pending.push(...more);
      if (taken > 0) await this.next.apply(more, limits);
    }
    // What the shard that is furthest behind has done, all have done.
    const done = this.next.place.position;
    this.pending = this.pending.filter(({ position }) => isBefore(done, position));
    await this.noteProgress();
    return taken;
  }

  /** Does everything up to the positions that each shard is to reach; the store has them. The transaction stays open. */
  private async advanceTo(limits: Limits, stay: () => Promise<void>): Promise<void> {
    while (!this.next.isAt(limits) && !this.signal.aborted) {
      await this.step(limits, 1_000);
      await stay();
    }
  }

  private async compare(): Promise<Comparison> {
    const live = await this.live.read(this.parts.pool);
    const { projection, shards, tables } = this.next;
    if (live[0]?.version !== projection.version) return { kind: 'not-compared', reason: 'another-version' };
    if (live.length !== shards) return { kind: 'not-compared', reason: 'other-shards' };
    await this.records.note(this.name, 'comparing');
    const canFollow =
      (await this.areOurs(live)) && (await tables.exist(this.parts.pool, schemaOf(this.name, 'live')));
    if (!canFollow || !(await this.liveArrives()))
      return { kind: 'not-compared', reason: 'live-does-not-follow' };
    const comparison = await compareBuilds(this.parts.pool, this.name, (takeSnapshot) =>
      inPatientTransaction(this.parts.pool, async (client, stay) => {
        const held = await this.live.read(client, true);
        await this.advanceTo((shard) => held[shard]?.place.position, stay);
        await takeSnapshot();
      }),
    );
    this.report(comparison);
    return comparison;
  }

  /** Waits until every shard of the live build is where that of this one stands; `false` if one stands still meanwhile. */
  private async liveArrives(): Promise<boolean> {
    let movedAt = performance.now();
    let last = '';
    while (!this.signal.aborted) {
      const live = await this.live.read(this.parts.pool);
      const isThere = live.every(
        ({ shard, place }) => !isBefore(place.position, this.next.placeOf(shard).position),
      );
      if (isThere) return true;
      const positions = live.map(({ place }) => place.position ?? '').join(' ');
      if (positions !== last) movedAt = performance.now();
      if (performance.now() - movedAt > LIVE_STALL_MS) return false;
      last = positions;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return false;
  }

  private async switch(comparison: Comparison): Promise<void> {
    if (this.signal.aborted) return;
    await this.records.note(this.name, 'switching', { comparison });
    await inPatientTransaction(this.parts.pool, async (client, stay) => {
      const live = await this.live.read(client, true);
      // A reader that was answered from a position must never find itself before it.
      const highest = highestOf(live);
      if (live.length > 0 && (await this.areOurs(live))) await this.advanceTo(() => highest, stay);
      if (this.signal.aborted) throw new Error('The process stops before the switch');
      await switchBuilds(client, this.next.projection, this.next.epochs);
      await this.records.note(this.name, 'done', { comparison }, client);
    });
    const { version } = this.next.projection;
    const { shards } = this.next;
    this.parts.log.info(
      { projection: this.name, version, shards, comparison: comparison.kind },
      'a rebuild is live',
    );
  }

  private async areOurs(checkpoints: readonly ShardCheckpoint[]): Promise<boolean> {
    try {
      for (const { place } of checkpoints) await assertSameHistory(this.following.store, place);
      return true;
    } catch (error) {
      if (error instanceof AnotherHistory) return false;
      throw error;
    }
  }

  private async noteProgress(): Promise<void> {
    const passed = performance.now() - this.notedAt;
    if (passed < PROGRESS_MS) return;
    const { seen } = this.next.place;
    const rate = Number(seen - this.notedSeen) / (passed / 1_000);
    const total = lowestOf(await this.live.read(this.parts.pool))?.place.seen ?? 0n;
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
