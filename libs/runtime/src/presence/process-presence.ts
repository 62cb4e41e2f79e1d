import type { ClientBase, Pool } from 'pg';
import type { Uuid } from '#kernel';
import type { ConnectionBudget } from '../ledger/connection-budget.js';
import { SILENT_AFTER_MS } from './silence.js';

/** Processes that are at work, and how many connections they may take together. */
export interface ProcessesAtWork {
  readonly processes: number;
  readonly ledgerConnections: number;
  readonly keyConnections: number;
}

/** A process that has been silent for so long has ended; its row goes. */
const GONE_AFTER = '1 day';

/** Says that a process is at work, and how many connections it may take. Throws the database's error. */
export async function sayAtWork(db: Pool, process: Uuid, { ledger, keys }: ConnectionBudget): Promise<void> {
  await db.query(
    `INSERT INTO ops.process_presence (process, ledger_connections, key_connections, seen_at)
     VALUES ($1, $2, $3, clock_timestamp())
     ON CONFLICT (process) DO UPDATE SET seen_at = greatest(process_presence.seen_at, excluded.seen_at)`,
    [process, ledger.total, keys.total],
  );
  await db.query(
    `DELETE FROM ops.process_presence WHERE seen_at < clock_timestamp() - interval '${GONE_AFTER}'`,
  );
}

/**
 * The processes that said so lately, by PostgreSQL's clock. One that has just ended counts for half a minute more; one of
 * a version that says nothing does not count. Throws the database's error.
 */
export async function processesAtWork(db: Pool | ClientBase): Promise<ProcessesAtWork> {
  const { rows } = await db.query<{ n: number; ledger: number; keys: number }>(
    `SELECT count(*)::int AS n, coalesce(sum(ledger_connections), 0)::int AS ledger,
            coalesce(sum(key_connections), 0)::int AS keys
       FROM ops.process_presence WHERE seen_at >= clock_timestamp() - $1 * interval '1 millisecond'`,
    [SILENT_AFTER_MS],
  );
  const { n = 0, ledger = 0, keys = 0 } = rows[0] ?? {};
  return { processes: n, ledgerConnections: ledger, keyConnections: keys };
}
