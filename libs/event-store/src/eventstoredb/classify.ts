import { AccessDenied, AnotherHistory, Unavailable } from '../errors.js';
import { TimedOut } from '../deadline.js';

/** The server's last word on a call: the same call again would be told the same. */
export type Verdict =
  | { readonly kind: 'conflict'; readonly actual: bigint | undefined }
  | { readonly kind: 'closed' | 'absent' | 'tooLarge' | 'denied' | 'refused' };

/** What went wrong with a call, as far as it decides what to do next. */
export type Fault =
  | Verdict
  /** Answered by a node that is not the leader, or not ready, or too busy: nothing was done. */
  | { readonly kind: 'notNow' }
  /** Answered by a server that does not know itself whether it was done. */
  | { readonly kind: 'undecided' }
  /** The request never left. */
  | { readonly kind: 'unreachable' }
  /** The connection broke before the answer. */
  | { readonly kind: 'lost' }
  /** No answer in time. */
  | { readonly kind: 'silent' };

interface ClientError {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly actualVersion?: unknown;
}

/** Errors of the client that name themselves. */
const BY_TYPE: Readonly<Record<string, Fault['kind']>> = {
  'wrong-expected-version': 'conflict',
  'stream-deleted': 'closed',
  'stream-not-found': 'absent',
  'no-stream': 'absent',
  'maximum-append-size-exceeded': 'tooLarge',
  'access-denied': 'denied',
  'not-leader': 'notNow',
  'invalid-argument': 'refused',
  'deadline-exceeded': 'silent',
  timeout: 'undecided',
  cancelled: 'undecided',
};

/** Codes of gRPC, for errors that do not: 14 and whatever is not here is told apart by its text. */
const BY_CODE: Readonly<Record<number, Fault['kind']>> = {
  1: 'undecided',
  3: 'refused',
  4: 'silent',
  7: 'denied',
  8: 'undecided',
  10: 'undecided',
  12: 'refused',
  13: 'undecided',
  16: 'denied',
};

const UNAVAILABLE = 14;
const NOT_NOW = /Server Is Not Ready|Server Is Too Busy|No leader info/i;
/** Said by the client before a request has left; everything else that is unavailable may have arrived. */
const NEVER_LEFT =
  /No connection established|Name resolution failed|Failed to discover|Channel has been shut down|Channel closed before call started/i;

/** Tells what went wrong, by the error's type or its code, because neither is always there. */
export function faultOf(error: unknown): Fault {
  if (error instanceof TimedOut) return { kind: 'silent' };
  const { type, code, message, actualVersion } = (error ?? {}) as ClientError;
  const text = typeof message === 'string' ? message : '';
  if (NOT_NOW.test(text)) return { kind: 'notNow' };
  if (NEVER_LEFT.test(text)) return { kind: 'unreachable' };
  if (type === 'unavailable' || code === UNAVAILABLE) return { kind: 'lost' };
  const kind = kindOf(type, code);
  return kind === 'conflict' ? { kind, actual: actualOf(actualVersion) } : { kind };
}

function kindOf(type: unknown, code: unknown): Fault['kind'] {
  const named = typeof type === 'string' ? BY_TYPE[type] : undefined;
  return named ?? (typeof code === 'number' ? BY_CODE[code] : undefined) ?? 'undecided';
}

/** Whether the server has decided, so that asking again is pointless. */
export function isVerdict(fault: Fault): fault is Verdict {
  return ['conflict', 'closed', 'absent', 'tooLarge', 'denied', 'refused'].includes(fault.kind);
}

/** Whether a write that met this fault may have been done all the same. */
export function mayBeDone(fault: Fault): boolean {
  return ['undecided', 'lost', 'silent'].includes(fault.kind);
}

const OURS = [AccessDenied, AnotherHistory, Unavailable];

/** Says in the port's words what went wrong with a call that only reads, or that nothing else explains. */
export function toStoreError(error: unknown): Error {
  if (OURS.some((kind) => error instanceof kind)) return error as Error;
  return faultOf(error).kind === 'denied'
    ? new AccessDenied('The event store refused access', { cause: error })
    : new Unavailable('notWritten', { cause: error });
}

/** An absent stream is named in one kind of answer and has a negative revision in another. */
function actualOf(version: unknown): bigint | undefined {
  return typeof version === 'bigint' && version >= 0n ? version : undefined;
}
