import { types } from 'node:util';
import { isTooManyConnections, TOO_MANY_CONNECTIONS } from '../ledger/too-many-connections.js';

/** SQLSTATE classes that say that the data is bad, not the database: they accuse one event. */
const BAD_DATA = new Set(['21', '22', '23', '54']);

/** Errors made by Node itself may be of another realm than this module, where `instanceof` fails. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}

/** Whatever was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error('Something that is no error was thrown');
}

/** The SQLSTATE of an error of PostgreSQL. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = isError(error) ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Whether PostgreSQL refused values that an event led to. */
export function isBadData(error: unknown): boolean {
  const state = sqlStateOf(error);
  return state !== undefined && BAD_DATA.has(state.slice(0, 2));
}

/**
 * What went wrong, for logs and the table of parked events. Messages of PostgreSQL quote values, so only its code and
 * the names of the objects concerned are kept; `withMessage` is for errors of code that never sees personal data.
 */
export function describeFailure(error: unknown, withMessage = true): string {
  if (!isError(error)) return 'something that is no error was thrown';
  if (isTooManyConnections(error)) return TOO_MANY_CONNECTIONS;
  const state = sqlStateOf(error);
  if (state !== undefined) {
    const { table, column, constraint } = error as { table?: string; column?: string; constraint?: string };
    const names = [table, column, constraint].filter((name) => name !== undefined);
    return [`PostgreSQL ${state}`, ...names].join(' ');
  }
  const text = withMessage && error.message !== '' ? `${error.name}: ${error.message}` : error.name;
  return text.slice(0, 300);
}
