import pg from 'pg';
import { leavesConnectionUsable, toStoreError, type Phase } from './classify.js';
import { within } from '../deadline.js';
import { sessionSql, type Settings } from './settings.js';

/** The one connection on which a process appends. It connects when it is needed and is replaced when it breaks. */
export class WriterConnection {
  #client: pg.Client | undefined;

  constructor(private readonly settings: Settings) {}

  /** Runs one prepared statement in a transaction of its own. Throws `AccessDenied` or `Unavailable`. */
  async query<R extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
    ms: number,
  ): Promise<R[]> {
    let phase: Phase = 'connecting';
    try {
      const client = this.#client ?? (await this.#connect(ms));
      phase = 'sent';
      const { rows } = await within(ms, client.query<R>({ name, text, values }));
      return rows;
    } catch (error) {
      if (!leavesConnectionUsable(error)) this.#drop();
      throw toStoreError(error, phase);
    }
  }

  /** Closes the connection. */
  async end(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) await within(this.settings.timeoutMs, client.end()).catch(() => undefined);
  }

  async #connect(ms: number): Promise<pg.Client> {
    const client = new pg.Client({ ...this.settings.connection, connectionTimeoutMillis: ms });
    client.on('error', () => {
      if (this.#client === client) this.#client = undefined;
    });
    try {
      await client.connect();
      await within(ms, client.query(sessionSql(this.settings.timeoutMs)));
    } catch (error) {
      discard(client);
      throw error;
    }
    this.#client = client;
    return client;
  }

  #drop(): void {
    if (this.#client !== undefined) discard(this.#client);
    this.#client = undefined;
  }
}

/** Closes a connection that may not answer any more, without waiting for it. */
export function discard(client: pg.Client): void {
  client.end().catch(() => undefined);
}
