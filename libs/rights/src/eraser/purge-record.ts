import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#runtime';
import type { PurgeEvent } from '../contract.js';

/** An erasure whose closed streams a run is to prove gone. */
export interface CoveredErasure {
  readonly subjectId: string;
  readonly erasureId: string;
}

/** The same when no node holds anything of these streams any more. */
export interface ProvenErasure extends CoveredErasure {
  readonly streams: readonly string[];
}

type Recorded = Extract<PurgeEvent, { type: 'PurgeRunRecorded' }>['data'];

/** What a run came to, before all of it is told in the ledger. */
export interface PurgeOutcome {
  readonly recorded: Recorded;
  /** Erasures of which no node holds anything any more, with the streams that were looked for. */
  readonly proven: readonly ProvenErasure[];
}

/** The run that is under way. */
export interface PurgeRun {
  readonly runId: string;
  /** Nothing has to be removed unless the search finds something. */
  readonly onlySearch: boolean;
  readonly erasures: readonly CoveredErasure[];
  /** Per node, how many streams were found again that had been proven gone. */
  readonly found: Readonly<Record<string, number>>;
  readonly startedAt: string;
  readonly outcome: PurgeOutcome | undefined;
  readonly progress: { readonly node: string; readonly done: number; readonly total: number } | undefined;
  readonly failures: number;
  /** When it is tried again after a failure. */
  readonly notBefore: string | undefined;
}

interface Row {
  readonly run_id: string;
  readonly only_search: boolean;
  readonly erasures: readonly CoveredErasure[];
  readonly found: Readonly<Record<string, number>>;
  readonly outcome: PurgeOutcome | null;
  readonly started_at: Date;
  readonly node: string | null;
  readonly done: string | null;
  readonly total: string | null;
  readonly failures: number;
  readonly not_before: Date | null;
}

const MAX_WAIT_MINUTES = 60;

/** Keeps the purge that is under way, so that the process that comes next takes it up where this one died. */
@Injectable()
export class PurgeRecord {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The run that is under way. */
  async current(): Promise<PurgeRun | undefined> {
    const { rows } = await this.pool.query<Row>('SELECT * FROM ops.purge_run ORDER BY started_at LIMIT 1');
    return rows[0] && runOf(rows[0]);
  }

  /** A new run begins. */
  async begin({
    runId,
    onlySearch,
    erasures,
    startedAt,
  }: Pick<PurgeRun, 'runId' | 'onlySearch' | 'erasures' | 'startedAt'>): Promise<PurgeRun> {
    await this.pool.query(
      `INSERT INTO ops.purge_run (run_id, only_search, erasures, started_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [runId, onlySearch, JSON.stringify(erasures), startedAt],
    );
    const begun = await this.current();
    if (begun === undefined) throw new Error('A run that was begun is gone');
    return begun;
  }

  /** Streams came back that had been proven gone. */
  async noteFound(runId: string, found: PurgeRun['found']): Promise<void> {
    await this.pool.query('UPDATE ops.purge_run SET found = $2 WHERE run_id = $1', [
      runId,
      JSON.stringify(found),
    ]);
  }

  /** How far the purge of a node is. */
  async noteProgress(runId: string, { node, done, total }: NonNullable<PurgeRun['progress']>): Promise<void> {
    await this.pool.query(
      `UPDATE ops.purge_run SET node = $2, done = $3, total = $4, told_at = clock_timestamp()
        WHERE run_id = $1`,
      [runId, node, done, total],
    );
  }

  /** It did not get through; it is tried again after a pause that grows up to an hour. */
  async noteFailure(runId: string): Promise<void> {
    await this.pool.query(
      `UPDATE ops.purge_run SET failures = failures + 1,
         not_before = clock_timestamp()
           + make_interval(mins => least(${String(MAX_WAIT_MINUTES)}, power(2, least(failures, 10)))::integer)
        WHERE run_id = $1`,
      [runId],
    );
  }

  /** Everything is known; what remains is to tell it. */
  async conclude(runId: string, outcome: PurgeOutcome): Promise<void> {
    await this.pool.query('UPDATE ops.purge_run SET outcome = $2 WHERE run_id = $1', [
      runId,
      JSON.stringify(outcome),
    ]);
  }

  /** All of it stands in the ledger. */
  async finish(runId: string): Promise<void> {
    await this.pool.query('DELETE FROM ops.purge_run WHERE run_id = $1', [runId]);
  }
}

function runOf(row: Row): PurgeRun {
  return {
    runId: row.run_id,
    onlySearch: row.only_search,
    erasures: row.erasures,
    found: row.found,
    startedAt: row.started_at.toISOString(),
    outcome: row.outcome ?? undefined,
    progress:
      row.node === null ? undefined : { node: row.node, done: Number(row.done), total: Number(row.total) },
    failures: row.failures,
    notBefore: row.not_before?.toISOString(),
  };
}
