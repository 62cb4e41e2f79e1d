/** The ledger's PostgreSQL does not answer. Nothing was decided; the same request may be sent again. */
export class LedgerDatabaseUnavailable extends Error {
  override readonly name = 'LedgerDatabaseUnavailable';
  constructor(cause: unknown) {
    super('The database of the ledger does not answer', { cause });
  }
}

/** Classes and codes of SQLSTATE that mean "not now": connection, resources, shutdown, locks, time, read-only. */
const NOT_NOW = /^(?:08...|53...|57...|58...|55P03|25006|25P03)$/;
const NETWORK = /^E[A-Z]{3,}$/;
const DRIVER = /connection terminated|timeout exceeded|read timeout|connection error|not queryable/i;

/** Whether a failure of `pg` says that the server is away, and not that the statement is wrong. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown };
  // All addresses of one host failed (`AggregateError`).
  if (Array.isArray(errors)) return errors.some(isDatabaseUnavailable);
  const isCode = typeof code === 'string' && (NOT_NOW.test(code) || NETWORK.test(code));
  return isCode || (typeof message === 'string' && DRIVER.test(message));
}

/** Runs work on the ledger's database. Throws {@link LedgerDatabaseUnavailable} where that is what went wrong. */
export async function onLedgerDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDatabaseUnavailable(error) ? new LedgerDatabaseUnavailable(error) : error;
  }
}
