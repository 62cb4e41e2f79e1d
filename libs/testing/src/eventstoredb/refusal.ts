import type { status } from '@grpc/grpc-js';
import type { Refused } from './log-answers.js';
import type { Endpoint } from './faults.js';

/** A refusal as the server words it: status code, text and the entries from which the client makes its error. */
export interface Refusal {
  readonly code: keyof typeof status;
  readonly details: string;
  readonly entries: Readonly<Record<string, string>>;
}

function refusal(code: Refusal['code'], details: string, entries: Refusal['entries'] = {}): Refusal {
  return { code, details, entries };
}

/** The refusals of the server, with its own words. */
export const refusals = {
  /** The credentials are wrong. */
  unauthenticated: () => refusal('UNAUTHENTICATED', 'Bad HTTP status: 401'),
  /** The user is known and has not the right. */
  accessDenied: () => refusal('PERMISSION_DENIED', 'Access Denied', { exception: 'access-denied' }),
  notReady: () => refusal('UNAVAILABLE', 'Server Is Not Ready'),
  tooBusy: () => refusal('UNAVAILABLE', 'Server Is Too Busy'),
  /** Written or not: the server does not know either. */
  commitTimeout: () => refusal('ABORTED', 'Operation timed out: Commit phase timeout.'),
  canceledByServer: () => refusal('CANCELLED', 'Request canceled by server'),
  /** What a client sees of a server that goes away in the middle of a call. */
  streamReset: () => refusal('INTERNAL', 'Received RST_STREAM with code 2 (Internal server error)'),
  tooSlow: () =>
    refusal(
      'ABORTED',
      'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    ),
  /** An answer that no rule explains. */
  unknown: (details: string) => refusal('UNKNOWN', details),
  invalid: (details: string) => refusal('INVALID_ARGUMENT', details),
  appendTooLarge: (limit: number) =>
    refusal('INVALID_ARGUMENT', `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  notLeader: (leader: Endpoint) =>
    refusal('NOT_FOUND', 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': leader.address,
      'leader-endpoint-port': String(leader.port),
    }),
  streamDeleted: (stream: string) =>
    refusal('FAILED_PRECONDITION', `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
};

/** The log's refusal of a delete or tombstone, with raw signed revisions as the server sends them. */
export function refusalOf(operation: string, stream: string, refused: Refused): Refusal {
  if (refused.kind === 'tombstoned') return refusals.streamDeleted(stream);
  const [expected, actual] = [String(refused.expected), String(refused.actual)];
  return refusal(
    'FAILED_PRECONDITION',
    `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': expected,
      'actual-version': actual,
    },
  );
}
