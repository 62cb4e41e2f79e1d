import type { ActorRef, Json, JsonObject, Uuid } from '#kernel';
import type { DueFloors } from '../gate/floor.js';
import type { CommandContext } from './command-context.js';

/** What tells one command from another before it is decided. */
export interface CommandRequest {
  /** Idempotency keys are per client. */
  readonly client: string;
  /** Method and template of the route. */
  readonly route: string;
  /** Everything of the request that must be the same in a retry; only an HMAC of it is kept. */
  readonly body: Json;
  /** Without one every request is a command of its own. */
  readonly idempotencyKey?: string;
  readonly actor: ActorRef;
  /** Whose rows an erasure blanks, if that is known already. */
  readonly subjectId?: Uuid;
  readonly correlationId?: Uuid;
  readonly causationId?: Uuid;
  readonly traceparent?: string;
}

/** One attempt at a command: only the newest one may conclude it. */
export interface Attempt {
  readonly commandId: Uuid;
  readonly number: number;
  /** An earlier attempt came to its end: the same answer is made again from its events, and nothing is concluded. */
  readonly isReplay: boolean;
  /** What the gate must know before this attempt is answered: those of the context. */
  readonly floors?: DueFloors;
}

/** What the log says to a request. */
export type Begun =
  | {
      /** Decide. What earlier attempts recorded is found in the streams. */
      readonly kind: 'run';
      readonly context: CommandContext;
      readonly attempt: Attempt;
    }
  | {
      /** No event says what was answered, so it is repeated as it was kept. */
      readonly kind: 'answered';
      readonly commandId: Uuid;
      readonly outcome: JsonObject;
    };

/** How long an attempt is left alone. */
export interface CommandLease {
  /** Milliseconds after which another attempt may take a command over. */
  readonly leaseMs: number;
  /** Milliseconds until which a "no" retries its conflicts; less than the lease. */
  readonly deadlineMs: number;
}

/** Twice this is the settle bound of questions about the past (`architecture.md` §5). */
export const DEFAULT_LEASE: CommandLease = { leaseMs: 30_000, deadlineMs: 20_000 };
