import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isCaughtUp, type OpenedEventStore } from '#event-store';
import { openTestDatabase, type EventsServer, type TestDatabase } from '#testing';
import { Client, expectStatus } from '../acceptance/client.harness.js';
import { everythingIn } from '../acceptance/event-store.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import {
  consentBody,
  daysAgo,
  declareShop,
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

// The end of consents is written by the ledger's own clock, by whichever processes have the role projector. Killed in the
// middle of it (kill -9), between an event and whatever follows it, and again by the next one: each consent that is due
// ends exactly once, and none is forgotten.

const PEOPLE = 6;
const CONSENTS_OF_EACH = 6;
const KILLS = 3;
/** Ends that are on record before a process is killed. */
const ENDS_BEFORE_A_KILL = 3;

let build: BuiltServer;
let issuer: TestIssuer;
let databases: readonly [TestDatabase, TestDatabase];
let double: EventsServer | undefined;
let store: OpenedEventStore;
let api: ServerProcess;
let service: Client;
let shop: TestShop;
const projectors: ServerProcess[] = [];
/** Consents that are due, by person. */
const due = new Map<string, readonly string[]>();

beforeAll(async () => {
  [build, issuer, databases, double] = await Promise.all([
    buildServer(),
    startIssuer(),
    Promise.all([openTestDatabase(), openTestDatabase()]),
    startEvents(),
  ]);
  api = await start('api');
  const first = await startProjector();
  await Promise.all([untilReady(first.url), untilReady(api.url)]);
  store = await openEvents(double, databases[0].url);
  service = await clientOf('service');
  shop = await declareShop(await clientOf('dpo'));
  await Promise.all(Array.from({ length: PEOPLE }, recordDue));
  await killProjectors();
});
afterAll(async () => {
  for (const server of [...projectors, api]) await server?.stop();
  await store?.shutdown();
  await double?.stop();
  await issuer?.close();
  await build?.remove();
  for (const database of databases ?? []) await database.drop();
});

function start(roles: string): Promise<ServerProcess> {
  const [ledger, keys] = databases;
  return startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    GREFFE_ROLES: roles,
    DATABASE_URL: ledger.url,
    KEYSTORE_URL: keys.url,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
    LOG_LEVEL: 'warn',
    ...variablesOf(double),
  });
}

async function startProjector(): Promise<ServerProcess> {
  const projector = await start('projector');
  projectors.push(projector);
  return projector;
}

async function killProjectors(): Promise<void> {
  await Promise.all(projectors.splice(0).map((projector) => projector.kill()));
}

async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(api.url, await issuer.token(claims));
}

/** Records consents of a new person whose stated end has passed, and waits until the read models know of them. */
async function recordDue(): Promise<void> {
  const subjectId = await registerPerson(service, undefined, { occurredAt: daysAgo(200) });
  const path = `/v1/subjects/${subjectId}/consents`;
  let token = '';
  for (let place = 0; place < CONSENTS_OF_EACH; place += 1) {
    const body = { ...consentBody(shop, daysAgo(100 + place)), validUntil: daysAgo(1 + place) };
    token = expectStatus(await service.post(path, body, { key: randomUUID() }), 201).body.token as string;
  }
  const { body } = await eventually(
    () => service.get(`${path}?limit=100&minToken=${encodeURIComponent(token)}`),
    ({ status }) => status === 200,
  );
  due.set(
    subjectId,
    body.items.map(({ consentId }: { consentId: string }) => consentId),
  );
}

/** How often each consent has ended, by the events. */
async function ends(): Promise<Map<string, number>> {
  const counted = new Map<string, number>();
  for await (const { type, data } of everythingIn(store)) {
    if (type !== 'ConsentExpired') continue;
    const { consentId } = data as { consentId: string };
    counted.set(consentId, (counted.get(consentId) ?? 0) + 1);
  }
  return counted;
}

/** Waits until so many ends are on record, and returns as soon as the store tells of the last of them. */
async function untilEnded(wanted: number): Promise<void> {
  const told = new AbortController();
  let ended = 0;
  try {
    for await (const item of store.subscribe({ after: 'start', signal: told.signal })) {
      if (!isCaughtUp(item) && item.type === 'ConsentExpired') ended += 1;
      if (ended >= wanted) return;
    }
  } finally {
    told.abort();
  }
}

/** Waits until a process has looked at what is due to the end. */
async function untilLooked({ url }: ServerProcess): Promise<void> {
  const figure = /^greffe_work_last_success_timestamp_seconds\{work="end-of-consents"\} (\S+)$/m;
  await eventually(
    async () => Number(figure.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0),
    (at) => at > 0,
  );
}

const everyConsent = (): readonly string[] => [...due.values()].flat();

describe('the end of consents', () => {
  it(`goes on where it was killed, ${String(KILLS)} times`, async () => {
    const atKill: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = (await ends()).size;
      const someMore = untilEnded(Math.min(before + ENDS_BEFORE_A_KILL, everyConsent().length));
      await startProjector();
      await someMore;
      await killProjectors();
      // What it had sent to the store when it was killed may still arrive.
      await pause(100);
      atKill.push((await ends()).size - before);
    }
    // The kills met it in the middle of its work, or they prove nothing.
    expect(atKill[0]).toBeGreaterThan(0);
    expect(atKill[0]).toBeLessThan(everyConsent().length);
  });

  it('comes to its end by two processes at once, each consent exactly once', async () => {
    await Promise.all([startProjector(), startProjector()]);
    await Promise.all(projectors.map(untilLooked));
    expect(await ends()).toEqual(new Map(everyConsent().map((consentId) => [consentId, 1])));
  });

  it('stands in what readers see: each consent ended once, on the day that was stated', async () => {
    for (const [subjectId, consentIds] of due) {
      const { items } = await eventually(
        async () => expectStatus(await service.get(`/v1/subjects/${subjectId}/consents?limit=100`), 200).body,
        ({ items: found }) => found.every(({ endings }: { endings: unknown[] }) => endings.length > 0),
      );
      const told = items.map(({ consentId, endings, validUntil }: Listed) => [
        consentId,
        endings.map(({ state, at }) => [state, at === validUntil]),
      ]);
      expect(new Map(told)).toEqual(new Map(consentIds.map((consentId) => [consentId, [['expired', true]]])));
    }
  });
});

interface Listed {
  readonly consentId: string;
  readonly validUntil: string;
  readonly endings: readonly { readonly state: string; readonly at: string }[];
}
