import type { ActorRef, Uuid } from '#kernel';
import type { ApiScope, Role } from './api-scopes.js';

/** Who sent the request, as the credentials say; never as the body says. */
export interface Caller {
  /** Pseudonymous reference under which the caller's acts are recorded; the subject's own id for role `subject`. */
  readonly actorId: Uuid;
  readonly kind: 'subject' | 'operator' | 'service';
  readonly roles: readonly Role[];
  readonly scopes: ReadonlySet<ApiScope>;
  /** The program that holds the credential: idempotency keys are per client. */
  readonly clientId: string;
  /** The only person that the caller may touch; present for role `subject` alone. */
  readonly subjectId?: Uuid;
}

/** The caller as it is written into the metadata of an event. */
export function actorRefOf(caller: Caller): ActorRef {
  return { k: caller.kind, ref: caller.actorId };
}
