import type { ClientBase, Pool } from 'pg';
import type { Instant } from '#kernel';
import type { Comparison } from './comparison.js';

/** Where a rebuild stands. */
export type RebuildPhase = 'requested' | 'building' | 'comparing' | 'switching' | 'done' | 'failed';

/** The newest rebuild of a projection, as any process sees it. */
export interface RebuildStatus {
  readonly projection: string;
  readonly phase: RebuildPhase;
  readonly version: number | undefined;
  /** Events read so far, and events to read as the live build counted them. */
  readonly done: number;
  readonly total: number;
  /** Events per second. */
  readonly rate: number;
  /** Seconds that the rest will take at this rate; `undefined` while nobody can tell. */
  readonly etaSeconds: number | undefined;
  readonly requestedAt: Instant;
  readonly endedAt: Instant | undefined;
  readonly comparison: Comparison | undefined;
  readonly problem: string | undefined;
}

interface RebuildRow {
  readonly projection: string;
  readonly requested_at: Date;
  readonly phase: RebuildPhase;
  readonly version: number | null;
  readonly done: string;
  readonly total: string;
  readonly rate: number;
  readonly ended_at: Date | null;
  readonly comparison: Comparison | null;
  readonly problem: string | null;
}

const ENDED = `('done', 'failed')`;

/** The rows of `ops.rebuild`: how rebuilds are asked for and watched from any process. */
export class RebuildRecords {
  constructor(private readonly pool: Pool) {}

  /** Asks for a rebuild; one that is under way is joined. */
  async request(projection: string): Promise<void> {
    await this.pool.query(
      `INSERT INTO ops.rebuild (projection) VALUES ($1)
       ON CONFLICT (projection) DO UPDATE SET requested_at = clock_timestamp(), phase = 'requested', version = NULL,
         done = 0, total = 0, rate = 0, started_at = NULL, ended_at = NULL, comparison = NULL, problem = NULL
       WHERE ops.rebuild.phase IN ${ENDED}`,
      [projection],
    );
  }

  /** Projections whose rebuild is asked for or was left unfinished. */
  async open(): Promise<string[]> {
    const { rows } = await this.pool.query<{ projection: string }>(
      `SELECT projection FROM ops.rebuild WHERE phase NOT IN ${ENDED}`,
    );
    return rows.map(({ projection }) => projection);
  }

  /** A rebuild begins, or goes on after an interruption: answers whether it was under way already. */
  async begin(client: ClientBase, projection: string, version: number, total: bigint): Promise<boolean> {
    const { rowCount } = await client.query(
      `SELECT FROM ops.rebuild WHERE projection = $1 AND version = $2 AND phase NOT IN ('requested', 'done', 'failed')
       FOR UPDATE`,
      [projection, version],
    );
    await client.query(
      `INSERT INTO ops.rebuild AS r (projection, phase, version, total, started_at)
       VALUES ($1, 'building', $2, $3, clock_timestamp())
       ON CONFLICT (projection) DO UPDATE SET phase = 'building', version = $2, total = $3, problem = NULL,
         ended_at = NULL, comparison = NULL, started_at = coalesce(r.started_at, clock_timestamp())`,
      [projection, version, total],
    );
    return rowCount === 1;
  }

  /** Notes progress. */
  async progress(projection: string, done: bigint, total: bigint, rate: number): Promise<void> {
    await this.pool.query(
      'UPDATE ops.rebuild SET done = $2::bigint, total = greatest($3::bigint, $2::bigint), rate = $4, problem = NULL WHERE projection = $1',
      [projection, done, total, rate],
    );
  }

  /** Notes where it stands, or how it ended. */
  async note(
    projection: string,
    phase: RebuildPhase,
    detail: { comparison?: Comparison; problem?: string } = {},
    db: Pool | ClientBase = this.pool,
  ): Promise<void> {
    await db.query(
      `UPDATE ops.rebuild SET phase = $2::text, comparison = coalesce($3::jsonb, comparison), problem = $4::text,
         ended_at = CASE WHEN $2::text IN ${ENDED} THEN clock_timestamp() END
       WHERE projection = $1`,
      [projection, phase, detail.comparison && JSON.stringify(detail.comparison), detail.problem],
    );
  }

  /** The newest rebuild of each projection. */
  async all(): Promise<Map<string, RebuildStatus>> {
    const { rows } = await this.pool.query<RebuildRow>('SELECT * FROM ops.rebuild ORDER BY projection');
    return new Map(rows.map((row) => [row.projection, statusOf(row)]));
  }
}

function statusOf(row: RebuildRow): RebuildStatus {
  const [done, total] = [Number(row.done), Number(row.total)];
  return {
    projection: row.projection,
    phase: row.phase,
    version: row.version ?? undefined,
    done,
    total,
    rate: row.rate,
    etaSeconds: row.rate > 0 ? Math.ceil((total - done) / row.rate) : undefined,
    requestedAt: row.requested_at.toISOString(),
    endedAt: row.ended_at?.toISOString(),
    comparison: row.comparison ?? undefined,
    problem: row.problem ?? undefined,
  };
}
