import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { OpenedEventStore } from '#event-store';
import type { EventsServer } from '#testing';
import { Client } from '../acceptance/client.harness.js';
import { everythingIn } from '../acceptance/event-store.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import {
  readModelHashes,
  readModelNames,
  rebuild,
  untilCaughtUp,
} from '../acceptance/read-models.harness.js';
import { eventually, type RoleName } from '../acceptance/server.harness.js';
import { declareShop } from '../acceptance/shop.harness.js';
import { killPostgres, openAsSuperuser, urlsOfHome } from './embedded-database.harness.js';
import { accountsOf, sendAgain } from './counted-acts.harness.js';
import { inEventStoreDb, openEvents, startEvents, variablesOf } from './events-elsewhere.harness.js';
import { Chance, seedOfRun } from './random.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';
import { Writer } from './traffic.harness.js';

// An acknowledged command is never lost (R1), and one that is sent again counts once and gets the same answer (R2).
// A real server with its embedded PostgreSQL is killed at random moments under four writers, or its PostgreSQL is, or
// both; afterwards every act is sent again, and the ledger is asked what it holds of each.

const SEED = seedOfRun();
const WRITERS = 4;
const ACTS_BEFORE_A_KILL = 20;
const VICTIMS: readonly Victim[] = inEventStoreDb
  ? ['server', 'EventStoreDB', 'both', 'EventStoreDB', 'PostgreSQL']
  : ['server', 'PostgreSQL', 'both', 'PostgreSQL'];
type Victim = 'server' | 'PostgreSQL' | 'EventStoreDB' | 'both';

const chance = new Chance(SEED);
let build: BuiltServer;
let issuer: TestIssuer;
let server: ServerProcess;
let home: string;
let ledger: pg.Pool;
let store: OpenedEventStore;
let double: EventsServer | undefined;
let writers: Writer[];

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  home = join(build.folder, 'home');
  double = await startEvents();
  server = await start();
  ledger = await openAsSuperuser(home, 'greffe');
  store = await openEvents(double, (await urlsOfHome(home))['DATABASE_URL'] ?? '');
  const shop = await declareShop(await clientOf('dpo'));
  const service = await clientOf('service');
  writers = Array.from({ length: WRITERS }, () => new Writer(service, shop, chance));
});
afterAll(async () => {
  await ledger?.end();
  await store?.shutdown();
  await server?.stop();
  await double?.stop();
  await issuer?.close();
  await build?.remove();
});

async function start(): Promise<ServerProcess> {
  const started = await startServerProcess(build, {
    GREFFE_HOME: home,
    // The same address after each start, as behind a name: clients keep theirs.
    ...(server === undefined ? {} : { PORT: new URL(server.url).port }),
    LOG_LEVEL: 'warn',
    ...variablesOf(double),
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
  });
  await untilReady(started.url);
  return started;
}

async function clientOf(role: RoleName): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server.url, await issuer.token(claims));
}

const acknowledgedNow = (): number =>
  writers.flatMap(({ sent }) => sent).filter(({ acknowledged }) => acknowledged !== undefined).length;

async function killUnderTraffic(victim: Victim): Promise<void> {
  const running = Promise.all(writers.map((writer) => writer.run(() => pause(20))));
  const begun = acknowledgedNow();
  await eventually(
    async () => acknowledgedNow() - begun,
    (count) => count >= ACTS_BEFORE_A_KILL,
  );
  await pause(chance.between(0, 300));
  if (victim === 'EventStoreDB') await double?.kill();
  else if (victim === 'PostgreSQL') await killPostgres(home);
  else await Promise.all([server.kill(), victim === 'both' && killPostgres(home)]);
  await pause(chance.between(0, 200));
  if (victim === 'EventStoreDB') await double?.revive();
  writers.forEach((writer) => writer.stop());
  await running;
  if (victim === 'server' || victim === 'both') server = await start();
  else await untilReady(server.url);
}

/** Whoever was killed holds its commands until their lease ends; here it ends at once. */
async function endLeases(): Promise<void> {
  await ledger.query('UPDATE ops.command_log SET lease_until = clock_timestamp() WHERE finished_at IS NULL');
}

describe(`a server that is killed under writers (seed ${String(SEED)})`, () => {
  it.each(VICTIMS)('keeps what it acknowledged and counts nothing twice: %s', async (victim) => {
    const begun = writers.map(({ sent }) => sent.length);
    await killUnderTraffic(victim);
    await endLeases();
    const round = writers.map((writer, index) => ({ writer, commands: writer.sent.slice(begun[index]) }));
    const undecided = round.flatMap(({ commands }) =>
      commands.filter((one) => one.acknowledged === undefined),
    );
    const differing = await Promise.all(
      round.map(async ({ writer, commands }) => {
        const found: unknown[] = [];
        for (const command of commands) found.push(await sendAgain(writer, command, server.url));
        return found.filter((difference) => difference !== undefined);
      }),
    );
    expect(differing.flat()).toEqual([]);
    expect(writers.flatMap(({ undeclared }) => undeclared.map(({ status, text }) => [status, text]))).toEqual(
      [],
    );
    // The kill met somebody in the middle of something, or it proves nothing. (A store that is back within the time of
    // an append is waited for: nobody needs to notice.)
    if (victim !== 'EventStoreDB') expect(undecided.length).toBeGreaterThan(0);
  });

  it('holds each act exactly once, and nothing that nobody sent', async () => {
    const sent = writers.flatMap(({ sent: commands }) => commands);
    expect(await accountsOf(store, sent)).toEqual({ wrong: [], strange: [] });
    expect(sent.length).toBeGreaterThanOrEqual(VICTIMS.length * ACTS_BEFORE_A_KILL);
  });

  it('has read models and an audit copy that are exactly its log', async () => {
    const dpo = await clientOf('dpo');
    const ids = new Set<string>();
    for await (const { id } of everythingIn(store)) ids.add(id);
    await untilCaughtUp(dpo, ledger, { count: () => Promise.resolve(ids.size) });
    const names = await readModelNames(dpo);
    const live = await readModelHashes(names, ledger);
    for (const name of names) await rebuild(dpo, name);
    expect(await readModelHashes(names, ledger)).toEqual(live);
    const { rows } = await ledger.query<{ id: string }>('SELECT event_id AS id FROM audit.entry');
    expect(rows.filter(({ id }) => !ids.delete(id))).toEqual([]);
    expect([...ids]).toEqual([]);
  });
});
