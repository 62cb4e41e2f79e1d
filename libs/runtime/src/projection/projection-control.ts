import type { Pool } from 'pg';
import type { Position } from '#event-store';
import type { Instant, Uuid } from '#kernel';
import { byEvent, ParkedEvents, type ParkedEntry } from './parked-events.js';
import type { Comparison } from './comparison.js';
import { connectedTo } from './retry.js';
import { RebuildRecords, type RebuildStatus } from './rebuild-record.js';

/** A rebuild was given up; the reason is in its status. */
export class RebuildFailed extends Error {
  override readonly name = 'RebuildFailed';
}

/** What is asked for is not kept by projections: the audit copy is never rebuilt, an unknown name is nobody's. */
export class NoSuchProjection extends Error {
  override readonly name = 'NoSuchProjection';
}

/** How far one shard is. */
export interface ShardStatus {
  readonly shard: number;
  readonly position: Position | undefined;
  readonly done: number;
  /** Events that the foremost reader of the log has passed and this one has not. */
  readonly behind: number;
  readonly movedAt: Instant;
}

/** How far a projection or reactor is, over all processes: as far as the last of its shards. */
export interface ProjectionStatus {
  readonly name: string;
  readonly version: number;
  readonly position: Position | undefined;
  /** Events it has passed, and how many the foremost reader of the log has. */
  readonly done: number;
  readonly total: number;
  readonly movedAt: Instant;
  readonly parked: number;
  readonly rebuild: RebuildStatus | undefined;
  /** Each shard; one alone where it is not sharded. */
  readonly shards: readonly ShardStatus[];
}

interface StatusRow {
  readonly projection: string;
  readonly version: number;
  readonly shard: number;
  readonly position: Position | null;
  readonly seen: string;
  readonly total: string;
  readonly moved_at: Date;
  readonly parked: string;
}

const POLL_MS = 50;

/** Watches and steers the readers of the log from any process, through the database they share. */
export class ProjectionControl {
  private readonly records: RebuildRecords;

  constructor(private readonly pool: Pool) {
    this.records = new RebuildRecords(pool);
  }

  /** Every projection and reactor. */
  async status(): Promise<ProjectionStatus[]> {
    const rebuilds = await this.records.all();
    const { rows } = await this.pool.query<StatusRow>(
      `SELECT c.projection, c.version, c.shard, c.position, c.seen, c.moved_at,
         greatest((SELECT max(seen) FROM ops.checkpoint WHERE build = 'live'), (SELECT max(seen) FROM audit.checkpoint))
           AS total,
         (SELECT count(DISTINCT event_id) FROM ops.parked p WHERE p.projection = c.projection AND p.build = 'live')
           AS parked
       FROM ops.checkpoint c WHERE c.build = 'live' ORDER BY c.projection, c.shard`,
    );
    const byName = new Map<string, StatusRow[]>();
    for (const row of rows) byName.set(row.projection, [...(byName.get(row.projection) ?? []), row]);
    return [...byName].map(([name, shards]) => statusOf(name, shards, rebuilds.get(name)));
  }

  /**
   * Has a projection built anew beside the live one, compared and switched to; resolves when it is live. One that is
   * under way is joined. Throws {@link NoSuchProjection}, {@link RebuildFailed}.
   */
  async rebuild(projection: string): Promise<Comparison> {
    await this.requestRebuild(projection);
    for (;;) {
      const status = (await this.records.all()).get(projection);
      if (status?.phase === 'done' && status.comparison !== undefined) return status.comparison;
      if (status?.phase === 'failed') throw new RebuildFailed(status.problem);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Asks for a rebuild and returns at once; {@link status} tells how it goes. Throws {@link NoSuchProjection}. */
  async requestRebuild(projection: string): Promise<void> {
    const { rowCount } = await this.pool.query(
      `SELECT FROM ops.checkpoint WHERE projection = $1 AND projection NOT LIKE 'reactor.%'`,
      [projection],
    );
    if (rowCount === 0) throw new NoSuchProjection(`No projection ${projection} can be rebuilt`);
    await this.records.request(projection);
  }

  /** Parked events of a projection or reactor, in the order of the log, whatever shards have parked them. */
  async parked(projection: string): Promise<ParkedEntry[]> {
    return byEvent(await new ParkedEvents(this.pool, projection).all());
  }

  /** Subjects and streams that are held back: whatever concerns them is answered with `parked: true` and *no*. */
  parkedSubjects(projection: string): Promise<Set<string>> {
    return new ParkedEvents(this.pool, projection).concerned();
  }

  /** Which of these subjects and streams are held back. */
  parkedAmong(projection: string, ids: readonly string[]): Promise<Set<string>> {
    return new ParkedEvents(this.pool, projection).among(ids);
  }

  /**
   * Has a parked event and all that is connected with it tried again, in order. Resolves when the owner has tried:
   * `true` if the event is done. Answers `false` also when nobody tried within `timeoutMs`; it stays asked for.
   */
  async retryParked(projection: string, eventId: Uuid, timeoutMs = 10_000): Promise<boolean> {
    const parked = new ParkedEvents(this.pool, projection);
    const group = connectedTo(await parked.all(), eventId).map((event) => event.eventId);
    await parked.requestRetry(group);
    const deadline = performance.now() + timeoutMs;
    let left = group.length;
    while (left > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      left = (await parked.requested()).filter((one) => group.includes(one.eventId)).length;
    }
    return left === 0 && !(await parked.all()).some((event) => event.eventId === eventId);
  }
}

/** A projection as its last shard stands: that is what its readers can count on. */
function statusOf(
  name: string,
  rows: readonly StatusRow[],
  rebuild: RebuildStatus | undefined,
): ProjectionStatus {
  const last = rows.reduce((low, row) => (BigInt(row.seen) < BigInt(low.seen) ? row : low));
  return {
    name,
    version: last.version,
    position: last.position ?? undefined,
    done: Number(last.seen),
    total: Number(last.total),
    movedAt: last.moved_at.toISOString(),
    parked: Number(last.parked),
    rebuild,
    shards: rows.map(({ shard, position, seen, total, moved_at: movedAt }) => ({
      shard,
      position: position ?? undefined,
      done: Number(seen),
      behind: Number(total) - Number(seen),
      movedAt: movedAt.toISOString(),
    })),
  };
}
