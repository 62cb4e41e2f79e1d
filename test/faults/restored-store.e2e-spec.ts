import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, expectStatus } from '../acceptance/client.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  registerPerson,
  type TestShop,
} from '../acceptance/shop.harness.js';
import { urlsOfHome } from './embedded-database.harness.js';
import { openEvents } from './events-elsewhere.harness.js';
import { asSuperuser, openBackedUpStore, type BackedUpStore } from './older-store.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';

// An event store that had to be put back to an older backup is refused beside databases that know more, until an operator
// accepts it. Then every fact that anybody still holds stands again, and no "no" has become a yes. The whole story on the
// embedded default, with the command as it is shipped; the events are in its PostgreSQL, or in a server beside it whose
// older data is put back.

let build: BuiltServer;
let issuer: TestIssuer;
let home: string;
let store: BackedUpStore;
let server: ServerProcess | undefined;

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  home = join(build.folder, 'home');
  store = await openBackedUpStore(home);
});
afterAll(async () => {
  await server?.stop();
  await Promise.all([issuer?.close(), build?.remove(), store?.close()]);
});

async function start(): Promise<ServerProcess> {
  const identity = {
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
  };
  const variables = { GREFFE_HOME: home, LOG_LEVEL: 'warn', ...store.variables };
  return (server = await startServerProcess(build, { ...variables, ...identity }));
}

async function stop(): Promise<void> {
  await server?.stop();
  server = undefined;
}

async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server!.url, await issuer.token(claims));
}

/** The command as an operator types it. */
function command(...args: string[]): Promise<{ readonly code: number; readonly output: string }> {
  const script = join(build.folder, 'dist/apps/server/src/store-restored.js');
  const env = { PATH: process.env['PATH'], GREFFE_HOME: home, LANG: 'en_GB.UTF-8', ...store.variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` });
    });
  });
}

async function mayBeSent(service: Client, shop: TestShop, subjectId: string): Promise<boolean> {
  const question = { subjectId, purposeId: shop.newsletterId, channel: 'email' };
  return expectStatus(await service.post('/v1/permissions/check', question), 200).body.permitted;
}

describe('an event store that was put back to an older backup', () => {
  it('is refused, accepted by who knows what is lost, and serves again without a single "no" less', async () => {
    await start();
    await untilReady(server!.url);
    let [service, dpo] = [await clientOf('service'), await clientOf('dpo')];
    const shop = await declareShop(dpo);
    const consented = async (mailbox: string): Promise<string> => {
      const subjectId = await registerPerson(service, [email(mailbox)]);
      expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
      return subjectId;
    };
    const mailbox = `${randomUUID()}@courrier.example`;
    const [anna, bob, dora] = [
      await consented(`${randomUUID()}@courrier.example`),
      await consented(`${randomUUID()}@courrier.example`),
      await consented(mailbox),
    ];
    await store.backUp();

    // What the backup does not know: a withdrawal, a new person, an objection with an erasure, and somebody unknown.
    const no = { purposeId: shop.newsletterId, channels: ['email'], source: { kind: 'unsubscribe-link' } };
    expectStatus(await service.post(`/v1/subjects/${anna}/withdrawals`, no, { key: null }), 201);
    const carl = await consented(`${randomUUID()}@courrier.example`);
    const objection = { purposeId: 'all', channels: 'all', source: 'phone-call' };
    expectStatus(await service.post(`/v1/subjects/${dora}/objections`, objection, { key: null }), 201);
    await erase(dpo, dora);
    const nobody = email(`${randomUUID()}@courrier.example`);
    const { token } = expectStatus(
      await service.post(`/v1/subjects/${bob}/consents`, consentBody(shop)),
      201,
    ).body;
    expectStatus(await service.post('/v1/withdrawals', { contact: nobody, ...no }, { key: null }), 201);
    await audited();
    await stop();
    await store.putBack();

    await start();
    const refused = await eventually(
      () => new Client(server!.url, undefined).get('/readyz'),
      ({ text }) => text.includes('refused: another-history'),
    );
    expect(refused.status).toBe(503);
    await eventually(
      () => Promise.resolve(server!.output()),
      (output) => /ends at \d+, the audit copy at \d+/.test(output) && output.includes('store:restored'),
    );
    expect((await command()).output).toMatch(/is already|in use|works here/i);
    await stop();

    const before = await store.count();
    const shown = await command();
    expect(shown).toMatchObject({ code: 1, output: expect.stringContaining('The store lacks') });
    const lost = Number(/--accept-loss (\d+)/.exec(shown.output)?.[1]);
    expect(lost).toBeGreaterThan(0);
    expect((await command('--accept-loss', String(lost + 1), '--cause', 'hardware')).code).toBe(1);
    expect((await command('--accept-loss', String(lost))).output).toContain('--cause takes one of');
    expect(await store.count()).toBe(before);

    const accepted = await command('--accept-loss', String(lost), '--cause', 'hardware');
    expect(accepted).toMatchObject({ code: 0, output: expect.stringContaining('Accepted.') });
    expect(await command()).toMatchObject({ code: 0, output: expect.stringContaining('nothing to accept') });

    await start();
    await untilReady(server!.url);
    [service, dpo] = [await clientOf('service'), await clientOf('dpo')];
    expect(await mayBeSent(service, shop, anna)).toBe(false);
    expect(await mayBeSent(service, shop, bob)).toBe(true);
    expect(await mayBeSent(service, shop, carl)).toBe(true);
    // The erased stay erased, their address blocked; so does the one that nobody had.
    expect((await dpo.get(`/v1/subjects/${dora}`)).text).not.toContain(mailbox);
    for (const contact of [email(mailbox), nobody])
      expect(await mayBeSent(service, shop, await consentedOn(service, shop, contact))).toBe(false);
    const old = await dpo.get(`/v1/subjects/${bob}?minToken=${encodeURIComponent(token)}`);
    expectStatus(old, 409);
    expect(old.text).toContain('token-of-another-store');

    // The ledger goes on: sealed values too, in streams that had lost some.
    expectStatus(
      await service.post(`/v1/subjects/${bob}/contact-points`, email(`${randomUUID()}@courrier.example`)),
      201,
    );
    await audited();
    const changes = expectStatus(await service.get('/v1/changes?types=StoreRestored'), 200).body;
    expect(changes.items).toMatchObject([{ type: 'StoreRestored', data: { lost, cause: 'hardware' } }]);
  });
});

/** Somebody who has this address and consented before it was blocked. */
async function consentedOn(service: Client, shop: TestShop, contact: object): Promise<string> {
  const subjectId = await registerPerson(service, [contact], { occurredAt: daysAgo(9) });
  const consent = consentBody(shop, daysAgo(2));
  expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consent), 201);
  return subjectId;
}

async function erase(dpo: Client, subjectId: string): Promise<void> {
  const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
  const path = `/v1/subjects/${subjectId}/erasures`;
  const order = { ground: 'objection', identityCheck };
  const { erasureId } = expectStatus(await dpo.post(path, order), 202).body;
  await eventually(
    async () => (await dpo.get(`${path}/${String(erasureId)}`)).body,
    ({ state }) => state !== 'ordered',
  );
}

/** Everything that was recorded is in the audit copy. */
async function audited(): Promise<void> {
  const events = await openEvents(store.server, (await urlsOfHome(home))['DATABASE_URL'] ?? '');
  await asSuperuser(home, (pool) =>
    eventually(
      async () => {
        const { rows } = await pool.query<{ position: string }>('SELECT position FROM audit.checkpoint');
        return { copied: rows[0]?.position, head: await events.head() };
      },
      ({ copied, head }) => copied !== undefined && head !== undefined && copied >= head,
    ),
  );
  await events.shutdown();
}
