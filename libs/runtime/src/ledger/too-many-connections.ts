/** SQLSTATE of a server, a database or a role whose limit of connections is reached. */
const TOO_MANY = '53300';
/** An error of a store wraps that of the driver, which wraps those of all addresses of a host. */
const DEPTH = 5;

/** What it is, and what an operator does about it. */
export const TOO_MANY_CONNECTIONS =
  'PostgreSQL 53300, too many connections: raise max_connections, or lower GREFFE_PROJECTION_SHARDS or the number of processes; npm run doctor adds them up';

/** Whether something failed because PostgreSQL gives no more connections, whatever stands around its error. */
export function isTooManyConnections(error: unknown, depth = 0): boolean {
  if (typeof error !== 'object' || error === null || depth > DEPTH) return false;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  if (code === TOO_MANY) return true;
  const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
  return inner.some((one) => isTooManyConnections(one, depth + 1));
}
