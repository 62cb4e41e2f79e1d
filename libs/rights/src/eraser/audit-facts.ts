import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#runtime';
import type { PurgeEvent, RightsEvent } from '../contract.js';
import { COMPLETED, ORDERED, PURGES, STARTED, STREAM_CLOSED, STREAM_OF_CLOSING } from './audit-conditions.js';

type Fact<T extends (RightsEvent | PurgeEvent)['type']> = Extract<RightsEvent | PurgeEvent, { type: T }>;

/** Facts that can be read in the order of the ledger without the rest of it. */
const CONDITIONS = {
  ErasureOrdered: ORDERED,
  KeyDestructionStarted: STARTED,
  ErasureCompleted: COMPLETED,
} as const;

/** A closing as the newest fact tells it. */
export type ClosingFact = Fact<'PersonalStreamClosed'>['data'];

/** A fact of a purge with when it was recorded. */
export type PurgeFact = PurgeEvent & { readonly recordedAt: string };

const PAGE = 500;

/**
 * What the eraser asks the audit copy: it is never older than what it was told, survives every restore of the event
 * store, and is never rebuilt from it. So it is the ledger's facts by which a store is searched.
 */
@Injectable()
export class AuditFacts {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Index of the newest entry; -1 while there is none. */
  async head(): Promise<bigint> {
    const { rows } = await this.pool.query<{ idx: string }>(
      'SELECT idx FROM audit.entry ORDER BY idx DESC LIMIT 1',
    );
    return BigInt(rows[0]?.idx ?? -1);
  }

  /** Facts of one type behind `after`, up to and including `upTo`, in order. */
  async *between<T extends keyof typeof CONDITIONS>(
    type: T,
    { after, upTo }: { readonly after: bigint; readonly upTo: bigint },
    signal: AbortSignal,
  ): AsyncGenerator<Fact<T>['data']> {
    const sql = `SELECT idx, entry FROM audit.entry
      WHERE idx > $1 AND idx <= $2 AND ${CONDITIONS[type]} ORDER BY idx LIMIT ${String(PAGE)}`;
    for (let from = after; ;) {
      signal.throwIfAborted();
      const { rows } = await this.pool.query<{ idx: string; entry: string }>(sql, [from, upTo]);
      for (const { entry } of rows) {
        const fact = JSON.parse(entry) as { type: string; data: Fact<T>['data'] };
        if (fact.type === type) yield fact.data;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      from = BigInt(last.idx);
    }
  }

  /** The closings of those of these streams that the ledger calls closed; of several the newest counts. */
  async closings(streams: readonly string[]): Promise<Map<string, ClosingFact>> {
    const { rows } = await this.pool.query<{ entry: string }>(
      `SELECT entry FROM audit.entry
        WHERE ${STREAM_CLOSED} AND ${STREAM_OF_CLOSING} = ANY ($1) ORDER BY idx`,
      [streams],
    );
    const facts = rows.map(({ entry }) => (JSON.parse(entry) as Fact<'PersonalStreamClosed'>).data);
    return new Map(facts.map((fact) => [fact.stream, fact]));
  }

  /** Whether any stream was ever closed, so that there is something to search for. */
  async hasClosings(): Promise<boolean> {
    const { rows } = await this.pool.query(`SELECT 1 FROM audit.entry WHERE ${STREAM_CLOSED} LIMIT 1`);
    return rows.length > 0;
  }

  /** The newest facts about purges, newest first. */
  async purges(limit: number): Promise<PurgeFact[]> {
    const { rows } = await this.pool.query<{ entry: string }>(
      `SELECT entry FROM audit.entry WHERE ${PURGES} ORDER BY idx DESC LIMIT $1`,
      [limit],
    );
    return rows.map(({ entry }) => {
      const { type, data, meta } = JSON.parse(entry) as PurgeEvent & { meta: { ts: string } };
      return { type, data, recordedAt: meta.ts } as PurgeFact;
    });
  }
}
