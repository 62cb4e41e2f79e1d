import type { ActorRef, Json, JsonObject, RejectionCode, Uuid } from '#kernel';
import type { CommandContext } from '#runtime';

/** What tells one command from another before it is decided. */
export interface CommandRequest {
  /** Idempotency keys are per client. */
  readonly client: string;
  /** Method and template of the route, `POST /v1/subjects/:subjectId/withdrawals`. */
  readonly route: string;
  /** The path's own values belong to the body's comparison: the same key on another subject is another command. */
  readonly body: Json;
  readonly idempotencyKey?: string;
  /** Whose rows an erasure blanks. */
  readonly subjectId?: Uuid;
  readonly actor: ActorRef;
  readonly isNo: boolean;
  readonly traceparent?: string;
}

/** An outcome without events, as it is repeated to a retry: there is nothing in the ledger to make it from. */
export type KeptOutcome =
  | { readonly kind: 'nothing-new'; readonly status: number; readonly body: JsonObject }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly pointer?: string };

/** What the command log says to a request. */
export type Begun =
  /** Decide; `finished` tells that an earlier attempt was answered, so the same answer is made again from its events. */
  | { readonly kind: 'run'; readonly context: CommandContext; readonly finished: boolean }
  | { readonly kind: 'answered'; readonly outcome: KeptOutcome };

/**
 * The command log as HTTP uses it (architecture.md §5): a row is committed before the first append, and again when the
 * outcome is known.
 */
export abstract class CommandLogPort {
  /**
   * Opens or finds the row. Throws `Problem` of `idempotency-key-reused` (the same key with another body) or
   * `still-running` (within its lease).
   */
  abstract begin(request: CommandRequest): Promise<Begun>;
  /** The command is over; `kept` is its outcome if it left no event. */
  abstract finish(commandId: Uuid, kept: KeptOutcome | undefined): Promise<void>;
  /** The attempt failed without an outcome: a retry may take the row over at once. */
  abstract release(commandId: Uuid): Promise<void>;
}
