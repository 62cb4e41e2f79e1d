import type { ActorRef, Command, Instant, Uuid } from '#kernel';
import type { DueFloors } from '../gate/floor.js';

/**
 * What every attempt at one command shares: retries carry the very same context, so they decide at the same instant,
 * allocate the same ids (`allocatedId(commandId, label)`) and write events with the same ids.
 */
export interface CommandContext {
  /** Random UUID of the command, committed in the command log before the first append. */
  readonly commandId: Uuid;
  /** `receivedAt`: the clock of PostgreSQL's primary when the command was first received. */
  readonly now: Instant;
  readonly actor: ActorRef;
  /** An earlier attempt may have written something: look for it, and compare before trusting. */
  readonly mayBeRetry: boolean;
  /**
   * An earlier attempt came to its end: what it recorded is found, and a step that recorded nothing then decides
   * nothing now, whatever has happened since.
   */
  readonly isReplay?: boolean;
  /** Until when conflicts are retried for a "no"; milliseconds of the monotonic clock (`performance.now()`). */
  readonly deadline: number;
  /**
   * Takes the floors of the steps (ADR 0018): they are raised with the command's end, before its answer leaves. So the
   * gate may not know yet what an earlier step of the same command did. Absent: each step raises its own.
   */
  readonly floors?: DueFloors;
  readonly correlationId: Uuid;
  readonly causationId?: Uuid;
  readonly traceparent?: string;
}

/** A command on the bus: one empty subclass per command type, so that Nest can route it. */
export abstract class LedgerCommand<C extends Command> {
  constructor(
    /** The command without its metadata, which the runner takes from the context. */
    readonly message: Omit<C, 'metadata'>,
    readonly context: CommandContext,
  ) {}
}
