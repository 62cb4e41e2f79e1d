import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { grantEventStoreRights, storeUsers, userPlan, type StoreUser } from '#event-store';
import { createLogger } from '#http';
import { startEventStoreDouble, type EventStoreDouble } from '#testing';
import type { GreffeServer } from '../../apps/server/src/server.js';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { email, registerPerson } from './shop.harness.js';

// Whatever is wrong with EVENTSTORE_URL or with what stands there, a server starts, names the cause by one code in
// readyz and in one line of its log, refuses to write, and works as soon as it is mended, without a restart. One server
// goes through all of it, one cause after the other.

const PASSWORD = 'secret-of-greffe';
const READER = 'greffe_reader';
const api = userPlan.api;

interface Line {
  readonly level: string;
  readonly problem?: string;
  readonly msg: string;
}

let ledger: AcceptanceLedger;
let double: EventStoreDouble;
let server: GreffeServer;
let service: Client;
const written: string[] = [];
const log = createLogger('info', { write: (line) => void written.push(line) });
const lines = (): Line[] => written.map((line) => JSON.parse(line) as Line);
const told = (): string[] =>
  lines().flatMap(({ problem }) => (problem?.startsWith('eventstoredb: ') ? [problem] : []));

beforeAll(async () => {
  [ledger, double] = await Promise.all([AcceptanceLedger.open(), startEventStoreDouble({ tls: true })]);
  const passwords = Object.fromEntries(storeUsers.map((user) => [user, PASSWORD])) as Record<
    StoreUser,
    string
  >;
  await grantEventStoreRights({ connectionString: as('admin', 'changeit'), passwords });
});
afterAll(async () => {
  await ledger?.close();
  await double?.stop();
});

function as(user: string, password: string): string {
  return double.connectionString.replace('esdb://', `esdb://${user}:${password}@`);
}

/** What an administrator changes about the user of the server. */
async function change(method: 'PUT' | 'POST', what: string, body: object): Promise<void> {
  const ca = await readFile(double.caFile ?? '');
  const options = { method, ca, auth: 'admin:changeit', agent: false };
  const status = await new Promise((resolve, reject) => {
    const call = request(`${double.url}/users/${api.login}${what}`, options, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    call.on('error', reject).end(JSON.stringify(body));
  });
  expect(status).toBe(200);
}

const setPassword = (newPassword: string) => change('POST', '/command/reset-password', { newPassword });
const setGroups = (groups: readonly string[]) => change('PUT', '', { fullName: api.login, groups });

interface Readiness {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly detail?: string }[];
}

async function readinessOf({ url }: GreffeServer): Promise<Readiness> {
  return (await (await fetch(`${url}/readyz`)).json()) as Readiness;
}

async function untilNamed(at: GreffeServer, code: string): Promise<void> {
  const { checks } = await eventually(
    () => readinessOf(at),
    (body) => JSON.stringify(body).includes(`eventstoredb: ${code}"`),
  );
  expect(checks).toContainEqual({ name: 'event-store', ok: false, detail: `eventstoredb: ${code}` });
}

async function untilReady(at: GreffeServer): Promise<void> {
  await eventually(
    () => readinessOf(at),
    ({ checks }) => checks.every(({ ok }) => ok),
  );
}

async function expectNotNow(client: Client): Promise<void> {
  const contactPoints = [email('nobody@courrier.example')];
  const body = { contactPoints, audience: 'consumer', source: { kind: 'shop' } };
  const answer = expectStatus(await client.post('/v1/subjects', body), 503);
  // Before the ledger is open nobody knows of its erasures either.
  expect(['store-unavailable', 'keys-not-reconciled']).toContain(answer.body.code);
  expect(answer.headers.get('retry-after')).not.toBeNull();
}

/** Another server stands at the place of the double for a while. */
async function replacedBy(options: { readonly tls: boolean }, during: () => Promise<void>): Promise<void> {
  const other = await startEventStoreDouble({ ...options, port: double.port });
  try {
    await during();
  } finally {
    await other.stop();
  }
}

describe('an event store that cannot be used', () => {
  it('is named from the start: nobody listens', async () => {
    await double.kill();
    const url = as(api.login, PASSWORD);
    server = await ledger.startDegraded('api,projector', { EVENTSTORE_URL: url }, log);
    service = await ledger.client(server, 'service');
    await untilNamed(server, 'nobody-listening');
    await expectNotNow(service);
  });

  it('has a certificate of another authority', () =>
    replacedBy({ tls: true }, () => untilNamed(server, 'wrong-certificate')));

  it('speaks without TLS', () => replacedBy({ tls: false }, () => untilNamed(server, 'server-without-tls')));

  it('is too old', async () => {
    double.faults.claimVersion('22.10.5');
    await double.revive();
    await untilNamed(server, 'too-old');
    await expectNotNow(service);
  });

  it('does not take the password', async () => {
    await setPassword('another');
    double.faults.heal();
    await untilNamed(server, 'wrong-credentials');
    await expectNotNow(service);
  });

  it('keeps the total order from the user', async () => {
    await setGroups(api.groups.filter((group) => group !== READER));
    await setPassword(PASSWORD);
    await untilNamed(server, 'cannot-read-all');
    await expectNotNow(service);
  });

  it('lets the user write nothing', async () => {
    await setGroups([READER]);
    await untilNamed(server, 'cannot-append');
    await expectNotNow(service);
    expect((await double.disk()).some((record) => record.includes('LedgerOpened'))).toBe(false);
  });

  it('is used as soon as everything is mended, and each cause was told once, with nothing secret', async () => {
    expect(told()).toEqual(
      [
        'nobody-listening',
        'wrong-certificate',
        'server-without-tls',
        'too-old',
        'wrong-credentials',
        'cannot-read-all',
        'cannot-append',
      ].map((code) => `eventstoredb: ${code}`),
    );
    await setGroups(api.groups);
    await untilReady(server);
    await registerPerson(service);
    expect(lines().filter(({ msg }) => msg === 'the event store can be used again')).toHaveLength(1);
    const text = written.join('');
    for (const secret of [PASSWORD, 'changeit', api.login, `127.0.0.1:${String(double.port)}`])
      expect(text).not.toContain(secret);
  });

  it('is named again when a running server loses it, and recovers again', async () => {
    await setPassword('another');
    await untilNamed(server, 'wrong-credentials');
    await expectNotNow(service);
    await setPassword(PASSWORD);
    await untilReady(server);
    await registerPerson(service);
    expect(told().filter((problem) => problem.endsWith('wrong-credentials'))).toHaveLength(2);
  });
});

describe('a server that is configured without TLS', () => {
  let plain: EventStoreDouble;
  let elsewhere: AcceptanceLedger;
  beforeAll(async () => {
    [elsewhere, plain] = await Promise.all([AcceptanceLedger.open(), startEventStoreDouble()]);
  });
  afterAll(async () => {
    await elsewhere.close();
    await plain.stop();
  });
  const start = (url: string) => elsewhere.startDegraded('api,projector', { EVENTSTORE_URL: url });

  it('says that the store speaks TLS', async () => {
    await plain.kill();
    const secure = await startEventStoreDouble({ tls: true, port: plain.port });
    const insecure = await start(plain.connectionString);
    await untilNamed(insecure, 'server-needs-tls').finally(() => secure.stop());
    await expectNotNow(await elsewhere.client(insecure, 'service'));
    await plain.revive();
    await untilReady(insecure);
  });

  it('says that a host is unknown', async () => {
    const lost = await start('esdb://store.invalid:2113?tls=false');
    await untilNamed(lost, 'unknown-host');
    await expectNotNow(await elsewhere.client(lost, 'service'));
  });
});
