import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { ActorRef, Instant } from '#kernel';
import { ParkedEvents, PG_POOL, READ_SIDE, type ReadSide } from '#runtime';
import { onReadModel } from './available.js';

/** Which looks. */
export interface LooksWanted {
  readonly subjectId?: string;
  readonly actorId?: string;
  /** Recorded at or after. */
  readonly from?: Instant;
  /** Recorded before. */
  readonly to?: Instant;
  readonly limit: number;
  /** Last look of the page before. */
  readonly before?: { readonly recordedAt: Instant; readonly position: string };
}

/** One look at personal data. */
export interface Look {
  readonly eventId: string;
  readonly position: string;
  readonly stream: string;
  readonly recordedAt: Instant;
  readonly actor: ActorRef;
  readonly kind: 'look-up' | 'reveal';
  readonly fields: readonly string[];
  readonly reason: string | null;
  readonly requestId: string | null;
  readonly items: number;
  /** Whom it found or showed. */
  readonly subjectIds: readonly string[];
}

interface LookRecord {
  readonly event_id: string;
  readonly position: string;
  readonly stream: string;
  readonly recorded_at: Date;
  readonly actor_kind: ActorRef['k'];
  readonly actor_ref: string;
  readonly kind: Look['kind'];
  readonly fields: readonly string[];
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly items: number;
  readonly subject_ids: readonly string[] | null;
}

/** Searches the access log, newest first. */
@Injectable()
export class AccessLogQuery {
  private readonly parked: ParkedEvents;

  constructor(
    @Inject(PG_POOL) pool: Pool,
    @Inject(READ_SIDE) private readonly readSide: ReadSide,
  ) {
    this.parked = new ParkedEvents(pool, 'access-log');
  }

  /** Looks of a page, and whether more follow. */
  async page(wanted: LooksWanted): Promise<{ readonly looks: readonly Look[]; readonly hasMore: boolean }> {
    const { rows } = await onReadModel(() => this.readSide.query<LookRecord>(statementOf(wanted)));
    return { looks: rows.slice(0, wanted.limit).map(lookFrom), hasMore: rows.length > wanted.limit };
  }

  /** Whether a look (at this person) could not be read, so that the log is incomplete. */
  async isParked(subjectId?: string): Promise<boolean> {
    if (subjectId === undefined) return (await this.parked.all()).length > 0;
    return (await this.parked.among([subjectId])).has(subjectId);
  }
}

/** One text per set of filters, so that each has a plan of its own. */
function statementOf(wanted: LooksWanted): { name: string; text: string; values: unknown[] } {
  const values: unknown[] = [wanted.limit + 1];
  const used: string[] = [];
  const when = (name: string, condition: (parameter: string) => string, ...given: unknown[]): string[] => {
    if (given[0] === undefined) return [];
    used.push(name);
    return [condition(given.map((value) => `$${String(values.push(value))}`).join(', '))];
  };
  const { subjectId, actorId, from, to, before } = wanted;
  const order = subjectId === undefined ? 'l' : 's';
  const conditions = [
    ...when('subject', (p) => `s.subject_id = ${p}`, subjectId),
    ...when('actor', (p) => `l.actor_ref = ${p}`, actorId),
    ...when('from', (p) => `${order}.recorded_at >= ${p}`, from),
    ...when('to', (p) => `${order}.recorded_at < ${p}`, to),
    ...when(
      'before',
      (p) => `(${order}.recorded_at, ${order}.position) < (${p})`,
      before?.recordedAt,
      before?.position,
    ),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const joined = subjectId === undefined ? '' : 'JOIN rm_access_log.looked_at s USING (position)';
  const text = `SELECT l.*, (SELECT array_agg(a.subject_id ORDER BY a.subject_id) FROM rm_access_log.looked_at a
                             WHERE a.position = l.position) AS subject_ids
                FROM rm_access_log.look l ${joined} ${where}
                ORDER BY ${order}.recorded_at DESC, ${order}.position DESC LIMIT $1`;
  return { name: `access-log ${used.join(' ')}`, text, values };
}

function lookFrom(row: LookRecord): Look {
  return {
    eventId: row.event_id,
    position: row.position,
    stream: row.stream,
    recordedAt: row.recorded_at.toISOString(),
    actor: { k: row.actor_kind, ref: row.actor_ref },
    kind: row.kind,
    fields: row.fields,
    reason: row.reason,
    requestId: row.request_id,
    items: row.items,
    subjectIds: row.subject_ids ?? [],
  };
}
