import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '#testing';
import { Client, expectStatus } from '../acceptance/client.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import {
  readModelHashes,
  readModelNames,
  rebuild,
  untilCaughtUp,
} from '../acceptance/read-models.harness.js';
import { openStoryStore, type StoryStore } from '../acceptance/event-store.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import { declareShop, type TestShop } from '../acceptance/shop.harness.js';
import { Chance, seedOfRun } from './random.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';
import { Writer } from './traffic.harness.js';

// The api answers and a projector follows the log, each in processes of its own over the same databases. A projector
// that is killed in the middle of its work is followed by the one that stood by, and no row is lost or doubled (R4).

const SEED = seedOfRun();
const KILLS = 2;
const ACTS_BEFORE_A_KILL = 10;

const chance = new Chance(SEED);
let build: BuiltServer;
let issuer: TestIssuer;
let databases: TestDatabase[];
let store: StoryStore;
let api: ServerProcess;
const projectors: ServerProcess[] = [];
let [dpo, service] = [] as unknown as [Client, Client];
let shop: TestShop;

beforeAll(async () => {
  [build, issuer, databases] = await Promise.all([
    buildServer(),
    startIssuer(),
    Promise.all([openTestDatabase(), openTestDatabase()]),
  ]);
  store = await openStoryStore(ledgerPool());
  api = await start('api');
  dpo = await clientOf('dpo');
  service = await clientOf('service');
});
afterAll(async () => {
  for (const server of [...projectors, api]) await server?.stop();
  await issuer?.close();
  await build?.remove();
  for (const database of databases ?? []) await database.drop();
  await store?.close();
});

function start(roles: string): Promise<ServerProcess> {
  const [ledger, keys] = databases;
  return startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    GREFFE_ROLES: roles,
    GREFFE_PROJECTION_SHARDS: '2',
    DATABASE_URL: ledger?.url ?? '',
    KEYSTORE_URL: keys?.url ?? '',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
    LOG_LEVEL: 'info',
    ...store.variables,
  });
}

async function startProjector(): Promise<void> {
  const projector = await start('projector');
  await untilReady(projector.url);
  projectors.push(projector);
}

async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(api.url, await issuer.token(claims));
}

const registration = () => ({
  contactPoints: [{ kind: 'email', value: `${randomUUID()}@courrier.example` }],
  audience: 'consumer',
  source: { kind: 'shop' },
});

async function missingParts(): Promise<string[]> {
  const { body } = await new Client(api.url, undefined).get('/readyz');
  return body.checks.filter(({ ok }: { ok: boolean }) => !ok).map(({ name }: { name: string }) => name);
}

/** Roles that no process has; nothing fails for want of an eraser. */
async function rolesMissing(): Promise<string[]> {
  const { body } = await new Client(api.url, undefined).get('/readyz');
  return body.warnings.map(({ role }: { role: string }) => role);
}

const ledgerPool = () => databases[0]!.pool;

describe(`an api and projectors of their own (seed ${String(SEED)})`, () => {
  it('an api that starts without any projector says what it misses, takes a no, and is ready when one comes', async () => {
    // Nobody writes the audit copy, from which a process learns of every erasure before it opens anything.
    const missing = await eventually(missingParts, (parts) => parts.length === 1);
    expect(missing).toEqual(['erasures-replayed']);
    expect(await rolesMissing()).toEqual(['projector', 'eraser']);
    const early = await service.post('/v1/subjects', registration());
    expect([early.status, early.body.code]).toEqual([503, 'keys-not-reconciled']);
    expect(early.headers.get('retry-after')).not.toBeNull();
    const no = { purposeId: 'all', channels: 'all', source: { kind: 'phone-call' } };
    expectStatus(await service.post(`/v1/subjects/${randomUUID()}/withdrawals`, no), 201);
    await startProjector();
    await untilReady(api.url);
    // Ready, and yet nothing that is ordered would be erased.
    await eventually(rolesMissing, (roles) => roles.join() === 'eraser');
    shop = await declareShop(dpo);
  });

  it('while no projector lives acts are taken; reads that need them wait, and come with the next one', async () => {
    await projectors.pop()?.kill();
    const { body } = expectStatus(await service.post('/v1/subjects', registration()), 201);
    const path = `/v1/subjects/${String(body.subjectId)}?minToken=${encodeURIComponent(String(body.token))}`;
    const early = await dpo.get(path);
    expect([early.status, early.body.code]).toEqual([503, 'not-yet-consistent']);
    expect(early.headers.get('retry-after')).not.toBeNull();
    await startProjector();
    const { body: state } = await eventually(
      () => dpo.get(path),
      ({ status }) => status === 200,
    );
    expect(state.contactPoints).toHaveLength(1);
  });

  it('a projector that is killed is followed by the next one, without a lost or doubled row', async () => {
    const writers = [1, 2].map(() => new Writer(service, shop, chance));
    const acknowledged = (): number =>
      writers.flatMap(({ sent }) => sent).filter((command) => command.acknowledged !== undefined).length;
    // Started one after the other: the eldest has the work, the younger ones stand by.
    for (let kills = 0; kills < KILLS; kills += 1) await startProjector();
    const running = Promise.all(writers.map((writer) => writer.run(() => pause(20))));
    for (let kills = 0; kills < KILLS; kills += 1) {
      const begun = acknowledged();
      await eventually(
        async () => acknowledged() - begun,
        (count) => count >= ACTS_BEFORE_A_KILL,
      );
      await pause(chance.between(0, 300));
      await projectors.shift()?.kill();
    }
    writers.forEach((writer) => writer.stop());
    await running;
    expect(
      writers.flatMap(({ sent }) => sent).filter((command) => command.acknowledged === undefined),
    ).toEqual([]);
    await untilNothingIsLostOrDoubled();
  });

  it('a projector that is paused for longer than its lease is overtaken, and writes nothing when it goes on', async () => {
    await startProjector();
    // The eldest keeps all that is kept by one, and its share of the rest.
    const [eldest] = projectors as [ServerProcess];
    const before = await epochOfAudit();
    const writer = new Writer(service, shop, chance);
    const writes = async (ms: number): Promise<void> => {
      const running = writer.run(() => pause(20));
      await pause(ms);
      writer.stop();
      await running;
    };
    const running = writes(500);
    await pause(chance.between(0, 300));
    process.kill(eldest.pid, 'SIGSTOP');
    try {
      await running;
      // Though the old owner is alive and all of its connections are open.
      await untilCaughtUp(dpo, ledgerPool(), store);
      expect(await epochOfAudit()).toBeGreaterThan(before);
    } finally {
      process.kill(eldest.pid, 'SIGCONT');
    }
    await writes(500);
    await untilNothingIsLostOrDoubled();
  });
});

async function epochOfAudit(): Promise<number> {
  const { rows } = await ledgerPool().query('SELECT owner_epoch::int AS epoch FROM audit.checkpoint');
  return rows[0].epoch;
}

async function untilNothingIsLostOrDoubled(): Promise<void> {
  await untilCaughtUp(dpo, ledgerPool(), store);
  const names = await readModelNames(dpo);
  const live = await readModelHashes(names, ledgerPool());
  for (const name of names) await rebuild(dpo, name);
  expect(await readModelHashes(names, ledgerPool())).toEqual(live);
  const { rows } = await ledgerPool().query(
    `SELECT count(*)::int AS events, count(DISTINCT event_id)::int AS entries FROM audit.entry`,
  );
  const [{ events, entries }] = rows;
  expect(entries).toBe(events);
}
