import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { Client } from '../acceptance/client.harness.js';
import { startIssuer, type TestIssuer } from '../acceptance/oidc-issuer.harness.js';
import {
  readModelHashes,
  readModelNames,
  rebuild,
  untilCaughtUp,
} from '../acceptance/read-models.harness.js';
import { eventually, type RoleName } from '../acceptance/server.harness.js';
import { declareShop } from '../acceptance/shop.harness.js';
import { killPostgres, openAsSuperuser } from './embedded-database.harness.js';
import { Chance, seedOfRun } from './random.harness.js';
import {
  buildServer,
  startServerProcess,
  untilReady,
  type BuiltServer,
  type ServerProcess,
} from './server-process.harness.js';
import { Writer, type SentCommand } from './traffic.harness.js';

// An acknowledged command is never lost (R1), and one that is sent again counts once and gets the same answer (R2).
// A real server with its embedded PostgreSQL is killed at random moments under four writers, or its PostgreSQL is, or
// both; afterwards every act is sent again, and the ledger is asked what it holds of each.

const SEED = seedOfRun();
const WRITERS = 4;
const ACTS_BEFORE_A_KILL = 20;
const VICTIMS = ['server', 'PostgreSQL', 'both', 'PostgreSQL'] as const;

const chance = new Chance(SEED);
let build: BuiltServer;
let issuer: TestIssuer;
let server: ServerProcess;
let home: string;
let ledger: pg.Pool;
let writers: Writer[];

beforeAll(async () => {
  [build, issuer] = await Promise.all([buildServer(), startIssuer()]);
  home = join(build.folder, 'home');
  server = await start();
  ledger = await openAsSuperuser(home, 'greffe');
  const shop = await declareShop(await clientOf('dpo'));
  const service = await clientOf('service');
  writers = Array.from({ length: WRITERS }, () => new Writer(service, shop, chance));
});
afterAll(async () => {
  await ledger?.end();
  await server?.stop();
  await issuer?.close();
  await build?.remove();
});

async function start(): Promise<ServerProcess> {
  const started = await startServerProcess(build, {
    GREFFE_HOME: home,
    // The same address after each start, as behind a name: clients keep theirs.
    ...(server === undefined ? {} : { PORT: new URL(server.url).port }),
    LOG_LEVEL: 'warn',
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

async function killUnderTraffic(victim: (typeof VICTIMS)[number]): Promise<void> {
  const running = Promise.all(writers.map((writer) => writer.run(() => pause(20))));
  const begun = acknowledgedNow();
  await eventually(
    async () => acknowledgedNow() - begun,
    (count) => count >= ACTS_BEFORE_A_KILL,
  );
  await pause(chance.between(0, 300));
  if (victim !== 'PostgreSQL') await Promise.all([server.kill(), victim === 'both' && killPostgres(home)]);
  else await killPostgres(home);
  await pause(chance.between(0, 200));
  writers.forEach((writer) => writer.stop());
  await running;
  if (victim === 'PostgreSQL') await untilReady(server.url);
  else server = await start();
}

/** Whoever was killed holds its commands until their lease ends; here it ends at once. */
async function endLeases(): Promise<void> {
  await ledger.query('UPDATE ops.command_log SET lease_until = clock_timestamp() WHERE finished_at IS NULL');
}

async function sendAgain(writer: Writer, command: SentCommand): Promise<unknown> {
  const before = command.acknowledged;
  const again = await eventually(
    () => writer.send(command, server.url),
    ({ status }) => status < 300,
  );
  const { status, body } = before ?? again;
  return again.status === status && JSON.stringify(again.body) === JSON.stringify(body)
    ? undefined
    : { first: [status, body], again: [again.status, again.body] };
}

/** Events that say what happened, by the trace of their act; what was sealed for it and its keys stand elsewhere. */
async function countedActs(): Promise<Map<string, number>> {
  const { rows } = await ledger.query<{ trace: string; count: number }>(
    `SELECT p.metadata::jsonb->>'traceparent' AS trace, count(*)::int AS count
       FROM es.event_index i JOIN es.payload p USING (position)
      WHERE split_part(i.stream, '-', 1) IN ('subject', 'consent') GROUP BY 1`,
  );
  return new Map(rows.map(({ trace, count }) => [trace, count]));
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
        for (const command of commands) found.push(await sendAgain(writer, command));
        return found.filter((difference) => difference !== undefined);
      }),
    );
    expect(differing.flat()).toEqual([]);
    expect(writers.flatMap(({ undeclared }) => undeclared.map(({ status, text }) => [status, text]))).toEqual(
      [],
    );
    // The kill met somebody in the middle of something, or it proves nothing.
    expect(undecided.length).toBeGreaterThan(0);
  });

  it('holds each act exactly once, and nothing that nobody sent', async () => {
    const sent = writers.flatMap(({ sent: commands }) => commands);
    const counted = await countedActs();
    const wrong = sent
      .map(({ path, traceparent, acknowledged }) => ({
        path,
        promised: acknowledged?.body.appended as unknown,
        held: counted.get(traceparent) ?? 0,
      }))
      .filter(({ promised, held }) => promised !== held);
    expect(wrong).toEqual([]);
    const known = new Set(sent.map(({ traceparent }) => traceparent));
    expect([...counted.keys()].filter((trace) => !known.has(trace))).toEqual([]);
    expect(sent.length).toBeGreaterThanOrEqual(VICTIMS.length * ACTS_BEFORE_A_KILL);
  });

  it('has read models and an audit copy that are exactly its log', async () => {
    const dpo = await clientOf('dpo');
    await untilCaughtUp(dpo, ledger);
    const names = await readModelNames(dpo);
    const live = await readModelHashes(names, ledger);
    for (const name of names) await rebuild(dpo, name);
    expect(await readModelHashes(names, ledger)).toEqual(live);
    const { rows } = await ledger.query(
      `SELECT count(*)::int AS lost FROM es.event_index i
       FULL JOIN audit.entry a USING (event_id) WHERE i.event_id IS NULL OR a.event_id IS NULL`,
    );
    expect(rows).toEqual([{ lost: 0 }]);
  });
});
