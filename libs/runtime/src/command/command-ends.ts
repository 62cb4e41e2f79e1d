import type pg from 'pg';
import { Coalesced, type JsonObject, type Uuid } from '#kernel';
import { columnsOf, RecordedNotYetEffective, type Floor } from '../gate/floor.js';
import { LedgerDatabaseUnavailable, onLedgerDatabase } from '../ledger/database-unavailable.js';
import { StillRunning } from './command-log-errors.js';
import * as sql from './command-log.sql.js';
import type { Attempt } from './command-request.js';

/** Runs one statement on the command log's tables, for as long as the log allows. */
export type Run = <R extends pg.QueryResultRow>(
  prepared: { readonly name?: string; readonly text: string },
  values: unknown[],
) => Promise<pg.QueryResult<R>>;

/** A command whose outcome is in its events, or, without `mark`, floors alone. */
interface Recorded {
  readonly mark?: { readonly commandId: Uuid; readonly subjects: readonly Uuid[] };
  readonly floors: readonly Floor[];
}

/**
 * How attempts at commands end. With each end go the floors of its steps (ADR 0018), in the same statement, which is
 * shared by those who come to their end at the same time: what is answered is effective.
 */
export class CommandEnds {
  readonly #recorded = new Coalesced<Recorded, undefined>({
    write: (ends) => onLedgerDatabase(() => this.write(ends)),
    isCommon: (error) => error instanceof LedgerDatabaseUnavailable,
  });

  constructor(private readonly run: Run) {}

  /**
   * The outcome is in events. They stand whatever becomes of the marker: without it a retry waits for the lease and
   * finds them then. Throws {@link RecordedNotYetEffective} where there were floors and they were not raised.
   */
  async recorded({ commandId, isReplay, floors: due }: Attempt, subjects: readonly Uuid[]): Promise<void> {
    const floors = due?.take() ?? [];
    if (isReplay) return this.raise(floors);
    try {
      await this.#recorded.add({ mark: { commandId, subjects }, floors });
    } catch (error) {
      if (floors.length > 0) throw new RecordedNotYetEffective(error);
      if (!(error instanceof LedgerDatabaseUnavailable)) throw error;
    }
  }

  /**
   * The outcome left no event, or not of all of it, and is durable when this resolves. Throws {@link StillRunning} for
   * an attempt that was overtaken, {@link RecordedNotYetEffective} as above, `LedgerDatabaseUnavailable`.
   */
  async kept(attempt: Attempt, kept: JsonObject, subjects: readonly Uuid[]): Promise<void> {
    const { commandId, number } = attempt;
    const floors = attempt.floors?.take() ?? [];
    const [subjectId, ...others] = subjects;
    const values = [commandId, number, JSON.stringify(kept), subjectId ?? null, others, ...columnsOf(floors)];
    try {
      const { rowCount } = await onLedgerDatabase(() => this.run(sql.KEEP_OUTCOME, values));
      if (rowCount !== 0) return;
    } catch (error) {
      throw floors.length > 0 ? new RecordedNotYetEffective(error) : error;
    }
    throw new StillRunning(1);
  }

  /**
   * There is no outcome, and the next attempt need not wait for the lease. What some steps did takes effect if it can:
   * nobody has been told so.
   */
  async released({ commandId, number, floors: due }: Attempt): Promise<void> {
    const raised = this.raise(due?.take() ?? []).catch(() => undefined);
    await Promise.all([raised, onLedgerDatabase(() => this.run(sql.RELEASE, [commandId, number]))]);
  }

  private async raise(floors: readonly Floor[]): Promise<void> {
    if (floors.length === 0) return;
    try {
      await this.#recorded.add({ floors });
    } catch (error) {
      throw new RecordedNotYetEffective(error);
    }
  }

  private async write(ends: readonly Recorded[]): Promise<undefined[]> {
    const marks = ends.flatMap(({ mark }) => mark ?? []);
    const floors = ends.flatMap((end) => end.floors);
    const further = marks.flatMap(({ commandId, subjects }) =>
      subjects.slice(1).map((subjectId) => ({ commandId, subjectId })),
    );
    await this.run(sql.END_RECORDED, [
      marks.map(({ commandId }) => commandId),
      marks.map(({ subjects }) => subjects[0] ?? null),
      further.map(({ commandId }) => commandId),
      further.map(({ subjectId }) => subjectId),
      ...columnsOf(floors),
      floors.length === 0,
    ]);
    return ends.map(() => undefined);
  }
}
