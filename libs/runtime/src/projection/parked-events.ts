import type { ClientBase, Pool } from 'pg';
import type { Position, StoredEvent, StreamName } from '#event-store';
import type { Instant, Uuid } from '#kernel';
import type { Build } from './checkpoints.js';

/** An event that a follower could not do, or that waits behind one. */
export interface ParkedEvent {
  readonly eventId: Uuid;
  readonly position: Position;
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly type: string;
  /** Subjects and streams it holds back. */
  readonly concerned: readonly string[];
  /** Why it could not be done; no personal data. */
  readonly reason: string;
  /** It is sound itself, and waits behind another event of the same subject. */
  readonly isWaiting: boolean;
  /** Which part of it: a subject, or '' for all of the event. The other parts are done, or parked beside it. */
  readonly part: string;
}

/** Names one parked part of an event. */
export type ParkedKey = Pick<ParkedEvent, 'eventId' | 'part'>;

/** A parked event as people see it. */
export interface ParkedEntry extends ParkedEvent {
  readonly parkedAt: Instant;
}

interface ParkedRow {
  readonly event_id: string;
  readonly position: Position;
  readonly stream: string;
  readonly revision: string;
  readonly type: string;
  readonly subjects: string[];
  readonly reason: string;
  readonly waiting: boolean;
  readonly part: string;
  readonly parked_at: Date;
}

/** Why an event waits. */
export const BEHIND = 'waits behind a parked event of the same subject';

/** Makes the record of an event that is parked. */
export function parkedEvent(
  event: StoredEvent,
  concerned: readonly string[],
  reason: string | undefined,
  part = '',
): ParkedEvent {
  const { id: eventId, position, stream, revision, type } = event;
  const isWaiting = reason === undefined;
  return {
    ...{ eventId, position, stream, revision, type, concerned },
    ...{ reason: reason ?? BEHIND, isWaiting, part },
  };
}

/** Codes of what a program of another version may be able to read. */
const UNKNOWN = ['unknown-type', 'unknown-version'];

/** The parked events of one follower, in `ops.parked`: of one of its shards, or (for who only looks) of all. */
export class ParkedEvents {
  private readonly mine: string;

  constructor(
    private readonly pool: Pool,
    private readonly follower: string,
    private readonly build: Build = 'live',
    private readonly shard?: number,
  ) {
    this.mine = `projection = $1 AND build = $2${shard === undefined ? '' : ` AND shard = ${String(shard)}`}`;
  }

  /** Everything that parked events hold back. */
  async concerned(): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ subject: string }>(
      `SELECT DISTINCT unnest(subjects) AS subject FROM ops.parked WHERE ${this.mine}`,
      [this.follower, this.build],
    );
    return new Set(rows.map(({ subject }) => subject));
  }

  /** Which of these subjects and streams are held back. */
  async among(ids: readonly string[]): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ subject: string }>({
      name: 'parked-among',
      text: `SELECT DISTINCT s.subject FROM ops.parked p, unnest(p.subjects) AS s(subject)
             WHERE p.projection = $1 AND p.build = $2 AND p.subjects && $3::text[] AND s.subject = ANY ($3)`,
      values: [this.follower, this.build, ids],
    });
    return new Set(rows.map(({ subject }) => subject));
  }

  /** All parked parts of events in the order of the log. */
  async all(): Promise<ParkedEntry[]> {
    const { rows } = await this.pool.query<ParkedRow>(
      `SELECT * FROM ops.parked WHERE ${this.mine} ORDER BY position, part`,
      [this.follower, this.build],
    );
    return rows.map(entryOf);
  }

  /** Parks events, in the transaction that moves the checkpoint past them. */
  async add(client: ClientBase, events: readonly ParkedEvent[]): Promise<void> {
    for (const event of events) {
      await client.query(
        `INSERT INTO ops.parked
           (projection, build, event_id, position, stream, revision, type, subjects, reason, waiting, part, shard)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
        [
          ...[this.follower, this.build, event.eventId, event.position, event.stream, event.revision],
          ...[event.type, event.concerned, event.reason, event.isWaiting, event.part, this.shard ?? 0],
        ],
      );
    }
  }

  /** Notes how a retry ended for an event that stays. */
  async update({ eventId, part, reason, isWaiting }: ParkedEvent): Promise<void> {
    await this.pool.query(
      `UPDATE ops.parked SET reason = $5, waiting = $6, retry_requested_at = NULL
       WHERE ${this.mine} AND event_id = $3 AND part = $4`,
      [this.follower, this.build, eventId, part, reason, isWaiting],
    );
  }

  /** Removes an event that has been done. */
  async remove({ eventId, part }: ParkedKey, db: Pool | ClientBase = this.pool): Promise<void> {
    await db.query(`DELETE FROM ops.parked WHERE ${this.mine} AND event_id = $3 AND part = $4`, [
      ...[this.follower, this.build, eventId, part],
    ]);
  }

  /** Asks the owners to try these events again. */
  async requestRetry(eventIds: readonly Uuid[]): Promise<void> {
    await this.pool.query(
      `UPDATE ops.parked SET retry_requested_at = clock_timestamp()
       WHERE ${this.mine} AND event_id = ANY ($3::uuid[])`,
      [this.follower, this.build, eventIds],
    );
  }

  /** Asks for another try of what was parked because the program of that time did not know it. */
  async requestUnknown(): Promise<void> {
    await this.pool.query(
      `UPDATE ops.parked SET retry_requested_at = clock_timestamp() WHERE ${this.mine} AND reason = ANY ($3)`,
      [this.follower, this.build, UNKNOWN],
    );
  }

  /** What is to be tried again. */
  async requested(): Promise<ParkedKey[]> {
    const { rows } = await this.pool.query<{ event_id: string; part: string }>(
      `SELECT event_id, part FROM ops.parked
       WHERE ${this.mine} AND retry_requested_at IS NOT NULL ORDER BY position, part`,
      [this.follower, this.build],
    );
    return rows.map(({ event_id: eventId, part }) => ({ eventId, part }));
  }
}

/** Parked parts as people see them: one entry per event, whatever the number of its parts and shards. */
export function byEvent(entries: readonly ParkedEntry[]): ParkedEntry[] {
  const events = new Map<Uuid, ParkedEntry>();
  for (const entry of entries) {
    const other = events.get(entry.eventId);
    if (other === undefined) events.set(entry.eventId, { ...entry, part: '' });
    else events.set(entry.eventId, together(other, entry));
  }
  return [...events.values()];
}

function together(one: ParkedEntry, other: ParkedEntry): ParkedEntry {
  const concerned = [...new Set([...one.concerned, ...other.concerned])];
  const culprit = one.isWaiting ? other : one;
  const { reason, isWaiting } = culprit;
  const parkedAt = one.parkedAt < other.parkedAt ? one.parkedAt : other.parkedAt;
  return { ...one, concerned, reason, isWaiting, parkedAt };
}

function entryOf(row: ParkedRow): ParkedEntry {
  return {
    eventId: row.event_id,
    position: row.position,
    stream: row.stream,
    revision: BigInt(row.revision),
    type: row.type,
    concerned: row.subjects,
    reason: row.reason,
    isWaiting: row.waiting,
    part: row.part,
    parkedAt: row.parked_at.toISOString(),
  };
}
