import pg from 'pg';
import { leavesConnectionUsable, toStoreError, type Phase } from './classify.js';
import { within } from '../deadline.js';
import { sessionSql, type Settings } from './settings.js';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

const ignore = (): void => undefined;

/** Connections for short statements, each with its own time limit; nothing connects before the first call. */
export class Connections {
  readonly #pool: pg.Pool;
  /** Connections whose session is set up. */
  readonly #ready = new WeakSet<pg.PoolClient>();

  constructor(private readonly settings: Settings) {
    this.#pool = new pg.Pool({
      ...settings.connection,
      max: settings.poolSize,
      connectionTimeoutMillis: settings.timeoutMs,
    });
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client) => client.on('error', ignore));
  }

  /** Runs a statement that only reads. Throws `AccessDenied` or `Unavailable('notWritten')`. */
  query<R extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<R[]> {
    return this.#run<R>(statement, values, 'connecting');
  }

  /** Runs a statement that writes. Throws `AccessDenied` or `Unavailable`. */
  execute<R extends pg.QueryResultRow>(statement: Statement, values: unknown[]): Promise<R[]> {
    return this.#run<R>(statement, values, 'sent');
  }

  /** Closes all connections; a server that does not answer is not waited for. */
  async end(): Promise<void> {
    await within(this.settings.timeoutMs, this.#pool.end()).catch(ignore);
  }

  async #run<R extends pg.QueryResultRow>(
    statement: Statement,
    values: unknown[],
    phase: Phase,
  ): Promise<R[]> {
    const client = await this.#connect();
    try {
      const { rows } = await within(this.settings.timeoutMs, this.#ask<R>(client, statement, values));
      client.release();
      return rows;
    } catch (error) {
      client.release(!leavesConnectionUsable(error));
      throw toStoreError(error, phase);
    }
  }

  async #ask<R extends pg.QueryResultRow>(client: pg.PoolClient, statement: Statement, values: unknown[]) {
    if (!this.#ready.has(client)) {
      await client.query(sessionSql(this.settings.timeoutMs));
      this.#ready.add(client);
    }
    return client.query<R>({ ...statement, values });
  }

  async #connect(): Promise<pg.PoolClient> {
    const connecting = this.#pool.connect();
    try {
      return await within(this.settings.timeoutMs, connecting);
    } catch (error) {
      connecting.then((late) => {
        late.release();
      }, ignore);
      throw toStoreError(error, 'connecting');
    }
  }
}
