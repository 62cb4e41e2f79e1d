import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Position, StreamName } from '#event-store';
import type { Instant } from '#kernel';
import { PG_POOL, StreamEnds, type Ends } from '#runtime';
import type { DecidingFacts } from '../domain/deciding-facts.js';
import { onReadModel } from './available.js';
import {
  DECIDING_TABLES,
  decidingFactsOf,
  decidingTables,
  type DecidingTable,
  type ToldTables,
} from './deciding-rows.js';

/** What the rows of one person tell, and how far they should. */
export interface StandingRow {
  readonly subjectId: string;
  readonly facts: DecidingFacts;
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
  /** Where the streams end that were named. */
  readonly ends: Ends;
  /** In the order asked. */
  readonly people: readonly StandingRow[];
}

interface Floor {
  readonly subjectId: string;
  readonly category: string;
  readonly revision: number;
}

interface Answer extends ToldTables, Record<string, unknown> {
  readonly floors: readonly Floor[] | null;
  readonly parked: readonly string[] | null;
  readonly position: Position | null;
  readonly now: Date;
  readonly ends?: Readonly<Record<StreamName, number>> | null;
}

/**
 * The rows of a table about everybody who is asked for, as one text: to make and to read a row of PostgreSQL for each
 * person costs more than to find it. A join, and not `= ANY`: a plan that was made while a table was young
 * reads all of it, but only once.
 */
const rowsOf = (from: string, columns: Readonly<Record<string, string>>): string => {
  const members = Object.entries({ subjectId: 'subject_id', ...columns });
  const list = members.map(([member, column]) => `t.${column} AS "${member}"`).join(', ');
  return `(SELECT json_agg(r) FROM (SELECT ${list} FROM unnest(asked.ids) AS s(id) JOIN ${from} t ON t.subject_id = s.id) r)`;
};

const table = (name: DecidingTable): string =>
  `${rowsOf(`rm_contact_state.${name}`, DECIDING_TABLES[name].columns)} AS ${name}`;

/**
 * Every table by its primary key, which begins with the person. To plan the statement takes longer than to run it for
 * one person, and PostgreSQL keeps a plan only if it seems no dearer than one made anew, so it must not see how many
 * people and streams there are: `OFFSET 0` hides it.
 */
const STANDING = {
  name: 'contact-standing',
  text: `SELECT ${decidingTables.map(table).join(', ')},
  ${rowsOf('ops.gate_floor', { category: 'category', revision: 'revision' })} AS floors,
  (SELECT array_agg(DISTINCT s.id) FROM ops.parked p, unnest(p.subjects) AS s(id)
    WHERE p.projection = 'contact-state' AND p.build = 'live' AND p.subjects && asked.ids::text[]
      AND s.id = ANY (asked.ids::text[])) AS parked,
  (SELECT CASE WHEN bool_and(c.position IS NOT NULL) THEN min(c.position) END FROM ops.checkpoint c
    WHERE c.projection = 'contact-state' AND c.build = 'live') AS position,
  clock_timestamp() AS now`,
};
const ASKED = 'FROM (SELECT $1::uuid[] AS ids OFFSET 0) AS asked';
const ASKED_WITH_STREAMS = 'FROM (SELECT $1::uuid[] AS ids, $2::text[] AS streams OFFSET 0) AS asked';

/** Reads rows, floors and parked events of people in one statement: nothing can happen between them (ADR 0018). */
@Injectable()
export class StandingQuery {
  readonly #text: string;
  readonly #areEndsTold: boolean;

  constructor(
    @Inject(PG_POOL) private readonly pool: Pool,
    private readonly ends: StreamEnds,
  ) {
    const sql = ends.sql('asked.streams');
    this.#areEndsTold = sql !== undefined;
    this.#text =
      sql === undefined
        ? `${STANDING.text} ${ASKED}`
        : `${STANDING.text}, ${sql} AS ends ${ASKED_WITH_STREAMS}`;
  }

  /** `categories`: those of the streams that the rows tell. `streams`: any. Throws `not-yet-consistent`. */
  async of(
    subjectIds: readonly string[],
    categories: readonly string[],
    streams: readonly StreamName[],
  ): Promise<StandingRows> {
    const ids = [...new Set(subjectIds)];
    const values = this.#areEndsTold ? [ids, [...new Set(streams)]] : [ids];
    const statement = { name: STANDING.name, text: this.#text, values };
    const [{ rows }, beside] = await Promise.all([
      onReadModel(() => this.pool.query<Answer>(statement)),
      this.#areEndsTold ? undefined : this.ends.of(streams),
    ]);
    const [answer] = rows;
    if (answer === undefined) throw new RangeError('No answer');
    const facts = decidingFactsOf(ids, answer);
    const above = floorsAbove(answer.floors ?? [], facts, categories);
    const parked = new Set(answer.parked);
    return {
      at: answer.now.toISOString(),
      position: answer.position ?? undefined,
      ends: beside ?? endsOf(answer.ends ?? {}),
      people: subjectIds.map((subjectId) => ({
        subjectId,
        facts: facts.get(subjectId) as DecidingFacts,
        isParked: parked.has(subjectId),
        above: above.get(subjectId) ?? NONE,
      })),
    };
  }
}

function endsOf(told: Readonly<Record<StreamName, number>>): Ends {
  return new Map(Object.entries(told).map(([stream, revision]) => [stream, BigInt(revision)]));
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The floors that stand higher than what is told, of each person who has any. */
function floorsAbove(
  floors: readonly Floor[],
  facts: ReadonlyMap<string, DecidingFacts>,
  categories: readonly string[],
): ReadonlyMap<string, Map<string, number>> {
  const above = new Map<string, Map<string, number>>();
  for (const { subjectId, category, revision } of floors) {
    const told: Readonly<Record<string, number | null>> = facts.get(subjectId)?.subject?.revisions ?? {};
    if (revision <= (told[category] ?? -1) || !categories.includes(category)) continue;
    const own = above.get(subjectId);
    if (own === undefined) above.set(subjectId, new Map([[category, revision]]));
    else own.set(category, revision);
  }
  return above;
}
