import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { EventsServer } from '#testing';
import { Client, expectStatus, type Answer } from '../acceptance/client.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  email,
  phone,
  type TestShop,
} from '../acceptance/shop.harness.js';
import { Canaries, Scan } from './canary.harness.js';
import { killPostgres, openAsSuperuser, urlsOfHome } from './embedded-database.harness.js';
import { inEventStoreDb, startEvents, variablesOf } from './events-elsewhere.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';

// Personal values are in clear nowhere, at no time (R9): not in a file of PostgreSQL, its log or its WAL, not in a row
// of either database, not in a record of an event store beside them, not in what a server says at its most talkative,
// nor in an answer to those who may not see them. Unmistakable values go in by every door, valid or not, also while the
// database dies; then all of it is searched.

const canaries = new Canaries();
let build: BuiltServer;
let issuer: TestIssuer;
let home: string;
let double: EventsServer | undefined;
/** One runs everything on its embedded PostgreSQL, the other one answers beside it. */
let servers: ServerProcess[] = [];
let pools: Record<'greffe' | 'greffe_keys', pg.Pool>;
let [dpo, service, form] = [] as unknown as [Client, Client, Client];
let shop: TestShop;
let subjectId: string;
const answers: string[] = [];

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  home = join(build.folder, 'home');
  const identity = {
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
    LOG_LEVEL: 'trace',
  };
  double = await startEvents();
  const settings = { ...identity, ...variablesOf(double) };
  servers.push(await startServerProcess(build, { GREFFE_HOME: home, ...settings }));
  await untilReady(urlOf(0));
  const beside = { ...(await urlsOfHome(home)), ...settings, GREFFE_ROLES: 'api' };
  const own = { GREFFE_HOME: join(build.folder, 'beside'), GREFFE_KEK_FOLDER: join(home, 'keys') };
  servers.push(await startServerProcess(build, { ...beside, ...own }));
  await untilReady(urlOf(1));
  pools = {
    greffe: await openAsSuperuser(home, 'greffe'),
    greffe_keys: await openAsSuperuser(home, 'greffe_keys'),
  };
  [dpo, service, form] = await Promise.all([clientOf('dpo'), clientOf('service'), clientOf('form')]);
  shop = await declareShop(dpo);
});
afterAll(async () => {
  await closePools();
  for (const server of servers.toReversed()) await server.stop();
  await double?.stop();
  await issuer?.close();
  await build?.remove();
});

const urlOf = (index: number): string => servers[index]?.url ?? '';

async function closePools(): Promise<void> {
  for (const pool of Object.values(pools ?? {})) if (!pool.ended) await pool.end();
}

/** Staff are people too: whoever acts has an address. */
async function clientOf(role: string): Promise<Client> {
  const claims = { sub: canaries.email(role), roles: [role], client_id: `client-${role}` };
  return new Client(urlOf(0), await issuer.token(claims));
}

const evidence = () => ({
  ip: '2001:db8::7',
  userAgent: canaries.value('browser'),
  statement: `Je m’appelle ${canaries.accented}, ${canaries.phone}`,
  locator: `https://records.example/${canaries.value('call')}`,
});
const source = { kind: 'web-form' };
const person = () => [
  email(canaries.email('first')),
  phone(canaries.phone),
  { kind: 'name', value: `${canaries.accented} ${canaries.value('Name')}` },
  { kind: 'postal-address', value: `12 rue ${canaries.accented} ${canaries.value('street')}, 75001 Paris` },
  { kind: 'external-id', system: 'crm', value: canaries.value('crm') },
];

/** Everything that can be said about a person, by every door. */
async function liveALife(): Promise<void> {
  const registration = { contactPoints: person(), audience: 'consumer', source: { kind: 'shop' } };
  const key = canaries.value('key');
  const { body: registered } = expectStatus(await service.post('/v1/subjects', registration, { key }), 201);
  subjectId = registered.subjectId;
  const path = `/v1/subjects/${subjectId}`;
  const no = { channels: ['email'], source, evidence: evidence() };
  const points = expectStatus(await dpo.get(`${path}?minToken=${registered.token}`), 200).body.contactPoints;
  const replaces = points.find(({ kind }: { kind: string }) => kind === 'name').contactPointId;
  const acts: [Client, string, object][] = [
    [service, `${path}/consents`, { ...consentBody(shop), evidence: evidence() }],
    [service, `${path}/contact-points`, email(canaries.email('second'))],
    [
      dpo,
      `${path}/rectifications`,
      { kind: 'name', value: canaries.value('New'), replaces, reason: 'outdated' },
    ],
    [service, `${path}/refusals`, { ...no, purposeId: canaries.value('wording') }],
    [service, '/v1/withdrawals', { ...no, purposeId: 'all', contact: email(canaries.email('first')) }],
    [service, '/v1/withdrawals', { ...no, purposeId: 'all', contact: email(canaries.email('nobody')) }],
    [service, '/v1/withdrawals', { ...no, purposeId: 'all', contact: phone(canaries.phone) }],
    [form, '/v1/captures', capture()],
    [dpo, '/v1/subjects/lookup', email(canaries.email('first'))],
    [dpo, '/v1/subjects/lookup-batch', { items: [phone(canaries.phone), email(canaries.email('unknown'))] }],
    [dpo, `${path}/reveal`, look],
  ];
  for (const [client, place, body] of acts) expectStatus(await client.post(place, body), 200, 201);
}

const look = { fields: ['email', 'phone', 'name', 'postal-address'], reason: 'data-subject-request' };

const capture = () => ({
  contactPoints: [email(canaries.email('form')), { kind: 'name', value: canaries.value('Form') }],
  formVersion: { formId: shop.formId, version: 1 },
  choices: [
    { purposeId: shop.newsletterId, channels: ['email'], choice: 'given' },
    { purposeId: shop.callsId, channels: ['phone-human'], choice: 'refused' },
  ],
  source,
  evidence: evidence(),
});

/** What clients get wrong with a person's data in their hands. The answers name places, never values. */
async function sendNonsense(): Promise<void> {
  const mail = canaries.email('wrong');
  const about = { audience: 'consumer', source: { kind: 'shop' } };
  const sent: Promise<Answer>[] = [
    service.post('/v1/subjects', { ...about, contactPoints: [email(`${mail}@${mail}`)] }),
    service.post('/v1/subjects', {
      ...about,
      contactPoints: [{ kind: 'phone', value: `${canaries.phone}x` }],
    }),
    service.post('/v1/subjects', {
      ...about,
      contactPoints: [email(mail)],
      nickname: mail,
    }),
    service.post('/v1/subjects', undefined, { raw: `{"contactPoints":[{"value":"${mail}"` }),
    service.post('/v1/subjects', { contactPoints: mail, audience: mail, source: { kind: mail } }),
    service.post(`/v1/subjects/${mail}/consents`, consentBody(shop)),
    service.post('/v1/withdrawals', { contact: { kind: mail, value: mail } }),
    service.get(`/v1/subjects/${mail}`),
    service.get(`/v1/subjects/${subjectId}?email=${mail}`),
    dpo.get(`/v1/access-log?actorId=${mail}`),
    dpo.get(`/v1/changes?after=${mail}`),
    dpo.get(`/${mail}?phone=${canaries.phone}`),
    dpo.post('/v1/controllers', { legalName: 'Deux SAS', country: mail }),
    new Client(urlOf(0), mail).get(`/v1/subjects/${subjectId}`),
    new Client(urlOf(0), canaries.value('grf_')).get('/v1/purposes'),
  ];
  for (const { status, text } of await Promise.all(sent)) {
    expect([400, 401, 404, 409]).toContain(status);
    answers.push(text);
  }
}

/** Registrations while PostgreSQL dies: what it says of them then goes to its log and to ours. */
async function registerWhilePostgresDies(): Promise<void> {
  const registering = Array.from({ length: 20 }, (_, index) =>
    service.post('/v1/subjects', {
      contactPoints: [
        email(canaries.email(`dying${String(index)}-`)),
        { kind: 'name', value: canaries.value('D') },
      ],
      audience: 'consumer',
      source: { kind: 'shop' },
    }),
  );
  await killPostgres(home);
  for (const { text } of await Promise.all(registering)) answers.push(text);
  await Promise.all([untilReady(urlOf(0)), untilReady(urlOf(1))]);
}

/** What those read who may not see personal values. */
async function readEverything(): Promise<void> {
  const path = `/v1/subjects/${subjectId}`;
  const pages = ['', '/timeline?limit=500', '/consents'].map((rest) => path + rest);
  const others = [
    '/v1/changes?limit=500',
    `/v1/access-log?subjectId=${subjectId}`,
    '/v1/purposes',
    '/v1/projections',
  ];
  for (const page of [...pages, ...others, '/metrics', '/openapi.json', '/readyz'])
    answers.push(expectStatus(await dpo.get(page), 200).text);
}

async function scanEverything(databases = true): Promise<Scan> {
  const scan = new Scan(canaries.needles(), subjectId);
  await scan.files(home);
  servers.forEach((server, index) => scan.text(`output of server ${String(index)}`, server.output()));
  answers.forEach((answer, index) => scan.text(`answer ${String(index)}`, answer));
  const disk = (await double?.disk()) ?? [];
  disk.forEach((record, index) => scan.bytes(`event ${String(index)}`, record));
  if (databases) for (const [name, pool] of Object.entries(pools)) await scan.tables(name, pool);
  return scan;
}

/** Somewhere in each of these the id of the person must be found, or the scan does not see. */
const seen = (scan: Scan, databases = true) => ({
  tables: scan.marked.some((place) => place.startsWith('file postgres/base/')),
  wal: scan.marked.some((place) => place.startsWith('file postgres/pg_wal/')),
  ledger: inEventStoreDb
    ? scan.marked.some((place) => place.startsWith('event '))
    : !databases || scan.marked.includes('table greffe es.event_index'),
  readModels: !databases || scan.marked.some((place) => place.startsWith('table greffe rm_')),
  audit: !databases || scan.marked.includes('table greffe audit.entry'),
  commandLog: !databases || scan.marked.includes('table greffe ops.command_log'),
  keys: !databases || scan.marked.includes('table greffe_keys ks.subject'),
  answers: scan.marked.some((place) => place.startsWith('answer')),
});
const allSeen = Object.fromEntries(
  ['tables', 'wal', 'ledger', 'readModels', 'audit', 'commandLog', 'keys', 'answers'].map((name) => [
    name,
    true,
  ]),
);

describe('the scan', () => {
  it('finds a value in each form in which it could lie', () => {
    const text = `${canaries.value('a')} ${canaries.phone} ${canaries.accented}`;
    const bytes = Buffer.from(text);
    const spaced = `06 ${(canaries.mobile.slice(1).match(/../g) ?? []).join(' ')}`;
    const planted = [
      ...[0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      text.toUpperCase(),
      spaced,
      encodeURIComponent(canaries.accented),
      JSON.stringify(canaries.accented).replace(
        /[^ -~]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    ].map((form) => Buffer.from(`before ${form} behind`));
    planted.push(bytes, Buffer.from(text, 'utf16le'), Buffer.from(text, 'latin1'));
    const missed = planted.filter((form) => {
      const scan = new Scan(canaries.needles(), 'before');
      scan.bytes('planted', form);
      return scan.hits.length === 0;
    });
    expect(missed.map(String)).toEqual([]);
  });
});

describe('personal values', () => {
  it('are in clear nowhere, while the people are known', async () => {
    await liveALife();
    await sendNonsense();
    await registerWhilePostgresDies();
    await readEverything();
    await pools.greffe.query('CHECKPOINT');
    const shown = await dpo.post(`/v1/subjects/${subjectId}/reveal`, look);
    // They are there, and open to those who may.
    expect(shown.text).toContain(canaries.email('first'));
    expect(shown.text).toContain(canaries.accented);
    const scan = await scanEverything();
    expect(scan.hits).toEqual([]);
    expect(seen(scan)).toEqual(allSeen);
    expect(scan.places.length).toBeGreaterThan(500);
    for (const name of ['file postgres.log', 'file greffe.lock']) expect(scan.places).toContain(name);
    for (const server of servers) expect(server.output()).toContain('/v1/subjects/:subjectId');
  });

  it('open in no process after the erasure, and are nowhere when all has ended', async () => {
    const path = `/v1/subjects/${subjectId}`;
    const order = {
      ground: 'consent-withdrawn',
      identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
    };
    const clients = servers.map(({ url }) => dpo.on(url));
    for (const client of clients) expectStatus(await client.post(`${path}/reveal`, look), 200);
    const { erasureId } = expectStatus(await dpo.post(`${path}/erasures`, order), 202).body;
    const certificate = await eventually(
      () => dpo.get(`${path}/erasures/${String(erasureId)}/certificate`),
      ({ status }) => status === 200,
    );
    answers.push(certificate.text);
    const revealed = await Promise.all(clients.map((client) => client.post(`${path}/reveal`, look)));
    expect(revealed.map(({ status, body }) => [status, body.code])).toEqual(
      clients.map(() => [410, 'subject-erased']),
    );
    for (const { text } of revealed) answers.push(text);
    const scan = await scanEverything();
    expect(scan.hits).toEqual([]);
    await closePools();
    for (const server of servers.toReversed()) await server.stop();
    const last = await scanEverything(false);
    servers = [];
    expect(last.hits).toEqual([]);
    expect(seen(last, false)).toEqual(allSeen);
  });
});
