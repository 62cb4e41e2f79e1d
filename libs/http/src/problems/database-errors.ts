import { isDatabaseUnavailable, LedgerDatabaseUnavailable } from '#runtime';

/** Errors are wrapped a few times at most; a longer chain is a loop. */
const MAX_CAUSES = 4;

/** Whether an error, or what caused it, says that the database cannot be reached, rather than that a statement was wrong. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > MAX_CAUSES) return false;
  if (error instanceof LedgerDatabaseUnavailable) return true;
  // The file system has codes of the same form; its errors name a path.
  if (isDatabaseUnavailable(error) && !('path' in error)) return true;
  const { driverError } = error as { readonly driverError?: unknown };
  return isDatabaseDown(error.cause, depth + 1) || isDatabaseDown(driverError, depth + 1);
}
