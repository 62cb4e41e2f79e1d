import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import type { EventsServer } from '#testing';
import { Client } from '../acceptance/client.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import { declareShop, type TestShop } from '../acceptance/shop.harness.js';
import { accountsOf, sendAgain } from './counted-acts.harness.js';
import { pausePostgres, urlsOfHome } from './embedded-database.harness.js';
import { openEvents, startEvents, variablesOf } from './events-elsewhere.harness.js';
import { asSeenBy, canHaveSmallDisk, fillDisk, freeDisk, onSmallDisk } from './full-disk.harness.js';
import { Chance, seedOfRun } from './random.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';
import { Writer } from './traffic.harness.js';

// A disk that hangs, a disk that is full, a crowd ten times as large: slow or refused for a while, never broken (R15).
// Whoever gets no 2xx is told to come again, whoever got one finds the act, and nothing counts twice (R1, R2).

/** Longer than a statement may take, so that the limits of the server end the waiting and not the disk. */
const HANGS_MS = 14_000;
const WRITERS = 8;
const CROWD = 10 * WRITERS;

const chance = new Chance(seedOfRun());
let build: BuiltServer;
let issuer: TestIssuer;
let home: string;
let server: ServerProcess;
let double: EventsServer | undefined;
let shop: TestShop;
let writers: Writer[] = [];

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
});
afterAll(() => Promise.all([issuer?.close(), build?.remove()]));

let round = 0;
beforeEach(() => {
  round += 1;
  home = join(build.folder, `disk-${String(round)}`, 'home');
});
afterEach(async () => {
  await server?.stop();
  await double?.stop();
});

async function start(by?: readonly string[]): Promise<void> {
  const identity = {
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: issuer.audience,
    OIDC_JWKS_URL: `${issuer.url}/jwks`,
  };
  double = await startEvents();
  const env = { GREFFE_HOME: home, LOG_LEVEL: 'warn', ...identity, ...variablesOf(double) };
  server = await startServerProcess(build, env, by);
  await untilReady(server.url);
  shop = await declareShop(await clientOf('dpo'));
  await crowd(WRITERS);
}

async function crowd(size: number): Promise<void> {
  const service = await clientOf('service');
  writers = Array.from({ length: size }, () => new Writer(service, shop, chance));
}

async function clientOf(role: string): Promise<Client> {
  const claims = { sub: `test-${role}`, roles: [role], client_id: `client-${role}` };
  return new Client(server.url, await issuer.token(claims));
}

/**
 * Lets everybody write while something happens, and for a moment after it. However large the crowd, so many of its acts
 * and no more are refused in a second: each of them is looked into afterwards.
 */
async function whileWriting(something: () => Promise<void>): Promise<void> {
  const running = Promise.all(
    writers.map((writer) => writer.run(() => pause(50 * (writers.length / WRITERS)))),
  );
  await something();
  writers.forEach((writer) => writer.stop());
  await running;
}

const sentByAll = () => writers.flatMap((writer) => writer.sent.map((command) => ({ writer, command })));
const acknowledged = () => sentByAll().filter(({ command }) => command.acknowledged !== undefined).length;

/** Nobody was told anything that is not declared, and each act is there once, with the answer that it got. */
async function expectAccountsInOrder(folder: string): Promise<void> {
  await untilReady(server.url);
  const undeclared = writers.flatMap((writer) => writer.undeclared.map(({ status, text }) => [status, text]));
  expect(undeclared).toEqual([]);
  // The usual crowd asks again: all at once would wait for one another longer than a client does.
  const left = [...writers];
  const differing: unknown[] = [];
  const asking = async (): Promise<void> => {
    for (let writer = left.pop(); writer !== undefined; writer = left.pop())
      for (const command of writer.sent) differing.push(await sendAgain(writer, command, server.url));
  };
  await Promise.all(Array.from({ length: WRITERS }, asking));
  expect(differing.filter((difference) => difference !== undefined)).toEqual([]);
  const { DATABASE_URL = '' } = await urlsOfHome(folder);
  const store = await openEvents(double, DATABASE_URL);
  expect(
    await accountsOf(
      store,
      sentByAll().map(({ command }) => command),
    ),
  ).toEqual({ wrong: [], strange: [] });
  await store.shutdown();
}

describe('a server', () => {
  it('whose database hangs answers that it cannot now, and goes on when it is back', async () => {
    await start();
    await whileWriting(async () => {
      await eventually(
        async () => acknowledged(),
        (count) => count > WRITERS,
      );
      await pausePostgres(home, HANGS_MS);
      const before = acknowledged();
      await eventually(
        async () => acknowledged(),
        (count) => count > before + WRITERS,
      );
    });
    await expectAccountsInOrder(home);
  });

  it('with ten times the crowd declares what it cannot do, and serves the usual one afterwards', async () => {
    await start();
    await crowd(CROWD);
    await whileWriting(async () => {
      await eventually(
        async () => acknowledged(),
        (count) => count > CROWD,
      );
    });
    await expectAccountsInOrder(home);
  });
});

// Where a process may not have a disk of its own, nobody can fill one without harm.
(canHaveSmallDisk() ? describe : describe.skip)('a server', () => {
  it('whose disk is full loses nothing that it acknowledged, and goes on when there is room', async () => {
    const disk = join(home, '..');
    await mkdir(disk, { recursive: true });
    await start(onSmallDisk(disk));
    const seen = asSeenBy(server.pid, disk);
    await whileWriting(async () => {
      await eventually(
        async () => acknowledged(),
        (count) => count > WRITERS,
      );
      await fillDisk(seen);
      // One page is full after a few acts; then PostgreSQL can write nothing any more.
      await eventually(
        async () => sentByAll().length - acknowledged(),
        (refused) => refused > 3 * WRITERS,
      );
      await freeDisk(seen);
      const before = acknowledged();
      await untilReady(server.url);
      await eventually(
        async () => acknowledged(),
        (count) => count > before + WRITERS,
      );
    });
    await expectAccountsInOrder(join(seen, 'home'));
  });
});
