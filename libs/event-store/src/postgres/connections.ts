import pg from 'pg';
import { toStoreError, leavesConnectionUsable } from './classify.js';
import { within } from './deadline.js';
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

  constructor(private readonly settings: Settings) {
    this.#pool = new pg.Pool({
      ...settings.connection,
      max: settings.poolSize,
      connectionTimeoutMillis: settings.timeoutMs,
      onConnect: async (client: pg.ClientBase) => {
        await client.query(sessionSql(settings.timeoutMs));
      },
    });
    this.#pool.on('error', ignore);
    this.#pool.on('connect', (client) => client.on('error', ignore));
  }

  /** Runs one statement. Throws `AccessDenied` or `Unavailable`. */
  async query<R extends pg.QueryResultRow>(
    statement: Statement,
    values: unknown[],
    timeoutMs = this.settings.timeoutMs,
  ): Promise<R[]> {
    const client = await this.#connect(timeoutMs);
    try {
      const { rows } = await within(timeoutMs, client.query<R>({ ...statement, values }));
      client.release();
      return rows;
    } catch (error) {
      client.release(!leavesConnectionUsable(error));
      throw toStoreError(error, 'sent');
    }
  }

  /** Closes all connections; a server that does not answer is not waited for. */
  async end(): Promise<void> {
    await within(this.settings.timeoutMs, this.#pool.end()).catch(ignore);
  }

  async #connect(timeoutMs: number): Promise<pg.PoolClient> {
    const connecting = this.#pool.connect();
    try {
      return await within(timeoutMs, connecting);
    } catch (error) {
      connecting.then((late) => {
        late.release();
      }, ignore);
      throw toStoreError(error, 'connecting');
    }
  }
}
