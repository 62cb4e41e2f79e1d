import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedEventStore, StoredEvent } from '#event-store';
import { openTestDatabase, type EventsServer, type TestDatabase } from '#testing';
import { Client, expectStatus } from '../acceptance/client.harness.js';
import { everythingIn } from '../acceptance/event-store.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
  newsletterState,
  registerPerson,
  type TestShop,
} from '../acceptance/shop.harness.js';
import { openEvents, startEvents, variablesOf } from './events-elsewhere.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';

// The clock of a machine that Greffe runs on may be wrong or jump (R17): what is recorded bears the time of PostgreSQL's
// primary, what counts is the order of the stream, and a deadline is reckoned from the recorded time.

const DAY_MS = 86_400_000;
const YEARS_MS = 5 * 366 * DAY_MS;
const until = (instant: string) => Date.parse(instant) - Date.now();
const STEPS: readonly (readonly [string, number])[] = [
  ['right', 0],
  ['a day ahead', DAY_MS],
  ['a day behind', -DAY_MS],
  ['in the hour that summer time skips', until('2027-03-28T01:30:00Z')],
  ['in the hour that comes twice', until('2027-10-31T00:30:00Z')],
  ['on a leap day', until('2028-02-29T12:00:00Z')],
  ['at the end of a month', until('2027-01-31T22:59:59Z')],
  ['in the year 2000', until('2000-01-01T00:00:00Z')],
];

let build: BuiltServer;
let issuer: TestIssuer;
let databases: TestDatabase[];
let server: ServerProcess;
let double: EventsServer | undefined;
let store: OpenedEventStore;
let clock: string;
let [dpo, service] = [] as unknown as [Client, Client];
let shop: TestShop;

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  databases = await Promise.all([openTestDatabase(), openTestDatabase()]);
  clock = join(build.folder, 'clock');
  await writeFile(clock, '0');
  double = await startEvents();
  server = await startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    DATABASE_URL: databases[0]!.url,
    KEYSTORE_URL: databases[1]!.url,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
    ...variablesOf(double),
    GREFFE_TEST_CLOCK: clock,
    NODE_OPTIONS: `--import=${fileURLToPath(new URL('./clock-steps.mjs', import.meta.url))}`,
  });
  await untilReady(server.url);
  store = await openEvents(double, databases[0]!.url);
  [dpo, service] = [await clientOf('dpo'), await clientOf('service')];
  shop = await declareShop(dpo);
});
afterAll(async () => {
  await server?.stop();
  await store?.shutdown();
  await Promise.all([double?.stop(), issuer?.close(), build?.remove()]);
  await Promise.all((databases ?? []).map((database) => database.drop()));
});

/** A token that any of the clocks takes for valid: how long tokens live is another story. */
async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server.url, await issuer.token(claims, new Date(Date.now() + YEARS_MS)));
}

async function step(offset: number): Promise<void> {
  await writeFile(clock, String(offset));
  await pause(100);
}

async function eventsOf(person: string): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  for await (const event of everythingIn(store)) if (event.stream.endsWith(person)) found.push(event);
  return found;
}

const tsOf = ({ metadata }: StoredEvent) => (metadata as { ts: string }).ts;

describe('a server whose clock is', () => {
  it.each(STEPS)('%s records the time of the primary, and the later act counts', async (_, offset) => {
    await step(offset);
    const begun = new Date(Date.now() - 1_000).toISOString();
    const person = await registerPerson(service);
    const path = `/v1/subjects/${person}`;
    expectStatus(await service.post(`${path}/consents`, consentBody(shop, daysAgo(1))), 201);
    // The caller's clock is a little ahead of ours too: a "no" is taken all the same.
    const said = { source: { kind: 'phone-call' }, occurredAt: daysAgo(-0.0001) };
    const no = { purposeId: 'all', channels: 'all', ...said };
    const { token } = expectStatus(await service.post(`${path}/withdrawals`, no), 201).body;
    const ended = new Date(Date.now() + 1_000).toISOString();

    const state = expectStatus(await dpo.get(`${path}?minToken=${encodeURIComponent(token)}`), 200).body;
    expect(newsletterState(shop, state)?.state).toBe('withdrawn');
    const times = (await eventsOf(person)).map(tsOf);
    expect(times.length).toBeGreaterThan(3);
    expect(times.filter((ts) => ts < begun || ts > ended)).toEqual([]);
  });

  it.each(STEPS)('%s keeps what an erasure retains until the same day', async (_, offset) => {
    await step(0);
    const person = await registerPerson(service);
    const order = {
      ground: 'consent-withdrawn',
      identityCheck: { method: 'reply-from-known-address', at: daysAgo(0.01) },
      dryRun: true,
    };
    const path = `/v1/subjects/${person}`;
    expectStatus(await service.post(`${path}/consents`, consentBody(shop)), 201);
    const plan = async () => expectStatus(await dpo.post(`${path}/erasures`, order), 200).body;
    const right = await plan();
    await step(offset);
    expect(await plan()).toEqual(right);
  });

  it('stepping to and fro under traffic writes each stream in the order of its times', async () => {
    const person = await registerPerson(service);
    const path = `/v1/subjects/${person}`;
    for (const offset of [DAY_MS, -DAY_MS, 0, -DAY_MS, DAY_MS]) {
      await step(offset);
      expectStatus(await service.post(`${path}/consents`, consentBody(shop)), 201);
      const no = { purposeId: shop.newsletterId, channels: ['email'], source: { kind: 'web-form' } };
      expectStatus(await service.post(`${path}/withdrawals`, no), 201);
    }
    const times = (await eventsOf(person)).filter(({ stream }) => stream.startsWith('consent-')).map(tsOf);
    expect(times.length).toBeGreaterThanOrEqual(10);
    expect(times).toEqual([...times].sort());
  });

  it('a day ahead takes up the command of a process that died, and not before its time', async () => {
    await step(0);
    const key = randomUUID();
    const body = { contactPoints: [], audience: 'consumer', source: { kind: 'shop' } };
    const registration = { ...body, contactPoints: [{ kind: 'email', value: `${key}@courrier.example` }] };
    const first = expectStatus(await service.post('/v1/subjects', registration, { key }), 201);
    await step(DAY_MS);
    const again = await eventually(
      () => service.post('/v1/subjects', registration, { key }),
      ({ status }) => status < 300,
    );
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.text,
      'true',
    ]);
  });
});
