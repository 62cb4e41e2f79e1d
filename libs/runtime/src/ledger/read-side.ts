import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Position } from '#event-store';
import type { CheckpointReader } from '../command/tokens.js';
import { StoredCheckpoints } from '../projection/checkpoint-reader.js';
import { SILENT, type RunnerLog } from '../projection/runner-log.js';
import { isDatabaseUnavailable } from './database-unavailable.js';

/** How long a replica that did not answer is left alone, in milliseconds. */
const REST_MS = 5_000;
/** A replica gives a query up that stands in the way of its recovery (SQLSTATE of hot standby). */
const IN_THE_WAY = '40001';

/** What a read side is told. */
export interface ReadSideOptions {
  readonly log?: RunnerLog;
  readonly restMs?: number;
}

/**
 * Where lists, timelines and reports are read: a replica of the ledger's database if there is one, else the primary.
 * Nothing is decided from it. A replica that is away is left alone for a while and the primary answers instead; it comes
 * back only when it holds everything that the primary has answered for meanwhile, so that nobody who was told that a
 * token is reached finds less.
 */
export class ReadSide implements CheckpointReader {
  private readonly ofPrimary: StoredCheckpoints;
  private readonly ofReplica: StoredCheckpoints | undefined;
  private readonly log: RunnerLog;
  private readonly restMs: number;
  private isAway = false;
  private restsUntil = 0;
  private returning: Promise<void> | undefined;
  /** What the primary has answered for while the replica was away. */
  private readonly answered = new Map<string, Position>();

  constructor(
    private readonly primary: Pool,
    private readonly replica?: Pool,
    { log = SILENT, restMs = REST_MS }: ReadSideOptions = {},
  ) {
    this.ofPrimary = new StoredCheckpoints(primary);
    this.ofReplica = replica && new StoredCheckpoints(replica);
    this.log = log;
    this.restMs = restMs;
  }

  /** Runs one statement that only reads. Throws the database's error. */
  query<R extends QueryResultRow>(statement: QueryConfig): Promise<QueryResult<R>> {
    return this.either(
      (replica) => replica.query<R>(statement),
      () => this.primary.query<R>(statement),
    );
  }

  /** How far a projection is where {@link query} reads it. */
  position(projection: string): Promise<Position | undefined> {
    return this.either(
      async () => this.ofReplica?.position(projection),
      async () => {
        const position = await this.ofPrimary.position(projection);
        // The replica has come back meanwhile and will be read: then its own word counts.
        if (this.replica !== undefined && !this.isAway) return this.position(projection);
        if (position !== undefined && this.replica !== undefined) this.answered.set(projection, position);
        return position;
      },
    );
  }

  private async either<T>(onReplica: (replica: Pool) => Promise<T>, onPrimary: () => Promise<T>): Promise<T> {
    if (this.replica === undefined) return onPrimary();
    if (this.isAway) {
      if (performance.now() >= this.restsUntil) this.returning ??= this.tryToReturn();
      return onPrimary();
    }
    try {
      return await onReplica(this.replica);
    } catch (error) {
      const isInTheWay = (error as { code?: unknown }).code === IN_THE_WAY;
      if (!isInTheWay && !isDatabaseUnavailable(error)) throw error;
      this.leave();
      return onPrimary();
    }
  }

  private leave(): void {
    if (!this.isAway) this.log.warn({}, 'the replica does not answer; the primary is read instead');
    this.isAway = true;
    this.restsUntil = performance.now() + this.restMs;
  }

  private async tryToReturn(): Promise<void> {
    try {
      const positions = await this.ofReplica?.positions();
      // No wait from here on: what is answered for in the meantime would be missed.
      const holdsAll = [...this.answered].every(
        ([name, position]) => (positions?.get(name) ?? '') >= position,
      );
      if (!holdsAll) return;
      this.isAway = false;
      this.answered.clear();
      this.log.info({}, 'the replica answers again and holds what was read meanwhile');
    } catch {
      this.restsUntil = performance.now() + this.restMs;
    } finally {
      this.returning = undefined;
    }
  }
}
