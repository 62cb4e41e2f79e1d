import pg from 'pg';
import { AccessDenied, Unavailable } from '../errors.js';

/** A missing right, or credentials that the server does not take. */
const DENIED = /^(?:28...|42501)$/;
/** The server ended the connection: whether it had committed before, nobody can tell. */
const CUT_OFF = /^(?:08...|57P01|57P02|57P04|57P05|25P03)$/;
/** Unique violations: somebody wrote without the append lock. Cannot be told apart from bad luck; worth a new attempt. */
const SINGLE_FAULT = /^(?:22...|23...|P0...)$/;

/** Whether the request had left for the server when it failed. */
export type Phase = 'connecting' | 'sent';

/**
 * Says in the port's words what went wrong with a call of PostgreSQL. An error that the server reported in the middle
 * of a transaction means that nothing was written; a lost connection after the request was sent leaves it unknown.
 */
export function toStoreError(error: unknown, phase: Phase): Error {
  if (error instanceof AccessDenied || error instanceof Unavailable) return error;
  const code = sqlStateOf(error);
  if (code !== undefined && DENIED.test(code))
    return new AccessDenied('The event store refused access', { cause: error });
  const reported = code !== undefined && !CUT_OFF.test(code);
  return new Unavailable(phase === 'sent' && !reported ? 'unknown' : 'notWritten', { cause: error });
}

/** Whether the error speaks of the content of one append, so that the others of its group deserve an attempt alone. */
export function isFaultOfContent(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && SINGLE_FAULT.test(code);
}

/** Whether the connection can still be used after this error. */
export function leavesConnectionUsable(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && !CUT_OFF.test(code) && code !== '25006';
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}
