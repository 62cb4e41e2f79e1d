import { HttpException } from '@nestjs/common';
import {
  AccessDenied,
  AppendTooLarge,
  ConcurrencyConflict,
  StreamClosed,
  Unavailable,
  UndecodableEvent,
} from '#event-store';
import { NotCanonical, Rejection } from '#kernel';
import {
  EntryTooLarge,
  IdempotencyKeyReused,
  LedgerDatabaseUnavailable,
  LedgerRefused,
  MalformedToken,
  NotYetConsistent,
  RecordedNotYetEffective,
  StillRunning,
  TokenOfAnotherStore,
} from '#runtime';
import {
  ClaimInProgress,
  EnvelopeUnreadable,
  KekGone,
  KekUnavailable,
  KeyDamaged,
  KeyResurrectionDetected,
  KeyStoreUnavailable,
  KeyUnknown,
  KeysNotReconciled,
  SubjectErased,
} from '#subject-keys';
import type { ProblemCode } from '../problems.js';
import { isDatabaseDown } from './database-errors.js';
import type { Occurrence } from './problem-document.js';
import { Problem, type ProblemDetails } from './problem.js';

type Translation = (error: never) => Occurrence;

const is = (code: ProblemCode, details: ProblemDetails = {}): Occurrence => ({ code, details });

/** What each error of a layer below is called towards a client. Everything that stands nowhere is `internal`. */
const translations = new Map<abstract new (...args: never[]) => Error, Translation>([
  [Problem, ({ code, details }: Problem) => is(code, details)],
  [Rejection, rejected],
  [
    NotCanonical,
    ({ path }: NotCanonical) => is('invalid-request', { faults: [{ pointer: path, code: 'not-canonical' }] }),
  ],
  [
    ConcurrencyConflict,
    ({ actual }: ConcurrencyConflict) =>
      is('concurrent-change', actual === undefined ? {} : { currentRevision: actual }),
  ],
  [StreamClosed, () => is('erased')],
  [AppendTooLarge, () => is('payload-too-large')],
  [AccessDenied, () => is('store-unavailable')],
  [Unavailable, () => is('store-unavailable')],
  [LedgerDatabaseUnavailable, () => is('store-unavailable')],
  [LedgerRefused, () => is('store-unavailable')],
  [EntryTooLarge, () => is('payload-too-large')],
  [UndecodableEvent, () => is('integrity-violation')],
  [SubjectErased, () => is('erased')],
  [ClaimInProgress, () => is('concurrent-change')],
  [KekUnavailable, () => is('keys-unavailable')],
  [KeyStoreUnavailable, () => is('keys-unavailable')],
  [KeysNotReconciled, () => is('keys-not-reconciled')],
  [KeyUnknown, () => is('key-missing')],
  [KeyDamaged, () => is('key-missing')],
  [KekGone, () => is('key-missing')],
  [EnvelopeUnreadable, () => is('integrity-violation')],
  [KeyResurrectionDetected, () => is('integrity-violation')],
  [IdempotencyKeyReused, () => is('idempotency-key-reused')],
  [StillRunning, ({ retryAfter }: StillRunning) => is('still-running', { retryAfterSeconds: retryAfter })],
  [NotYetConsistent, ({ token }: NotYetConsistent) => is('not-yet-consistent', { token })],
  [RecordedNotYetEffective, () => is('recorded-not-yet-effective')],
  [TokenOfAnotherStore, () => is('token-of-another-store')],
  [MalformedToken, () => is('invalid-request', { faults: [{ pointer: '?minToken', code: 'not-a-token' }] })],
]);

/** What a client is told about an error. Never throws; an error that nobody foresaw is `internal`. */
export function occurrenceOf(error: unknown): Occurrence {
  for (const [type, translate] of translations) {
    if (error instanceof type) return translate(error as never);
  }
  const status = statusOf(error);
  if (status !== undefined) return is(codeOfStatus(status));
  return is(isDatabaseDown(error) ? 'store-unavailable' : 'internal');
}

function rejected({ code, detail, pointer, about }: Rejection): Occurrence {
  return is(code, {
    ...(detail === undefined ? {} : { note: detail }),
    ...(pointer === undefined ? {} : { pointer }),
    ...(about === undefined ? {} : { about }),
  });
}

/** Status of an error that Nest or Fastify raised: malformed JSON, a body too large, an unknown route. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
}

const codes: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  406: 'not-acceptable',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  503: 'store-unavailable',
};

function codeOfStatus(status: number): ProblemCode {
  return codes[status] ?? (status < 500 ? 'invalid-request' : 'internal');
}
