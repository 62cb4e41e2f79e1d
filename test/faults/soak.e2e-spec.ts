import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenedEventStore } from '#event-store';
import { isDouble, openTestDatabase, refusals, type EventsServer, type FaultProxy } from '#testing';
import { Client } from '../acceptance/client.harness.js';
import { everythingIn } from '../acceptance/event-store.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import {
  readModelHashes,
  readModelNames,
  rebuild,
  untilCaughtUp,
} from '../acceptance/read-models.harness.js';
import { declareShop } from '../acceptance/shop.harness.js';
import { accountsOf, sendAgain } from './counted-acts.harness.js';
import { openEvents, startEvents } from './events-elsewhere.harness.js';
import { eachOf, openLines, variablesThrough, type LedgerAndKeys, type Lines } from './lines.harness.js';
import { Chance, seedOfRun } from './random.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';
import { Writer } from './traffic.harness.js';

// Nothing that a dependency does loses an acknowledged act, doubles one, or makes a server grow. Four writers at half of
// the speed that they reach alone; every few seconds something breaks: a line to a database or to the event store is
// cut, silent, slow or lost, the store refuses or answers twice, a process is killed or stopped for a while. One process
// is spared, so that its memory can be watched. `npm run soak` does this for ten minutes.

const SEED = seedOfRun();
const SECONDS = Number(process.env['GREFFE_SOAK_SECONDS'] ?? 25);
const EVERY_MS = 3_000;

const chance = new Chance(SEED);
let build: BuiltServer;
let issuer: TestIssuer;
let databases: LedgerAndKeys;
let lines: Lines;
let double: EventsServer | undefined;
let store: OpenedEventStore;
let spared: ServerProcess;
const mortal = new Map<string, ServerProcess>();
let writers: Writer[];

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  databases = await Promise.all([openTestDatabase(), openTestDatabase()]);
  double = await startEvents();
  lines = await openLines(databases, double);
  store = await openEvents(double, databases[0].url);
  spared = await start('api');
  mortal.set('api', await start('api'));
  mortal.set('projector,eraser', await start('projector,eraser'));
  await untilReady(spared.url);
  const shop = await declareShop(await clientOf('dpo', spared));
  const clients = [await clientOf('service', spared), await clientOf('service', mortal.get('api')!)];
  writers = [0, 1, 0, 1].map((on) => new Writer(clients[on]!, shop, chance));
});
afterAll(async () => {
  writers?.forEach((writer) => writer.stop());
  for (const server of [...mortal.values(), spared]) await server?.stop();
  await store?.shutdown();
  await Promise.all(eachOf(lines).map((line) => line.close()));
  await Promise.all([double?.stop(), issuer?.close(), build?.remove()]);
  await Promise.all((databases ?? []).map((database) => database.drop()));
});

async function start(roles: string, port = '0'): Promise<ServerProcess> {
  return startServerProcess(build, {
    GREFFE_HOME: join(build.folder, 'home'),
    GREFFE_ROLES: roles,
    PORT: port,
    LOG_LEVEL: 'warn',
    ...variablesThrough(lines, databases, double),
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
  });
}

async function clientOf(role: string, server: ServerProcess): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server.url, await issuer.token(claims));
}

/** Kills a process and starts it again at its address, as a supervisor does. */
async function kill(roles: string): Promise<void> {
  const old = mortal.get(roles)!;
  await old.kill();
  mortal.set(roles, await start(roles, new URL(old.url).port));
}

/** Stops a process as a machine that swaps does: it knows nothing of it. */
async function stall(roles: string): Promise<void> {
  const { pid } = mortal.get(roles)!;
  process.kill(pid, 'SIGSTOP');
  await pause(chance.between(500, 4_000));
  process.kill(pid, 'SIGCONT');
}

async function breakLine(line: FaultProxy): Promise<void> {
  const kind = chance.oneOf(['cut', 'reply', 'request', 'silent', 'lost', 'refused', 'slow'] as const);
  if (kind === 'cut') line.cut();
  if (kind === 'reply') line.cutAtNextReply();
  if (kind === 'request') line.cutAtNextRequest();
  if (kind === 'lost') line.abandon();
  if (kind === 'silent') line.silence();
  if (kind === 'refused') await line.refuse();
  if (kind === 'slow') line.drip({ bytes: 512, everyMs: 5 });
  await pause(chance.between(200, 2_500));
  line.drip(undefined);
  line.resume();
  await line.accept();
}

/** What a store says or does that only EventStoreDB does. */
async function upsetStore(events: EventsServer): Promise<void> {
  if (!isDouble(events)) return events.restart();
  const { faults } = events;
  const kind = chance.oneOf(['not ready', 'lost reply', 'twice', 'late', 'dropped', 'restart'] as const);
  if (kind === 'not ready') faults.next('any', { kind: 'refused', refusal: refusals.notReady() }, 20);
  if (kind === 'lost reply') faults.next('append', { kind: 'lostReply' }, 3);
  if (kind === 'twice') faults.next('append', { kind: 'repeated' }, 5);
  if (kind === 'late') faults.next(['append', 'read'], { kind: 'late', ms: 1_500 }, 10);
  if (kind === 'dropped') faults.dropSubscriptions(refusals.tooSlow());
  if (kind === 'restart') await events.restart();
  await pause(500);
  faults.heal();
}

async function breakSomething(): Promise<void> {
  const faults = [
    () => breakLine(lines.ledger),
    () => breakLine(lines.keys),
    () => breakLine(lines.events),
    () => kill('api'),
    () => kill('projector,eraser'),
    () => stall('projector,eraser'),
    () => stall('api'),
    ...(double ? [() => upsetStore(double!), () => upsetStore(double!)] : []),
  ];
  await chance.oneOf(faults)();
}

const acknowledgedNow = (): number =>
  writers.flatMap(({ sent }) => sent).filter(({ acknowledged }) => acknowledged !== undefined).length;

async function countIn(events: OpenedEventStore): Promise<number> {
  let count = 0;
  for await (const _ of everythingIn(events)) count += 1;
  return count;
}

async function residentMb({ pid }: ServerProcess): Promise<number> {
  const [, kilobytes = '0'] =
    /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}

/** The pause between two acts of a writer with which all of them together reach half of their speed. */
async function paceOfHalfSpeed(): Promise<number> {
  const begun = acknowledgedNow();
  const running = Promise.all(writers.map((writer) => writer.run(() => pause(20))));
  await pause(4_000);
  writers.forEach((writer) => writer.stop());
  await running;
  const perWriter = (acknowledgedNow() - begun) / writers.length / 4;
  return Math.round(1_000 / Math.max(perWriter, 1));
}

describe(`${String(SECONDS)} seconds of faults under traffic (seed ${String(SEED)})`, () => {
  it(
    'lose nothing, double nothing, and leave no answer undeclared',
    async () => {
      const paceMs = await paceOfHalfSpeed();
      const running = Promise.all(
        writers.map((writer) =>
          writer.run(
            () => pause(20),
            () => pause(paceMs),
          ),
        ),
      );
      const memory: number[] = [];
      const deadline = Date.now() + SECONDS * 1_000;
      let broken = 0;
      while (Date.now() < deadline) {
        memory.push(await residentMb(spared));
        await breakSomething();
        broken += 1;
        await pause(EVERY_MS);
      }
      writers.forEach((writer) => writer.stop());
      await running;
      for (const server of [spared, ...mortal.values()]) await untilReady(server.url);
      await databases[0].pool.query(
        'UPDATE ops.command_log SET lease_until = clock_timestamp() WHERE finished_at IS NULL',
      );

      const sent = writers.flatMap((writer) => writer.sent.map((command) => ({ writer, command })));
      const undecided = sent.filter(({ command }) => command.acknowledged === undefined).length;
      const differing: unknown[] = [];
      for (const { writer, command } of sent) differing.push(await sendAgain(writer, command, spared.url));
      expect(differing.filter((difference) => difference !== undefined)).toEqual([]);
      expect(
        writers.flatMap(({ undeclared }) => undeclared.map(({ status, text }) => [status, text])),
      ).toEqual([]);
      const { wrong, strange } = await accountsOf(
        store,
        sent.map(({ command }) => command),
      );
      expect({ wrong, strange }).toEqual({ wrong: [], strange: [] });
      expect(sent.length).toBeGreaterThan(SECONDS);

      const perMinute = Math.max(1, Math.ceil((memory.length * 60) / SECONDS));
      const [first, last] = [memory.slice(0, perMinute), memory.slice(-perMinute)].map(
        (some) => `${String(Math.min(...some))} to ${String(Math.max(...some))} MB`,
      );
      process.stdout.write(
        `soak: ${String(sent.length)} acts, ${String(broken)} faults, ${String(undecided)} acts without an answer at ` +
          `first, 0 lost, 0 doubled; resident memory in the first minute ${first ?? ''}, in the last ${last ?? ''}\n`,
      );
    },
    (SECONDS * 4 + 300) * 1_000,
  );

  it('leave read models that are exactly the log', async () => {
    const dpo = await clientOf('dpo', spared);
    const pool = databases[0].pool;
    await untilCaughtUp(dpo, pool, { count: () => countIn(store) });
    const names = await readModelNames(dpo);
    const live = await readModelHashes(names, pool);
    for (const name of names) await rebuild(dpo, name);
    expect(await readModelHashes(names, pool)).toEqual(live);
  });
});
