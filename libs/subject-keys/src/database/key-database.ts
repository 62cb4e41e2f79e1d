import pg from 'pg';
import { KeyStoreUnavailable } from '../errors.js';

/** Milliseconds after which a statement, a lock or a connection attempt of the key store gives up. */
export const KEY_STORE_TIMEOUT_MS = 5000;

const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 3;
/** An advisory lock is lost if its holder does nothing for this long. */
const MATCH_LOCK_MS = 60_000;

/** Where SQL goes: the pool, or one transaction. */
export interface Queryable {
  /** Runs one statement. Throws {@link KeyStoreUnavailable} if the database does not answer. */
  query<R extends pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>;
}

/** The key store's own PostgreSQL database: bounded waits, the primary only, and one error for "not there". */
export class KeyDatabase implements Queryable {
  private readonly pool: pg.Pool;
  private readonly statementNames = new Map<string, string>();
  private closing: Promise<void> | undefined;

  /** Opens no connection yet, so it never fails while the database is down. */
  constructor(connectionString: string, options: { readonly maxConnections?: number } = {}) {
    this.pool = new pg.Pool({
      connectionString,
      max: options.maxConnections ?? 10,
      connectionTimeoutMillis: KEY_STORE_TIMEOUT_MS,
      statement_timeout: KEY_STORE_TIMEOUT_MS,
      lock_timeout: KEY_STORE_TIMEOUT_MS,
      query_timeout: KEY_STORE_TIMEOUT_MS + 1000,
      idle_in_transaction_session_timeout: 2 * KEY_STORE_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'greffe-keys',
      verify: (client, done) => {
        assertPrimary(client).then(
          () => {
            done();
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new KeyStoreUnavailable(error));
          },
        );
      },
    });
    // An idle connection that breaks is replaced on the next query; without a listener it would end the process.
    this.pool.on('error', () => undefined);
    // A client may break in the moment between its being lent out and our listening to it.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async query<R extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    try {
      return (await this.pool.query<R>(this.prepared(sql, values))).rows;
    } catch (error) {
      throw translate(error);
    }
  }

  /** One transaction; a deadlock or serialization failure is tried again. `work` may therefore run more than once. */
  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt < MAX_ATTEMPTS && RETRYABLE.has(codeOf(error))) continue;
        throw translate(error);
      }
    }
  }

  /**
   * Runs `work` while holding advisory locks, which end with it or with the connection. `work` runs once, its errors
   * are its own. Throws {@link KeyStoreUnavailable} if the locks are not had in time.
   */
  async withAdvisoryLocks<T>(keys: readonly bigint[], work: () => Promise<T>): Promise<T> {
    const client = await this.lockingClient(keys);
    try {
      return await work();
    } finally {
      client.release(await endOf(client));
    }
  }

  /** Ends all connections. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }

  private async lockingClient(keys: readonly bigint[]): Promise<pg.PoolClient> {
    // One order for everybody, or two holders could wait for each other.
    const ordered = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
    try {
      const client = await this.pool.connect();
      client.on('error', ignore);
      try {
        await client.query('BEGIN');
        await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${String(MATCH_LOCK_MS)}`);
        for (const key of ordered) await client.query('SELECT pg_advisory_xact_lock($1)', [key]);
        return client;
      } catch (error) {
        client.release(await endOf(client));
        throw error;
      }
    } catch (error) {
      throw translate(error);
    }
  }

  /** Every statement is a constant text, so each connection plans it once. */
  private prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
    const name = this.statementNames.get(text) ?? `greffe_${String(this.statementNames.size)}`;
    this.statementNames.set(text, name);
    return { name, text, values: [...values] };
  }

  private async attempt<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    client.on('error', ignore);
    const query = async <R extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
      (await client.query<R>(this.prepared(sql, values))).rows;
    try {
      await client.query('BEGIN');
      const result = await work({ query });
      await client.query('COMMIT');
      client.off('error', ignore);
      client.release();
      return result;
    } catch (error) {
      client.release(await endOf(client));
      throw error;
    }
  }
}

function ignore(): void {
  // The query that follows a broken connection fails by itself.
}

/** Ends the transaction; an error means that the connection must not be used again. */
async function endOf(client: pg.PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('the connection is broken');
  } finally {
    client.off('error', ignore);
  }
}

/** A replica may show a key alive that is already destroyed, so no key is ever read from one. */
async function assertPrimary(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  if (rows[0]?.standby !== false) throw new KeyStoreUnavailable(new Error('connected to a standby'));
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** SQLSTATE classes and codes, and errors of the network, that mean "not now" and not "wrong". */
function isUnavailability(error: unknown): boolean {
  if (/^(08...|53...|57...|58...|55P03|25006|25P03|E[A-Z]+)$/.test(codeOf(error))) return true;
  const message = (error as { readonly message?: unknown } | undefined)?.message;
  return (
    typeof message === 'string' &&
    /connection terminated|timeout exceeded|read timeout|not queryable|connection error/i.test(message)
  );
}

function translate(error: unknown): unknown {
  return isUnavailability(error) ? new KeyStoreUnavailable(error) : error;
}

/** Whether PostgreSQL refused a duplicate in this constraint or index. */
export function isUniqueViolation(error: unknown, constraint: string): boolean {
  return codeOf(error) === '23505' && (error as { readonly constraint?: unknown }).constraint === constraint;
}
