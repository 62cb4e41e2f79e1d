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
}

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
  readonly parked_at: Date;
}

/** Why an event waits. */
export const BEHIND = 'waits behind a parked event of the same subject';

/** Makes the record of an event that is parked. */
export function parkedEvent(
  event: StoredEvent,
  concerned: readonly string[],
  reason: string | undefined,
): ParkedEvent {
  const { id, position, stream, revision, type } = event;
  const isWaiting = reason === undefined;
  return { eventId: id, position, stream, revision, type, concerned, reason: reason ?? BEHIND, isWaiting };
}

/** The parked events of one follower, in `ops.parked`. */
export class ParkedEvents {
  constructor(
    private readonly pool: Pool,
    private readonly follower: string,
    private readonly build: Build = 'live',
  ) {}

  /** Everything that parked events hold back. */
  async concerned(): Promise<Set<string>> {
    const { rows } = await this.pool.query<{ subject: string }>(
      'SELECT DISTINCT unnest(subjects) AS subject FROM ops.parked WHERE projection = $1 AND build = $2',
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

  /** All parked events in the order of the log. */
  async all(): Promise<ParkedEntry[]> {
    const { rows } = await this.pool.query<ParkedRow>(
      'SELECT * FROM ops.parked WHERE projection = $1 AND build = $2 ORDER BY position',
      [this.follower, this.build],
    );
    return rows.map(entryOf);
  }

  /** Parks events, in the transaction that moves the checkpoint past them. */
  async add(client: ClientBase, events: readonly ParkedEvent[]): Promise<void> {
    for (const event of events) {
      await client.query(
        `INSERT INTO ops.parked (projection, build, event_id, position, stream, revision, type, subjects, reason, waiting)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`,
        [
          ...[this.follower, this.build, event.eventId, event.position, event.stream, event.revision],
          ...[event.type, event.concerned, event.reason, event.isWaiting],
        ],
      );
    }
  }

  /** Notes how a retry ended for an event that stays. */
  async update({ eventId, reason, isWaiting }: ParkedEvent): Promise<void> {
    await this.pool.query(
      `UPDATE ops.parked SET reason = $4, waiting = $5, retry_requested_at = NULL
       WHERE projection = $1 AND build = $2 AND event_id = $3`,
      [this.follower, this.build, eventId, reason, isWaiting],
    );
  }

  /** Removes an event that has been done. */
  async remove(eventId: Uuid, db: Pool | ClientBase = this.pool): Promise<void> {
    await db.query('DELETE FROM ops.parked WHERE projection = $1 AND build = $2 AND event_id = $3', [
      ...[this.follower, this.build, eventId],
    ]);
  }

  /** Asks the owner to try these events again. */
  async requestRetry(eventIds: readonly Uuid[]): Promise<void> {
    await this.pool.query(
      `UPDATE ops.parked SET retry_requested_at = clock_timestamp()
       WHERE projection = $1 AND build = $2 AND event_id = ANY ($3::uuid[])`,
      [this.follower, this.build, eventIds],
    );
  }

  /** The events that are to be tried again. */
  async requested(): Promise<Uuid[]> {
    const { rows } = await this.pool.query<{ event_id: string }>({
      name: 'parked-requested',
      text: `SELECT event_id FROM ops.parked
             WHERE projection = $1 AND build = $2 AND retry_requested_at IS NOT NULL ORDER BY position`,
      values: [this.follower, this.build],
    });
    return rows.map(({ event_id: id }) => id);
  }
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
    parkedAt: row.parked_at.toISOString(),
  };
}
