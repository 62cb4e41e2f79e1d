import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type pg from 'pg';
import { AccessDenied, ConcurrencyConflict, expectedAfter, type EventStore } from '#event-store';
import { allocatedId, defined, type Clock, type Scope } from '#kernel';
import { AuditCopy, CLOCK, ERASER, EVENT_STORE, PG_POOL, type EraserParts } from '#runtime';
import { ClosePersonalStreamCommand } from '../application/rights.commands.js';
import { systemContext } from '../application/system-context.js';

/** A personal stream that an erasure ends. */
export interface StreamToClose {
  readonly erasureId: string;
  readonly subjectId: string;
  readonly scope: Scope;
  readonly generation: number;
  readonly stream: string;
}

/** What came of an attempt to close a stream at a revision. */
export type Closing =
  | { readonly kind: 'closed' }
  /** The audit copy does not hold the stream up to there yet: nothing is done, try again later. */
  | { readonly kind: 'audit-copy-behind' }
  /** The stream ends elsewhere; `undefined`: it is absent. The fact stands and is superseded by the next one. */
  | { readonly kind: 'moved'; readonly revision: bigint | undefined };

/** An index behind every entry that there can be. */
const ANY_INDEX = 2n ** 63n - 1n;
/** Nothing seals under a dead key; a writer that had sealed before may still come through, a few times at most. */
const TRIES = 5;

/**
 * Ends personal streams for ever (`architecture.md` §7, step 5): never before the audit copy holds the last event, and
 * the fact before the close. Every step may be repeated, by several processes at once.
 */
@Injectable()
export class StreamClosing {
  /** Streams that this process has closed: the store need not be asked again. */
  private readonly closed = new Set<string>();
  private readonly auditCopy: AuditCopy;

  constructor(
    private readonly bus: CommandBus,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(ERASER) private readonly eraser: EraserParts | undefined,
    @Inject(PG_POOL) pool: pg.Pool,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.auditCopy = new AuditCopy(pool);
  }

  /**
   * Closes a stream wherever it ends; answers whether it is closed now. `known`: where the newest fact says that it
   * ends, if there is one.
   */
  async close(
    target: StreamToClose,
    known?: { readonly lastRevision: number | undefined },
  ): Promise<boolean> {
    if (this.closed.has(target.stream)) return true;
    let revision = known === undefined ? await this.newest(target.stream) : bigintOf(known.lastRevision);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const closing = await this.closeAt(target, revision);
      if (closing.kind === 'closed') this.closed.add(target.stream);
      if (closing.kind !== 'moved') return closing.kind === 'closed';
      revision = closing.revision;
    }
    return false;
  }

  /**
   * Closes a stream at exactly this revision (`undefined`: it was never written), for whoever must know that nothing
   * came after what they have seen. Throws `AccessDenied` in a process that is no eraser; the errors of the store.
   */
  async closeAt(target: StreamToClose, revision: bigint | undefined): Promise<Closing> {
    if (this.eraser === undefined) throw new AccessDenied('Only the role eraser closes streams');
    if (revision !== undefined && ((await this.copied(target.stream)) ?? -1n) < revision)
      return { kind: 'audit-copy-behind' };
    const { erasureId, stream } = target;
    const step = `closed ${stream} ${String(revision ?? 'unwritten')}`;
    const data = defined({
      ...target,
      lastRevision: revision === undefined ? undefined : Number(revision),
    });
    const context = systemContext(allocatedId(erasureId, step), this.clock, erasureId);
    await this.bus.execute(new ClosePersonalStreamCommand({ type: 'ClosePersonalStream', data }, context));
    try {
      await this.eraser.store.close(stream, expectedAfter(revision));
      return { kind: 'closed' };
    } catch (error) {
      if (error instanceof ConcurrencyConflict) return { kind: 'moved', revision: error.actual };
      throw error;
    }
  }

  /** Forgets what it knows of these streams: a store that was put back may have them open again. */
  forget(streams: readonly string[]): void {
    for (const stream of streams) this.closed.delete(stream);
  }

  /** Where a stream ends. One that cannot be read any more ends where the audit copy does. */
  private async newest(stream: string): Promise<bigint | undefined> {
    for await (const { revision } of this.store.read(stream, { backwards: true, limit: 1 })) return revision;
    return this.copied(stream);
  }

  private async copied(stream: string): Promise<bigint | undefined> {
    return (await this.auditCopy.revisionsAt([stream], ANY_INDEX)).get(stream);
  }
}

function bigintOf(revision: number | undefined): bigint | undefined {
  return revision === undefined ? undefined : BigInt(revision);
}
