import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { StreamMetadata } from '@eventstore/db-client';
import { Unavailable } from '../errors.js';
import { Calls, type Decided } from './calls.js';
import { Clients } from './clients.js';
import { BadConnectionString, type StoreAddress } from './connection-string.js';
import { askNode, awayFrom, type HttpAnswer } from './node-http.js';
import { readPage } from './pages.js';
import { readersPlan, settingsPlan, storeUsers, userPlan, type StoreUser } from './rights-plan.js';
import { toSettings } from './settings.js';

/** What is given to whom, and by whom. */
export interface RightsOptions {
  /** With the credentials of an administrator, over TLS: without it a server knows nobody. */
  readonly connectionString: string;
  /** Passwords of the ledger's users; a new user without one is given a random one, which the step tells. */
  readonly passwords?: Partial<Readonly<Record<StoreUser, string>>>;
  /** Only looks what there is to do. */
  readonly isDryRun?: boolean;
}

/** One thing that has to be so. */
export interface RightsStep {
  /** `user greffe_api`, `$settings` … */
  readonly subject: string;
  readonly change: 'none' | 'made' | 'changed';
  /** The password that was drawn for a new user: it is told this once. */
  readonly password?: string;
}

/**
 * Makes the ledger's users, their groups and the access lists, so that no part of the ledger can do more than it has to,
 * and none is an administrator. Idempotent; what is right already is left alone.
 * Throws `BadConnectionString`, `AccessDenied`, `Unavailable`.
 */
export async function grantRights(options: RightsOptions): Promise<readonly RightsStep[]> {
  const settings = toSettings(options);
  const { address, timeoutMs } = settings;
  if (address.isInsecure)
    throw new BadConnectionString('Without TLS a server knows no users: nothing to grant');
  const clients = new Clients(address, timeoutMs);
  const calls = new Calls(clients, settings, new AbortController().signal);
  const granting = new Granting(address, calls, timeoutMs, options.isDryRun ?? false);
  try {
    const steps: RightsStep[] = [];
    for (const user of storeUsers) steps.push(await granting.user(user, options.passwords?.[user]));
    steps.push(await granting.settings());
    for (const stream of Object.keys(readersPlan)) steps.push(await granting.readersOf(stream));
    return steps;
  } finally {
    clients.end();
  }
}

class Granting {
  constructor(
    private readonly address: StoreAddress,
    private readonly calls: Calls,
    private readonly timeoutMs: number,
    private readonly isDryRun: boolean,
  ) {}

  async user(user: StoreUser, given: string | undefined): Promise<RightsStep> {
    const { login, groups } = userPlan[user];
    const subject = `user ${login}`;
    const found = await this.#ask('GET', `/users/${login}`);
    if (found.status === 404) {
      const password = given ?? randomBytes(24).toString('base64url');
      const body = { loginName: login, fullName: `Greffe, ${user}`, groups, password };
      await this.#change('POST', '/users/', body);
      return { subject, change: 'made', ...(given === undefined && !this.isDryRun ? { password } : {}) };
    }
    this.#expect(found, 200, `GET /users/${login}`);
    const { data } = JSON.parse(found.text) as { data: { fullName: string; groups: readonly string[] } };
    const isMember = isDeepStrictEqual([...data.groups].sort(), [...groups].sort());
    if (!isMember) await this.#change('PUT', `/users/${login}`, { fullName: data.fullName, groups });
    const isKnown = given === undefined || (await this.#opens(login, given));
    if (!isKnown) {
      await this.#change('POST', `/users/${login}/command/reset-password`, { newPassword: given });
      await this.#untilOpens(login, given);
    }
    return { subject, change: isMember && isKnown ? 'none' : 'changed' };
  }

  async settings(): Promise<RightsStep> {
    const subject = '$settings';
    const page = await this.calls.read((client, ms) =>
      readPage(
        client.readStream(subject, {
          ...client.toLeader,
          direction: 'backwards',
          fromRevision: 'end',
          maxCount: 1,
        }),
        ms,
      ),
    );
    if (page.verdict !== undefined && page.verdict.kind !== 'absent') throw failure(page);
    const newest = page.verdict === undefined ? page.answer.events[0] : undefined;
    const before = (newest?.data ?? {}) as Readonly<Record<string, unknown>>;
    const after = { ...before, ...settingsPlan };
    if (isDeepStrictEqual(before, after)) return { subject, change: 'none' };
    const event = {
      id: randomUUID(),
      type: 'update-default-acl',
      contentType: 'application/json',
      data: after,
      metadata: new Uint8Array(),
    } as const;
    const expectedRevision = newest?.revision ?? 'no_stream';
    if (!this.isDryRun)
      done(
        await this.calls.write(
          (client, ms) =>
            client.appendToStream(subject, event, { ...client.toLeader, expectedRevision, deadline: ms }),
          this.timeoutMs,
        ),
      );
    return { subject, change: newest === undefined ? 'made' : 'changed' };
  }

  async readersOf(stream: string): Promise<RightsStep> {
    const subject = `readers of ${stream}`;
    const readRoles = [...(readersPlan[stream] ?? [])];
    const found = done(
      await this.calls.read((client) => client.getStreamMetadata(stream, { ...client.toLeader })),
    );
    const before: StreamMetadata = found.metadata ?? {};
    if (isDeepStrictEqual(before.acl?.readRoles, readRoles)) return { subject, change: 'none' };
    const metadata = { ...before, acl: { ...before.acl, readRoles } };
    const expectedRevision = found.metastreamRevision ?? 'no_stream';
    if (!this.isDryRun)
      done(
        await this.calls.write(
          (client, ms) =>
            client.setStreamMetadata(stream, metadata, {
              ...client.toLeader,
              expectedRevision,
              deadline: ms,
            }),
          this.timeoutMs,
        ),
      );
    return { subject, change: found.metadata === undefined ? 'made' : 'changed' };
  }

  /** Whether somebody gets in with this password. */
  async #opens(username: string, password: string): Promise<boolean> {
    const as = { ...this.address, credentials: { username, password } };
    const call = { method: 'GET', path: '/users/$current' } as const;
    return askNode(as, this.address.hosts[0], call, this.timeoutMs).then(
      ({ status }) => status === 200,
      (error: unknown) => {
        if (error instanceof Unavailable) throw error;
        return false;
      },
    );
  }

  /** A server goes on for a second or so with the password that it remembers. */
  async #untilOpens(login: string, password: string): Promise<void> {
    const end = Date.now() + this.timeoutMs;
    while (!this.isDryRun && !(await this.#opens(login, password))) {
      if (Date.now() > end)
        throw awayFrom(this.address.hosts[0], `does not take the new password of ${login}`);
      await pause(100);
    }
  }

  #ask(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<HttpAnswer> {
    const call = { method, path, ...(body === undefined ? {} : { body }) };
    return askNode(this.address, this.address.hosts[0], call, this.timeoutMs);
  }

  async #change(method: 'POST' | 'PUT', path: string, body: unknown): Promise<void> {
    if (this.isDryRun) return;
    const answer = await this.#ask(method, path, body);
    this.#expect(answer, path === '/users/' ? 201 : 200, `${method} ${path}`);
  }

  #expect({ status }: HttpAnswer, expected: number, request: string): void {
    if (status !== expected) throw awayFrom(this.address.hosts[0], `answers ${String(status)} to ${request}`);
  }
}

function done<T>(decided: Decided<T>): T {
  if (decided.verdict !== undefined) throw failure(decided);
  return decided.answer;
}

function failure({ cause }: { readonly cause?: unknown }): Unavailable {
  return new Unavailable('notWritten', { cause });
}
