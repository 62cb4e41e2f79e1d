import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createLogger } from '#http';
import { readConfig } from '#runtime';
import { openTestDatabase, type TestDatabase } from '#testing';
import { startServer, type GreffeServer } from '../../apps/server/src/server.js';
import { expectStatus, Client, type Answer } from './client.harness.js';
import { openStoryStore, type StoryStore } from './event-store.harness.js';
import { startIssuer, type TestIssuer } from './oidc-issuer.harness.js';

export type RoleName = 'service' | 'operator' | 'dpo' | 'auditor' | 'analyst' | 'subject' | 'form';

/** Who a client is. */
export interface Identity {
  /** Default: one per role. For role `subject` the person's `subjectId`. */
  readonly sub?: string;
  /** Narrows the role. */
  readonly scope?: string;
}

/** A ledger with its databases and issuer, on which a test starts as many server processes as it wants. */
export class AcceptanceLedger {
  private readonly servers = new Set<GreffeServer>();

  private constructor(
    readonly ledger: TestDatabase,
    readonly keys: TestDatabase,
    readonly issuer: TestIssuer,
    readonly home: string,
    readonly store: StoryStore,
  ) {}

  static async open(): Promise<AcceptanceLedger> {
    const [ledger, keys, issuer, home] = await Promise.all([
      openTestDatabase(),
      openTestDatabase(),
      startIssuer(),
      mkdtemp(join(tmpdir(), 'greffe-acceptance-')),
    ]);
    return new AcceptanceLedger(ledger, keys, issuer, home, await openStoryStore(ledger.pool));
  }

  /** Starts a server over the databases and waits until it is ready; by default it does everything. */
  async start(roles = 'api,projector,eraser', more: Record<string, string> = {}): Promise<GreffeServer> {
    const server = await this.startDegraded(roles, more);
    await untilReady(server.url);
    return server;
  }

  /** Starts a server that may lack what it needs. */
  async startDegraded(
    roles: string,
    more: Record<string, string> = {},
    logger = createLogger(logLevel()),
  ): Promise<GreffeServer> {
    const config = readConfig({
      GREFFE_HOME: this.home,
      GREFFE_ROLES: roles,
      PORT: '0',
      DATABASE_URL: this.ledger.url,
      KEYSTORE_URL: this.keys.url,
      OIDC_ISSUER: this.issuer.url,
      OIDC_AUDIENCE: this.issuer.audience,
      OIDC_JWKS_URL: `${this.issuer.url}/jwks`,
      ...this.store.variables,
      ...more,
    });
    const server = await startServer(config, logger);
    this.servers.add(server);
    return server;
  }

  async stop(server: GreffeServer): Promise<void> {
    this.servers.delete(server);
    await server.stop();
  }

  /** A client of a role on one of the servers. */
  async client(
    server: Pick<GreffeServer, 'url'>,
    role: RoleName,
    { sub = `test-${role}`, scope }: Identity = {},
  ): Promise<Client> {
    const claims = {
      sub,
      roles: [role],
      client_id: `client-${role}`,
      ...(scope === undefined ? {} : { scope }),
    };
    return new Client(server.url, await this.issuer.token(claims));
  }

  /** How many events the ledger holds; the same before and after means that nothing was written. */
  countEvents(): Promise<number> {
    return this.store.countActs();
  }

  /** Stops everything and drops the databases. */
  async close(): Promise<void> {
    for (const server of this.servers) await this.stop(server);
    await Promise.all([
      this.ledger.drop(),
      this.keys.drop(),
      this.issuer.close(),
      this.store.close(),
      rm(this.home, { recursive: true, force: true }),
    ]);
  }
}

/** However slow the machine, what the ledger does after its answer has been done by then. */
const EVENTUALLY_MS = 120_000;

/** Asks again until the answer is as wanted; fails with the last one. For what the ledger does after its answer. */
export async function eventually<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + EVENTUALLY_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`Still not as wanted: ${JSON.stringify(answer)}`);
    await pause(50);
  }
}

/**
 * What stands at this address once the projections have it: a state that is read without the token of the act that
 * made it may be a moment behind.
 */
export async function onceThere(client: Client, path: string): Promise<Answer> {
  const answer = await eventually(
    () => client.get(path),
    ({ status }) => status !== 404,
  );
  return expectStatus(answer, 200);
}

async function untilReady(url: string): Promise<void> {
  const client = new Client(url, undefined);
  await eventually(
    async () => ({ status: (await client.get('/readyz').catch(() => undefined))?.status }),
    ({ status }) => status === 200,
  );
}

function logLevel() {
  return process.env['GREFFE_TEST_LOG'] === 'on' ? 'warn' : 'silent';
}
