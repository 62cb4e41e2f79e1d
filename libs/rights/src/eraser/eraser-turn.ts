import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { PG_POOL } from '#runtime';

/** What only one process at a time does. */
export type EraserWork = 'ends' | 'purge' | 'retention';

/** One process at a time closes and purges; another one stands by until the lock's session ends. */
@Injectable()
export class EraserTurn {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /**
   * Does the work if no other process is at it; answers whether it did. The signal also aborts when the session is
   * lost: somebody else may be at it by then, which harms nothing, since every effect may be repeated.
   */
  async take(
    what: EraserWork,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const client = await this.pool.connect();
    const lost = new AbortController();
    const onError = (): void => lost.abort();
    client.on('error', onError);
    let isTaken = false;
    try {
      const { rows } = await client.query<{ mine: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine',
        [`greffe:eraser.${what}`],
      );
      isTaken = rows[0]?.mine === true;
      if (!isTaken) return false;
      await work(AbortSignal.any([signal, lost.signal]));
      return true;
    } finally {
      if (isTaken)
        await client
          .query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [`greffe:eraser.${what}`])
          .catch(onError);
      client.off('error', onError);
      client.release(lost.signal.aborted);
    }
  }
}
