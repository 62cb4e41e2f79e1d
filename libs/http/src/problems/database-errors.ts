/** SQLSTATE classes and codes of a server that is absent, starting, stopping or full (PostgreSQL, appendix A). */
const DOWN = /^(08|57P0[1-3]|53)/;
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
];
/** What `pg` says without a code when a connection breaks or none becomes free in time. */
const BROKEN = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;

/** Whether an error says that the database cannot be reached, rather than that a statement was wrong. */
export function isDatabaseDown(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 3) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && (DOWN.test(code) || NETWORK.includes(code))) return true;
  if (BROKEN.test(error.message)) return true;
  const { driverError } = error as { readonly driverError?: unknown };
  return isDatabaseDown(error.cause, depth + 1) || isDatabaseDown(driverError, depth + 1);
}
