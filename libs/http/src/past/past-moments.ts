import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Pool } from 'pg';
import type { EventStore } from '#event-store';
import type { Instant } from '#kernel';
import {
  AuditCopy,
  CHECKPOINTS,
  COMMAND_LEASE,
  DEFAULT_LEASE,
  EVENT_STORE,
  PG_POOL,
  type CheckpointReader,
  type CommandLease,
} from '#runtime';
import { Problem } from '../problems/problem.js';
import { invalidRequest } from '../validation/validate.js';

/** The two instants of a question about the past (`architecture.md` §5), as a client names them. */
export interface PastQuestion {
  /** The day that is judged. */
  readonly at?: Instant;
  /** What the ledger knew then. */
  readonly knownAs?: Instant;
}

/** A question about the past, resolved. */
export interface PastMoment {
  readonly at: Instant;
  /** Absent: with everything that is known today. */
  readonly known?: {
    readonly as: Instant;
    /** Last entry of the ledger known then; a verifier finds the same. `undefined`: the ledger was empty. */
    readonly index: bigint | undefined;
  };
}

/** Resolves questions about the past, and refuses those whose answer could still change. */
@Injectable()
export class PastMoments {
  constructor(
    private readonly copy: AuditCopy,
    @Inject(PG_POOL) private readonly pool: Pool,
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'head'>,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
    @Optional() @Inject(COMMAND_LEASE) private readonly lease: CommandLease = DEFAULT_LEASE,
  ) {}

  /**
   * `undefined`: the question is about now. With `knownAs` alone the day that is judged is that same instant.
   * Throws `invalid-request` for a `knownAs` younger than the settle bound (twice the lease of a command: until then
   * an act received before may still be recorded), `not-yet-consistent` while the audit copy lags behind.
   */
  async resolve({ at, knownAs }: PastQuestion): Promise<PastMoment | undefined> {
    if (knownAs === undefined) return at === undefined ? undefined : { at };
    const found = this.indexAt(knownAs);
    // Where the question is refused nobody waits for it.
    found.catch(() => undefined);
    await this.assertSettled(knownAs);
    return { at: at ?? knownAs, known: { as: knownAs, index: await found } };
  }

  private async assertSettled(knownAs: Instant): Promise<void> {
    const { rows } = await this.pool.query<{ bound: Date }>(
      `SELECT clock_timestamp() - $1::integer * interval '1 millisecond' AS bound`,
      [2 * this.lease.leaseMs],
    );
    const bound = rows[0]?.bound.toISOString() ?? '';
    if (knownAs <= bound) return;
    const rule = { accepted: [`≤ ${bound}`] };
    throw invalidRequest([{ pointer: '?knownAs', code: 'not-a-match', rule }]);
  }

  /** The index is final once a later entry stands behind it, or once the copy holds the whole store. */
  private async indexAt(knownAs: Instant): Promise<bigint | undefined> {
    // An entry that stood there before the index was looked for is behind it too.
    const [index, size] = await Promise.all([this.copy.indexAt(knownAs), this.copy.size()]);
    if ((index ?? -1n) + 1n < size) return index;
    const head = await this.store.head();
    const copied = await this.checkpoints.position('audit');
    if (head !== undefined && (copied === undefined || copied < head)) {
      throw new Problem('not-yet-consistent', { note: 'The audit copy lags behind the store.' });
    }
    return this.copy.indexAt(knownAs);
  }
}
