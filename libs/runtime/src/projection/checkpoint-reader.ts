import type { Pool } from 'pg';
import type { Position } from '#event-store';
import type { CheckpointReader } from '../command/tokens.js';

const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;

type Positions = ReadonlyMap<string, Position>;

/**
 * How far the readers of the log are, over all processes. However many requests wait, one query at a time asks for
 * all of them.
 */
export class StoredCheckpoints implements CheckpointReader {
  private running: Promise<Positions> | undefined;
  private next: Promise<Positions> | undefined;

  constructor(private readonly pool: Pool) {}

  /** Position of a live projection, of `audit`, or of `reactor.<name>`; `undefined`: not one event is done. */
  async position(follower: string): Promise<Position | undefined> {
    return (await this.all()).get(follower);
  }

  /** Positions of all that have done anything. */
  positions(): Promise<ReadonlyMap<string, Position>> {
    return this.all();
  }

  /** Waits until it holds everything up to a position; `false` when the time is over. */
  async waitFor(follower: string, position: Position, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS)) {
      const reached = await this.position(follower);
      if (reached !== undefined && reached >= position) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, left)));
    }
  }

  /** Positions of everyone. A query that runs already may have begun too early: the caller gets the next one. */
  private all(): Promise<Positions> {
    if (this.running === undefined) return this.start();
    this.next ??= this.running.then(
      () => this.start(),
      () => this.start(),
    );
    return this.next;
  }

  private start(): Promise<Positions> {
    this.next = undefined;
    const query = this.query();
    this.running = query;
    const end = (): void => {
      if (this.running === query) this.running = undefined;
    };
    query.then(end, end);
    return query;
  }

  private async query(): Promise<Positions> {
    const { rows } = await this.pool.query<{ projection: string; position: Position }>({
      name: 'checkpoints',
      // Of a sharded projection what all shards hold; one that has done nothing yet holds it back.
      text: `SELECT projection, min(position) AS position FROM ops.checkpoint WHERE build = 'live'
             GROUP BY projection HAVING bool_and(position IS NOT NULL)
             UNION ALL
             SELECT projection, position FROM audit.checkpoint WHERE build = 'live' AND position IS NOT NULL`,
    });
    return new Map(rows.map(({ projection, position }) => [projection, position]));
  }
}
