import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Position } from '#event-store';
import type { Instant } from '#kernel';
import { PG_POOL, type Row } from '#runtime';
import type { ContactFacts } from '../domain/contact-facts.js';
import { onReadModel } from './available.js';
import { contactFactsOf } from './contact-rows.js';
import { rowsOfTables, TABLES } from './contact-state.query.js';
import { SubjectRow } from './contact-state.entity.js';

/** What the rows of one person tell, and how far they should. */
export interface StandingRow {
  readonly subjectId: string;
  readonly facts: ContactFacts;
  /** An event of the person could not be read: what the rows tell is incomplete. */
  readonly isParked: boolean;
  /** Categories of the person's streams whose floor stands higher than what the rows tell, with that floor. */
  readonly above: ReadonlyMap<string, number>;
}

/** What the rows of several people tell, all as of one moment. */
export interface StandingRows {
  /** The database's clock at that moment. */
  readonly at: Instant;
  /** Up to where the read model had followed the ledger; `undefined`: nowhere yet. */
  readonly position: Position | undefined;
  /** In the order asked. */
  readonly people: readonly StandingRow[];
}

interface Answer extends Record<string, unknown> {
  readonly subject_id: string;
  readonly floors: Readonly<Record<string, number>>;
  readonly is_parked: boolean;
  readonly position: Position | null;
  readonly now: Date;
}

/** What a person was asked, and to whom they are related, decides nothing about what may be done today. */
const DECIDING = Object.keys(TABLES).filter((table) => table !== 'consent_request' && table !== 'link');

/** Every table by its primary key, which begins with the person. */
const standing = (people: string): string => `SELECT s.id AS subject_id, ${DECIDING.map(
  (table) =>
    `(SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM rm_contact_state.${table} t WHERE t.subject_id = s.id) AS ${table}`,
).join(', ')},
  (SELECT coalesce(jsonb_object_agg(f.category, f.revision), '{}') FROM ops.gate_floor f WHERE f.subject_id = s.id) AS floors,
  EXISTS (SELECT FROM ops.parked p WHERE p.projection = 'contact-state' AND p.build = 'live'
            AND p.subjects && ARRAY[s.id::text]) AS is_parked,
  (SELECT CASE WHEN bool_and(c.position IS NOT NULL) THEN min(c.position) END FROM ops.checkpoint c
    WHERE c.projection = 'contact-state' AND c.build = 'live') AS position,
  clock_timestamp() AS now
  FROM unnest(${people}) WITH ORDINALITY AS s(id, place) ORDER BY s.place`;

/**
 * To plan the statement takes longer than to run it for one person. PostgreSQL keeps a plan only if it seems no dearer
 * than one made anew, so it must not see how many people there are. For many it is planned each time: a plan that was
 * made while a table was young would read all of it for each of them.
 */
const OF_ONE = { name: 'contact-standing-of-one', text: standing('(SELECT $1::uuid[])') };
const OF_MANY = { name: 'contact-standing', text: standing('$1::uuid[]') };

/** Reads rows, floors and parked events of people in one statement: nothing can happen between them (ADR 0018). */
@Injectable()
export class StandingQuery {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** Of at least one person. `categories`: those of the streams that the rows tell. Throws `not-yet-consistent`. */
  async of(subjectIds: readonly string[], categories: readonly string[]): Promise<StandingRows> {
    const statement = { ...(subjectIds.length === 1 ? OF_ONE : OF_MANY), values: [subjectIds] };
    const { rows } = await onReadModel(() => this.pool.query<Answer>(statement));
    const [first] = rows;
    if (first === undefined) throw new RangeError('Nobody was asked for');
    return {
      at: first.now.toISOString(),
      position: first.position ?? undefined,
      people: rows.map((row) => personOf(row, categories)),
    };
  }
}

function personOf(answer: Answer, categories: readonly string[]): StandingRow {
  const rowsOf = rowsOfTables(answer as Record<string, readonly Row[]>);
  const [told] = rowsOf(SubjectRow);
  const floors = Object.entries(answer.floors).filter(
    ([category, floor]) => categories.includes(category) && floor > revisionIn(told, category),
  );
  return {
    subjectId: answer.subject_id,
    facts: contactFactsOf(rowsOf),
    isParked: answer.is_parked,
    above: new Map(floors),
  };
}

function revisionIn(told: Row | undefined, category: string): number {
  const revision = told?.[`${category}_revision`];
  return revision === null || revision === undefined ? -1 : Number(revision);
}
