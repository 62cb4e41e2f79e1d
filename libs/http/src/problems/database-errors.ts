import { isDatabaseUnavailable, LedgerDatabaseUnavailable } from '#runtime';

/** Errors are wrapped a few times at most; a longer chain is a loop. */
const MAX_CAUSES = 4;

/** No such table or schema: a server that has just started answers before it has made them. */
const NOT_YET_MADE = ['42P01', '3F000'];

/** Whether an error, or what caused it, says that the database cannot be used yet, rather than that a statement was wrong. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > MAX_CAUSES) return false;
  if (error instanceof LedgerDatabaseUnavailable) return true;
  // The file system has codes of the same form; its errors name a path.
  if (isDatabaseUnavailable(error) && !('path' in error)) return true;
  const { driverError, code } = error as { readonly driverError?: unknown; readonly code?: unknown };
  if (NOT_YET_MADE.some((state) => state === code)) return true;
  return isDatabaseDown(error.cause, depth + 1) || isDatabaseDown(driverError, depth + 1);
}
