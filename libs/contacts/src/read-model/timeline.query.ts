import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { ParkedEvents, PG_POOL, READ_SIDE, type ReadSide } from '#runtime';
import type { ActorRef, Instant } from '#kernel';
import type { TimelineEvent } from '../domain/timeline-event.js';
import { onReadModel } from './available.js';

/** An event of a person's timeline. */
export type TimelineEntry = TimelineEvent & {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: ActorRef;
};

/** Which part of a timeline, in which order. */
export interface TimelinePage {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  /** Position after which (in that order) the page begins. */
  readonly after: string | undefined;
}

interface EntryRow {
  readonly event_id: string;
  readonly position: string;
  readonly type: TimelineEvent['type'];
  readonly stream: string;
  readonly revision: string;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly actor_kind: ActorRef['k'];
  readonly actor_ref: string;
  readonly data: unknown;
}

const COLUMNS = `event_id, position, type, stream, revision, occurred_at, recorded_at, actor_kind, actor_ref, data`;
const STATEMENTS = {
  asc: `SELECT ${COLUMNS} FROM rm_timeline.entry
        WHERE subject_id = $1 AND ($2::text IS NULL OR position > $2) ORDER BY position LIMIT $3`,
  desc: `SELECT ${COLUMNS} FROM rm_timeline.entry
         WHERE subject_id = $1 AND ($2::text IS NULL OR position < $2) ORDER BY position DESC LIMIT $3`,
};

/** Reads timelines page by page. */
@Injectable()
export class TimelineQuery {
  private readonly parked: ParkedEvents;

  constructor(
    @Inject(PG_POOL) pool: Pool,
    @Inject(READ_SIDE) private readonly readSide: ReadSide,
  ) {
    this.parked = new ParkedEvents(pool, 'timeline');
  }

  /** Entries of a page, and whether more follow. */
  async page(
    subjectId: string,
    { order, limit, after }: TimelinePage,
  ): Promise<{ readonly entries: readonly TimelineEntry[]; readonly hasMore: boolean }> {
    const values = [subjectId, after ?? null, limit + 1];
    const statement = { name: `timeline-${order}`, text: STATEMENTS[order], values };
    const { rows } = await onReadModel(() => this.readSide.query<EntryRow>(statement));
    return { entries: rows.slice(0, limit).map(entryFrom), hasMore: rows.length > limit };
  }

  /** Whether an event of the person could not be read, so that the timeline is incomplete. */
  async isParked(subjectId: string): Promise<boolean> {
    return (await this.parked.among([subjectId])).has(subjectId);
  }
}

function entryFrom(row: EntryRow): TimelineEntry {
  // The codec checked type and data against each other before the row was written.
  const event = { type: row.type, data: row.data } as TimelineEvent;
  return {
    ...event,
    id: row.event_id,
    stream: row.stream,
    revision: Number(row.revision),
    position: row.position,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    actor: { k: row.actor_kind, ref: row.actor_ref },
  };
}
