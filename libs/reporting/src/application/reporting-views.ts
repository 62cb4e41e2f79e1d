import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { ClientBase, Pool } from 'pg';
import { PG_POOL } from '#runtime';
import { ANALYST_ROLE, reportingSql, reportingSqlHash } from '../sql/reporting-sql.js';

/** A constant of our own: of processes that start at once, one makes the views and the others find them. */
const LOCK = '7203554182096641203';
const FIRST_PAUSE_MS = 1000;
const MAX_PAUSE_MS = 60_000;

/** Makes the schema `reporting` when the program starts; a database that is away is waited for. */
@Injectable()
export class ReportingViews implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ReportingViews.name);
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  onApplicationBootstrap(): void {
    this.attempt(FIRST_PAUSE_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /**
   * Makes views, functions and rights as this program knows them, unless they are there already. `true`: something was
   * made. Throws the database's error.
   */
  async ensure(): Promise<boolean> {
    const client = await this.pool.connect();
    let isBroken = true;
    try {
      await client.query('BEGIN');
      const made = await this.make(client);
      await client.query('COMMIT');
      isBroken = false;
      return made;
    } finally {
      // What failed inside its transaction is rolled back by closing the connection.
      client.release(isBroken);
    }
  }

  private async make(client: ClientBase): Promise<boolean> {
    await client.query(`SELECT pg_advisory_xact_lock(${LOCK})`);
    const { rows } = await client.query<{ has_role: boolean; made: string | null }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS has_role,
              (SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'reporting_internal') AS made`,
      [ANALYST_ROLE],
    );
    // A role that was created since the last start needs its rights.
    const mark = `Computes the views of reporting; closed to analysts. Definition ${reportingSqlHash}${
      rows[0]?.has_role === true ? ', granted' : ''
    }.`;
    if (rows[0]?.made === mark) return false;
    await client.query(reportingSql);
    await client.query(`COMMENT ON SCHEMA reporting_internal IS '${mark}'`);
    return true;
  }

  private attempt(pauseMs: number): void {
    this.running = this.ensure().then(
      () => undefined,
      (error: unknown) => {
        // Messages may hold addresses, so only the kind of error is logged.
        if (pauseMs > FIRST_PAUSE_MS) {
          this.logger.warn(`views for analysts: ${error instanceof Error ? error.name : 'failed'}`);
        }
        if (this.isOver) return;
        const next = (): void => this.attempt(Math.min(pauseMs * 2, MAX_PAUSE_MS));
        this.timer = setTimeout(next, pauseMs).unref();
      },
    );
  }
}
