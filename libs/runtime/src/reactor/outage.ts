import { isError, sqlStateOf } from '../projection/failure.js';

/** Thrown by a reactor that cannot act now, through no fault of the event: it is asked again later. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}

const NAMES = new Set([
  'RetryLater',
  'Unavailable',
  'AccessDenied',
  'ConcurrencyConflict',
  'StillRunning',
  'NotYetConsistent',
  'RecordedNotYetEffective',
  'KeysNotReconciled',
]);
const NETWORK = /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_)/;
/** Connection, transaction rollback, resources, locks, operator intervention, system. */
const SQL_CLASSES = new Set(['08', '25', '40', '53', '55', '57', '58']);
/** What `pg` says without a code. */
const PG_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered/;

/** Whether something that is needed does not answer, so that waiting helps and the event is not to blame. */
export function isOutage(error: unknown): boolean {
  if (!isError(error)) return false;
  if (NAMES.has(error.name) || error.name.endsWith('Unavailable')) return true;
  const state = sqlStateOf(error);
  if (state !== undefined) return SQL_CLASSES.has(state.slice(0, 2));
  const { code } = error as Error & { code?: unknown };
  return (
    (typeof code === 'string' && NETWORK.test(code)) || PG_WORDS.test(error.message) || isOutage(error.cause)
  );
}
