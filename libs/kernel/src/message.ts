import type { Instant } from './clock.js';
import type { Uuid } from './ids.js';

/** A named fact or wish. */
export interface Message<T extends string = string, D = unknown> {
  readonly type: T;
  readonly data: D;
}

/** Who acts: a pseudonymous reference whose name is sealed. `system` is the ledger itself. */
export interface ActorRef {
  readonly k: 'subject' | 'operator' | 'service' | 'system';
  readonly ref: Uuid;
}

/** What the shell knows about a command and the domain may use: the instant it was received, and who sent it. */
export interface CommandMetadata {
  readonly now: Instant;
  readonly actor: ActorRef;
}

/** A wish in the imperative. Time, ids and facts of other contexts arrive in it. */
export interface Command<T extends string = string, D = unknown> extends Message<T, D> {
  readonly metadata: CommandMetadata;
}

/** Metadata of an event, in clear and part of its proof. No personal data, ever. */
export interface EventMetadata {
  readonly v: 1;
  /** `<context>.<EventType>/<version>`. */
  readonly schema: string;
  /** `recordedAt`: never earlier than the stream's previous event. */
  readonly ts: Instant;
  readonly actor: ActorRef;
  /** The data subjects that the event is about. */
  readonly sub: readonly Uuid[];
  /** `<commandId>/<step>`: what a retry looks for. */
  readonly req: string;
  readonly $correlationId: Uuid;
  readonly $causationId?: Uuid;
  /** W3C trace context of the request, if it had one. */
  readonly traceparent?: string;
  /** Program and version that wrote it. */
  readonly src: string;
}
