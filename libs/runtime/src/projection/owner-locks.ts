import type { Pool, PoolClient } from 'pg';
import { LEASE_MS } from '../ledger/lease.js';
import { Shares, type Share } from './shares.js';

/** One follower's right to write, held while this process's lock session lives. */
export interface OwnerLock {
  /** Aborted when the session is lost: somebody else may own the follower by now. */
  readonly lost: AbortSignal;
  /** Whether this one should be released, because other processes wait for their share of its group; asked once. */
  isSurplus(): boolean;
  release(): Promise<void>;
}

interface LockSession {
  readonly client: PoolClient;
  end(): void;
  isOver(): boolean;
}

/** What a session of locks is told. */
export interface OwnerLockOptions {
  /** A process that is silent for so long, in milliseconds, has lost its locks: it may be paused for ever. */
  readonly leaseMs?: number;
}

/**
 * Advisory locks of PostgreSQL, all on one session: a second process stands by until the first lets go, dies, or falls
 * silent, for PostgreSQL itself ends a session that says nothing for the length of the lease. They only say who may try;
 * what keeps a late writer out is the owner epoch of the checkpoint. The session must not go through a pooler in
 * transaction mode.
 */
export class OwnerLocks {
  private session: Promise<LockSession> | undefined;
  private lost = new AbortController();
  private turn: Promise<unknown> = Promise.resolve();
  private readonly held = new Set<string>();
  private shares = new Shares();
  private readonly leaseMs: number;

  constructor(
    private readonly pool: Pool,
    { leaseMs = LEASE_MS }: OwnerLockOptions = {},
  ) {
    this.leaseMs = leaseMs;
  }

  /**
   * The lock, or `undefined` while another process (or another follower of this one) holds it, or while this process
   * has its share of the group already.
   */
  tryAcquire(name: string, share?: Share): Promise<OwnerLock | undefined> {
    return this.inTurn(async () => {
      if (this.held.has(name)) return undefined;
      const session = await (this.session ??= this.open());
      const { lost, shares } = this;
      if (share !== undefined && !(await onSession(session, () => shares.mayTake(session.client, share))))
        return undefined;
      if (!(await onSession(session, () => isTaken(session.client, name)))) return undefined;
      this.held.add(name);
      if (share !== undefined) shares.took(share.group, name);
      return {
        lost: lost.signal,
        isSurplus: () => share !== undefined && shares.isSurplus(share.group, name),
        release: () => this.release(name, session, share),
      };
    });
  }

  /** This process cannot follow a group at present: the others need not leave it a share. */
  async leave(group: string): Promise<void> {
    await this.inTurn(async () => {
      const session = await this.session;
      if (session === undefined || session.isOver()) return;
      await onSession(session, () => this.shares.leave(session.client, group));
    }).catch(() => undefined);
  }

  /** Ends the session; the locks that are still held go with it. */
  async close(): Promise<void> {
    await this.inTurn(async () => {
      (await this.session?.catch(() => undefined))?.end();
    });
  }

  private async release(name: string, session: LockSession, share: Share | undefined): Promise<void> {
    await this.inTurn(async () => {
      if (session.isOver()) return;
      await session.client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [`greffe:${name}`]);
      this.held.delete(name);
      if (share !== undefined) this.shares.gave(share.group, name);
    }).catch(() => undefined);
  }

  private async open(): Promise<LockSession> {
    try {
      const client = await this.pool.connect();
      let isOver = false;
      const beat = setInterval(() => void this.beat(session), this.leaseMs / 3).unref();
      // Whether it ends by us or by the server, which may say so more than once: it is given back once.
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        clearInterval(beat);
        this.forget();
        client.release(true);
      };
      const session = { client, end, isOver: () => isOver };
      client.on('error', end);
      await onSession(session, () => client.query(`SET idle_session_timeout = ${String(this.leaseMs)}`));
      return session;
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  /** Shows PostgreSQL that this process lives, and looks who else there is. */
  private async beat(session: LockSession): Promise<void> {
    await this.inTurn(async () => {
      if (!session.isOver()) await onSession(session, () => this.shares.look(session.client));
    }).catch(() => undefined);
  }

  private forget(): void {
    this.lost.abort();
    this.lost = new AbortController();
    this.session = undefined;
    this.shares = new Shares();
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
async function onSession<T>(session: LockSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    session.end();
    throw error;
  }
}

async function isTaken(client: PoolClient, name: string): Promise<boolean> {
  const { rows } = await client.query<{ mine: boolean }>(
    'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine',
    [`greffe:${name}`],
  );
  return rows[0]?.mine === true;
}
