import type { Pool, PoolClient } from 'pg';

/** One follower's right to write, held while this process's lock session lives. */
export interface OwnerLock {
  /** Aborted when the session is lost: somebody else may own the follower by now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface LockSession {
  readonly client: PoolClient;
  end(): void;
  isOver(): boolean;
}

/**
 * Advisory locks of PostgreSQL, all on one session: a second process stands by until the first lets go or dies.
 * They only say who may try; what keeps a late writer out is the owner epoch of the checkpoint. The session must not
 * go through a pooler in transaction mode.
 */
export class OwnerLocks {
  private session: Promise<LockSession> | undefined;
  private lost = new AbortController();
  private turn: Promise<unknown> = Promise.resolve();
  private readonly held = new Set<string>();

  constructor(private readonly pool: Pool) {}

  /** The lock, or `undefined` while another process (or another follower of this one) holds it. */
  tryAcquire(name: string): Promise<OwnerLock | undefined> {
    return this.inTurn(async () => {
      if (this.held.has(name)) return undefined;
      const session = await (this.session ??= this.open());
      const { lost } = this;
      if (!(await isTaken(session, name))) return undefined;
      this.held.add(name);
      return { lost: lost.signal, release: () => this.release(name, session) };
    });
  }

  /** Ends the session; the locks that are still held go with it. */
  async close(): Promise<void> {
    await this.inTurn(async () => {
      (await this.session?.catch(() => undefined))?.end();
    });
  }

  private async release(name: string, session: LockSession): Promise<void> {
    await this.inTurn(async () => {
      if (session.isOver()) return;
      await session.client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [`greffe:${name}`]);
      this.held.delete(name);
    }).catch(() => undefined);
  }

  private async open(): Promise<LockSession> {
    try {
      const client = await this.pool.connect();
      let isOver = false;
      // Whether it ends by us or by the server, which may say so more than once: it is given back once.
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        this.forget();
        client.release(true);
      };
      client.on('error', end);
      return { client, end, isOver: () => isOver };
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  private forget(): void {
    this.lost.abort();
    this.lost = new AbortController();
    this.session = undefined;
    this.held.clear();
  }

  /** One query at a time on the session. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work, work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

/** A session that does not answer holds nothing for certain, and would keep everybody waiting: it ends. */
async function isTaken(session: LockSession, name: string): Promise<boolean> {
  try {
    const { rows } = await session.client.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine',
      [`greffe:${name}`],
    );
    return rows[0]?.mine === true;
  } catch (error) {
    session.end();
    throw error;
  }
}
