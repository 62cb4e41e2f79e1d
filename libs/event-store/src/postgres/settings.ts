import type pg from 'pg';

/** Connections of one adapter beside its pool of reads: appends and notifications have one each. */
export const CONNECTIONS_BESIDE_READS = 2;

/** How the PostgreSQL adapter reaches its server and how long it waits. */
export interface PostgresEventStoreOptions {
  readonly connectionString?: string;
  /**
   * The owner of the schema, who alone may purge and whose rights `probe` uses if it is given. A direct connection: a
   * purge needs one session, which a pooler of transactions does not give.
   */
  readonly ownerConnectionString?: string;
  /** Anything else that `pg` needs to connect (host, TLS …). */
  readonly connection?: pg.ClientConfig;
  /** Shown in `pg_stat_activity`. Default `greffe-event-store`. */
  readonly applicationName?: string;
  /** Connections for reads and subscription pages; {@link CONNECTIONS_BESIDE_READS} come beside them. Default 8. */
  readonly poolSize?: number;
  /** Own timeout of each append, read page and look-up. Default 5000 ms. */
  readonly timeoutMs?: number;
  /** How long an append may wait for others to share its transaction while the store is idle. Default 0: one turn. */
  readonly groupDelayMs?: number;
  /** At most this many events in one transaction. Default 512. */
  readonly groupEvents?: number;
  /** A subscription asks again after this long even if nobody wakes it. Default 500 ms. */
  readonly pollIntervalMs?: number;
  /** At most this many events in one page of a read or a subscription. Default 500. */
  readonly pageEvents?: number;
  /** Told of every failure that a subscription survives, for logs and metrics; the error carries no event data. */
  readonly onTrouble?: (error: Error) => void;
}

/** The same with every default filled in. */
export interface Settings {
  readonly connection: pg.ClientConfig;
  readonly ownerConnection: pg.ClientConfig | undefined;
  readonly poolSize: number;
  readonly timeoutMs: number;
  readonly groupDelayMs: number;
  readonly groupEvents: number;
  readonly pollIntervalMs: number;
  readonly pageEvents: number;
  readonly onTrouble: (error: Error) => void;
}

/** Fills in the defaults. */
export function toSettings(options: PostgresEventStoreOptions): Settings {
  const { connectionString, ownerConnectionString, applicationName = 'greffe-event-store' } = options;
  const common = { ...options.connection, application_name: applicationName, keepAlive: true };
  return {
    connection: { ...common, ...(connectionString === undefined ? {} : { connectionString }) },
    ownerConnection:
      ownerConnectionString === undefined
        ? undefined
        : { ...common, connectionString: ownerConnectionString },
    poolSize: options.poolSize ?? 8,
    timeoutMs: options.timeoutMs ?? 5000,
    groupDelayMs: options.groupDelayMs ?? 0,
    groupEvents: options.groupEvents ?? 512,
    pollIntervalMs: options.pollIntervalMs ?? 500,
    pageEvents: options.pageEvents ?? 500,
    onTrouble: options.onTrouble ?? (() => undefined),
  };
}

/**
 * What every connection sets before its first use. The server gives up before we do, so that a timeout is usually
 * known to have written nothing; generic plans by index, because plans made over a young table's statistics would be
 * kept when it has grown.
 */
export function sessionSql(timeoutMs: number): string {
  const statement = Math.max(1, Math.floor(timeoutMs * 0.8));
  const lock = Math.max(1, Math.floor(timeoutMs * 0.6));
  return [
    `SET statement_timeout = ${String(statement)}`,
    `SET lock_timeout = ${String(lock)}`,
    `SET idle_in_transaction_session_timeout = ${String(timeoutMs)}`,
    `SET default_transaction_isolation = 'read committed'`,
    'SET plan_cache_mode = force_generic_plan',
    'SET enable_seqscan = off',
    'SET enable_hashjoin = off',
    'SET enable_mergejoin = off',
    'SET jit = off',
  ].join(';');
}
