import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type EventsServer, type FaultProxy } from '#testing';
import { Client, expectStatus, type Answer } from '../acceptance/client.harness.js';
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
import { inEventStoreDb, startEvents } from './events-elsewhere.harness.js';
import { eachOf, openLines, variablesThrough, type LedgerAndKeys, type Lines } from './lines.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';

// A server whose databases or event store are away starts, says what it misses, answers every request with a declared problem, and
// recovers by itself (R16). Between it and them stand lines that refuse, break or fall silent.

/** What is away with the line to the ledger's database, and with that to the event store. */
const IN_LEDGER = inEventStoreDb ? ['database'] : ['event-store', 'database'];
const IN_EVENTS = inEventStoreDb ? ['event-store'] : IN_LEDGER;

let build: BuiltServer;
let issuer: TestIssuer;
let server: ServerProcess;
let databases: LedgerAndKeys;
let double: EventsServer | undefined;
let lines: Lines;
let [dpo, service] = [] as unknown as [Client, Client];
let shop: TestShop;
let subjectId: string;

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  databases = await Promise.all([openTestDatabase(), openTestDatabase()]);
  double = await startEvents();
  lines = await openLines(databases, double);
  for (const line of eachOf(lines)) await line.refuse();
  server = await startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    ...variablesThrough(lines, databases, double),
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
  });
  dpo = await clientOf('dpo');
  service = await clientOf('service');
});
afterAll(async () => {
  await server?.stop();
  await Promise.all(eachOf(lines).map((line) => line.close()));
  await Promise.all([double?.stop(), issuer?.close(), build?.remove()]);
  await Promise.all((databases ?? []).map((database) => database.drop()));
});

async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server.url, await issuer.token(claims));
}

/** Requests of every kind, all of which need a database. */
const requests: readonly [string, () => Promise<Answer>][] = [
  ['a registration', () => service.post('/v1/subjects', registration())],
  ['a consent', () => service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop))],
  ['a withdrawal', () => service.post(`/v1/subjects/${subjectId}/withdrawals`, withdrawal)],
  ['a withdrawal by address', () => service.post('/v1/withdrawals', { ...withdrawal, contact: nobody() })],
  ['an erasure', () => dpo.post(`/v1/subjects/${randomUUID()}/erasures`, erasure())],
  ['a look-up', () => dpo.post('/v1/subjects/lookup', nobody())],
  ['a reveal', () => dpo.post(`/v1/subjects/${subjectId}/reveal`, { fields: ['email'], reason: 'audit' })],
  ['a new purpose', () => dpo.post('/v1/controllers', { legalName: 'Deux SAS', country: 'FR' })],
  ['the state of a contact', () => dpo.get(`/v1/subjects/${subjectId}`)],
  ['the state on a past day', () => dpo.get(`/v1/subjects/${subjectId}?at=${daysAgo(1)}`)],
  ['the consents', () => dpo.get(`/v1/subjects/${subjectId}/consents`)],
  ['the timeline', () => dpo.get(`/v1/subjects/${subjectId}/timeline`)],
  ['the change feed', () => dpo.get('/v1/changes')],
  ['the looks', () => dpo.get(`/v1/access-log?subjectId=${subjectId}`)],
  ['the purposes', () => dpo.get('/v1/purposes')],
  ['the register', () => dpo.get('/v1/register')],
  ['the suppressions', () => dpo.get('/v1/suppressions/count')],
  ['the figures', () => dpo.get('/v1/reports/standing-consents')],
  ['the read models', () => dpo.get('/v1/projections')],
  ['a rebuild', () => dpo.post('/v1/projections/timeline/rebuild', undefined)],
  ['the service keys', () => dpo.get('/v1/service-keys')],
];

const withdrawal = { purposeId: 'all', channels: ['email'], source: { kind: 'web-form' } };
const nobody = () => email(`${randomUUID()}@courrier.example`);
const registration = () => ({ contactPoints: [nobody()], audience: 'consumer', source: { kind: 'shop' } });
const erasure = () => ({
  ground: 'consent-withdrawn',
  identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
});

/** What a client has when it has lost its patience. */
const HUNG = { status: 999, headers: new Headers(), body: undefined };

/** Sends them all at once. */
async function askEverything(): Promise<{ asked: string; status: number; retry: boolean; code?: string }[]> {
  return Promise.all(
    requests.map(async ([asked, ask]) => {
      const { status, headers, body } = await ask().catch(() => HUNG);
      const isProblem = (headers.get('content-type') ?? '').startsWith('application/problem+json');
      return {
        asked,
        status,
        retry: headers.get('retry-after') !== null,
        ...(isProblem && { code: body.code }),
      };
    }),
  );
}

const AWAY = ['store-unavailable', 'keys-unavailable', 'keys-not-reconciled', 'recorded-not-yet-effective'];

/** Those that were answered otherwise than "not now, come again", and otherwise than as if nothing were wrong. */
function undeclared(answers: Awaited<ReturnType<typeof askEverything>>, mayWork: boolean) {
  return answers.filter(({ status, code, retry }) =>
    status === 503 ? !(retry && AWAY.includes(code ?? '')) : !mayWork || status >= 500,
  );
}

async function breakLine(line: FaultProxy, fault: 'refused' | 'silent'): Promise<void> {
  if (fault === 'silent') line.silence();
  else await line.refuse();
}

async function mendLine(line: FaultProxy): Promise<void> {
  line.resume();
  await line.accept();
}

const checksOf = ({ body }: Answer): Record<string, boolean> =>
  Object.fromEntries(body.checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok]));

async function readiness(): Promise<Answer> {
  return new Client(server.url, undefined).get('/readyz');
}

describe('a server that starts while its databases are away', () => {
  it('lives, and names what it misses', async () => {
    subjectId = randomUUID();
    shop = { newsletterId: randomUUID(), formId: randomUUID() } as TestShop;
    expectStatus(await new Client(server.url, undefined).get('/livez'), 200);
    const answer = expectStatus(await readiness(), 503);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(checksOf(answer)).toEqual({
      'event-store': false,
      database: false,
      'key-store': false,
      ledger: false,
      'erasures-replayed': false,
    });
  });

  it('answers every request with a problem that says when to come again', async () => {
    expect(undeclared(await askEverything(), false)).toEqual([]);
  });

  it('works when they come, without a restart', async () => {
    for (const line of eachOf(lines)) await line.accept();
    await untilReady(server.url);
    shop = await declareShop(dpo);
    subjectId = await registerPerson(service);
    const { body } = expectStatus(
      await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)),
      201,
    );
    const path = `/v1/subjects/${subjectId}?minToken=${encodeURIComponent(body.token)}`;
    expectStatus(await dpo.get(path), 200);
  });
});

describe('a running server answers every request, and recovers', () => {
  it.each([
    ['the ledger', 'refused', () => [lines.ledger], IN_LEDGER],
    ['the ledger', 'silent', () => [lines.ledger], IN_LEDGER],
    ['the event store', 'refused', () => [lines.events], IN_EVENTS],
    ['the event store', 'silent', () => [lines.events], IN_EVENTS],
    ['the key store', 'refused', () => [lines.keys], ['key-store']],
    ['the key store', 'silent', () => [lines.keys], ['key-store']],
    ['everything', 'refused', () => eachOf(lines), ['event-store', 'database', 'key-store']],
  ] as const)('%s is %s', async (_, fault, linesOf, parts) => {
    const broken = linesOf();
    for (const line of broken) await breakLine(line, fault);
    const answers = await askEverything();
    const state = checksOf(expectStatus(await readiness(), 503));
    for (const line of broken) await mendLine(line);

    expect(undeclared(answers, new Set(broken).size === 1)).toEqual([]);
    expect(answers.some(({ status }) => status === 503)).toBe(true);
    expect(Object.keys(state).filter((name) => state[name] === false)).toEqual([...parts]);
    await untilReady(server.url);
    const works = await eventually(askEverything, (all) => all.every(({ status }) => status < 500));
    expect(works.map(({ asked, status }) => [asked, status < 300 || status === 404])).toEqual(
      requests.map(([asked]) => [asked, true]),
    );
  });
});

describe('the log of it all', () => {
  it('holds no stack, since nothing in the server was wrong', () => {
    const errors = server
      .output()
      .split('\n')
      .filter((line) => /"stack"|"level":"fatal"|^\s+at /.test(line));
    expect(errors).toEqual([]);
  });
});
