import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parisDay, type Uuid } from '#kernel';
import { openKeyStore } from '#subject-keys';
import { LedgerDatabaseUnavailable } from '../ledger/database-unavailable.js';
import { IdempotencyKeyReused, StillRunning } from './command-log-errors.js';
import { openTestLedger, unreachablePool, type TestLedger } from './command-log.harness.js';
import { randomIds } from '../nest/system.js';
import { CommandLog } from './command-log.js';
import type { Attempt, Begun, CommandRequest } from './command-request.js';
import { CommandMacs } from './command-macs.js';
import { PrimaryClock, daysBefore } from './primary-clock.js';

const lease = { leaseMs: 60_000, deadlineMs: 40_000 };
const actor = { k: 'service', ref: '9a3cf3a4-3b55-4a3c-9a50-5d6f9f2b3a01' } as const;
const kept = { status: 200, body: { appended: 0 } };

let test: TestLedger;
let log: CommandLog;
beforeAll(async () => {
  test = await openTestLedger();
  log = newLog();
});
afterAll(() => test.close());

/** The log of one more process on the same database. */
const newLog = (): CommandLog => new CommandLog(test.ledger.pool, test.keyStore, randomIds, lease);

const request = (more: Partial<CommandRequest> = {}): CommandRequest => ({
  client: 'crm',
  route: 'POST /v1/choices',
  body: { says: 'yes' },
  idempotencyKey: randomUUID(),
  actor,
  ...more,
});

async function running(begun: Promise<Begun>): Promise<Extract<Begun, { kind: 'run' }>> {
  const one = await begun;
  if (one.kind !== 'run') throw new Error('Expected a command to run');
  return one;
}

const sql = async (text: string, values: unknown[] = []) => (await test.ledger.pool.query(text, values)).rows;
const rowOf = async (commandId: Uuid) =>
  (
    await sql(
      'SELECT *, received_at = date_trunc($2, received_at) AS whole FROM ops.command_log WHERE command_id = $1',
      [commandId, 'milliseconds'],
    )
  )[0];
const endLease = ({ commandId }: Attempt) =>
  sql(`UPDATE ops.command_log SET lease_until = clock_timestamp() WHERE command_id = $1`, [commandId]);
const age = ({ commandId }: Attempt, interval: string) =>
  sql(
    `UPDATE ops.command_log SET received_at = received_at - $2::interval, key_day = key_day - $2::interval
      WHERE command_id = $1`,
    [commandId, interval],
  );

describe('a new command', () => {
  it('has a row before it runs, and shares the clock of the primary', async () => {
    const before = (await sql('SELECT date_trunc($1, clock_timestamp()) AS now', ['milliseconds']))[0].now;
    const subjectId = randomUUID();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { context, attempt } = await running(log.begin(request({ subjectId, traceparent })));
    const after = (await sql('SELECT clock_timestamp() AS now'))[0].now;
    const row = await rowOf(context.commandId);
    expect(row).toMatchObject({ attempt: 1, finished_at: null, subject_id: subjectId, whole: true });
    expect(context.now).toBe(row.received_at.toISOString());
    expect(row.received_at >= before && row.received_at <= after).toBe(true);
    expect(row.lease_until - row.received_at).toBeGreaterThanOrEqual(lease.leaseMs);
    expect(context).toMatchObject({
      actor,
      mayBeRetry: false,
      correlationId: context.commandId,
      traceparent,
    });
    expect(context.deadline - performance.now()).toBeLessThanOrEqual(lease.deadlineMs);
    expect(attempt).toMatchObject({ commandId: context.commandId, number: 1, isReplay: false });
  });

  it('is another one for another client, another key, or without a key', async () => {
    const first = request();
    const without = { client: 'crm', route: first.route, body: first.body, actor };
    const requests = [first, { ...first, client: 'shop' }, request(), without, without];
    const begun = await Promise.all(requests.map((one) => running(log.begin(one))));
    expect(new Set(begun.map(({ context }) => context.commandId)).size).toBe(5);
  });

  it('that cannot be written does not fail those that come with it', async () => {
    const requests = ['a', 'b', 'bad\u0000name', 'c'].map((client) => request({ client }));
    const begun = await Promise.allSettled(requests.map((one) => log.begin(one)));
    expect(begun.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('of a crowd each has a row of its own, and the same one twice in it has one', async () => {
    const requests = Array.from({ length: 60 }, () => request({ subjectId: randomUUID() }));
    const begun = await Promise.allSettled([...requests, ...requests].map((one) => log.begin(one)));
    const ran = begun.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
    expect(ran.filter((one) => one !== undefined)).toHaveLength(60);
    for (const [index, { subjectId }] of requests.entries()) {
      const { context } = await running(Promise.resolve((ran[index] ?? ran[index + 60])!));
      expect((await rowOf(context.commandId)).subject_id).toBe(subjectId);
    }
  });

  it('leaves no trace of key or body', async () => {
    const canary = `canary-${randomUUID()}`;
    const begun = await running(log.begin(request({ idempotencyKey: canary, body: { value: canary } })));
    expect(JSON.stringify(await rowOf(begun.context.commandId))).not.toContain(canary);
    const again = request({ idempotencyKey: canary, body: { value: canary } });
    await expect(log.begin(again)).rejects.toThrow(StillRunning);
  });
});

describe('a retry', () => {
  it('with another body, route or actor is another command under a used key', async () => {
    const first = request();
    const { attempt } = await running(log.begin(first));
    const other = { k: 'operator', ref: randomUUID() } as const;
    for (const change of [{ body: { says: 'no' } }, { route: 'POST /v1/other' }, { actor: other }]) {
      await expect(log.begin({ ...first, ...change })).rejects.toThrow(IdempotencyKeyReused);
    }
    await log.finish(attempt);
    await expect(log.begin({ ...first, body: { says: 'no' } })).rejects.toThrow(IdempotencyKeyReused);
  });

  it('with the same body written in another order is the same command', async () => {
    const first = request({ body: { a: 1, b: { c: 'x', d: 0.5 } } });
    await log.begin(first);
    await expect(log.begin({ ...first, body: { b: { d: 0.5, c: 'x' }, a: 1 } })).rejects.toThrow();
    const canonical = request({ body: { a: 1, b: { c: 'x', d: 5 } } });
    await log.begin(canonical);
    await expect(log.begin({ ...canonical, body: { b: { d: 5, c: 'x' }, a: 1 } })).rejects.toThrow(
      StillRunning,
    );
  });

  it('waits while the first attempt holds the lease, and says how long', async () => {
    const first = request();
    await log.begin(first);
    const refusal = await log.begin(first).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StillRunning);
    expect((refusal as StillRunning).retryAfter).toBe(lease.leaseMs / 1000);
  });

  it('takes an expired lease over with the same id and instant, once', async () => {
    const first = request();
    const dead = await running(log.begin(first));
    await endLease(dead.attempt);
    const tries = await Promise.allSettled([newLog(), log, newLog()].map((one) => one.begin(first)));
    const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(taken).toHaveLength(1);
    const { context, attempt } = await running(Promise.resolve(taken[0]!));
    expect(context).toMatchObject({
      commandId: dead.context.commandId,
      now: dead.context.now,
      mayBeRetry: true,
    });
    expect(attempt.number).toBe(2);
  });

  it('need not wait after a release', async () => {
    const first = request();
    const failed = await running(log.begin(first));
    await log.release(failed.attempt);
    const { context } = await running(log.begin(first));
    expect(context).toMatchObject({ commandId: failed.context.commandId, mayBeRetry: true });
  });

  it('after an outcome with events runs again to make the answer from them', async () => {
    const first = request();
    const done = await running(log.begin(first));
    await log.finish(done.attempt);
    const again = await running(newLog().begin(first));
    expect(again.attempt.isReplay).toBe(true);
    expect(again.context).toMatchObject({
      commandId: done.context.commandId,
      now: done.context.now,
      mayBeRetry: true,
      isReplay: true,
    });
    await log.finish(again.attempt, kept);
    await log.release(again.attempt);
    expect(await rowOf(done.context.commandId)).toMatchObject({ outcome: null, attempt: 1 });
  });

  it('after an outcome without events gets what was kept', async () => {
    const first = request();
    const { attempt, context } = await running(log.begin(first));
    await log.finish(attempt, kept);
    const expected = { kind: 'answered', commandId: context.commandId, outcome: kept };
    expect(await log.begin(first)).toEqual(expected);
    expect(await newLog().begin(first)).toEqual(expected);
  });

  it('of many at once, in two processes: one runs', async () => {
    const first = request();
    const logs = [log, newLog()];
    const tries = await Promise.allSettled(Array.from({ length: 16 }, (_, i) => logs[i % 2]!.begin(first)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of tries) {
      if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(StillRunning);
    }
  });
});

/** A process that has its own opinion of the day. */
class Believing extends PrimaryClock {
  constructor(
    private readonly day: string,
    private readonly other: string | undefined,
  ) {
    super();
  }
  override today = () => ({ day: this.day, other: this.other });
}

describe('on another day', () => {
  const today = parisDay(new Date().toISOString());
  const keyStoreOf = (day: string) =>
    openKeyStore({
      connectionString: test.keys.url,
      kek: test.kek,
      clock: { now: () => `${day}T12:00:00.000Z` },
    });

  it.each([1, 2, 6, 7])('a retry %i days later is still known', async (days) => {
    const day = daysBefore(today, days).at(-1)!;
    const first = request();
    const then = keyStoreOf(day);
    const macs = new CommandMacs(then.daily, new Believing(day, undefined));
    const { attempt } = await running(log.begin(first));
    await sql(`UPDATE ops.command_log SET key_day = $2, key_mac = $3, body_mac = $4 WHERE command_id = $1`, [
      attempt.commandId,
      day,
      (await macs.ofKey(first.client, first.idempotencyKey!)).own,
      await macs.ofBody(day, first),
    ]);
    await then.shutdown();
    await expect(newLog().begin(first)).rejects.toThrow(StillRunning);
    await expect(newLog().begin({ ...first, body: 'other' })).rejects.toThrow(IdempotencyKeyReused);
  });

  it('at midnight two processes that believe in different days run it once', async () => {
    const [yesterday] = daysBefore(today, 1) as [string];
    const logOf = (clock: PrimaryClock) =>
      new CommandLog(test.ledger.pool, test.keyStore, randomIds, lease, clock);
    const logs = [logOf(new Believing(today, yesterday)), logOf(new Believing(yesterday, today))] as const;
    // The first row is looked for while the other one is being written.
    await sql(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_sleep(0.3); RETURN NEW; END $$`);
    await sql(
      'CREATE TRIGGER dawdle BEFORE INSERT ON ops.command_log FOR EACH ROW EXECUTE FUNCTION dawdle()',
    );
    const first = request();
    const tries = await Promise.allSettled(logs.map((one) => one.begin(first)));
    await sql('DROP TRIGGER dawdle ON ops.command_log');
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('an attempt that was overtaken', () => {
  it('may not answer what it kept; the newer one counts', async () => {
    const first = request();
    const slow = await running(log.begin(first));
    await endLease(slow.attempt);
    const newer = await running(newLog().begin(first));
    await expect(log.finish(slow.attempt, { stale: true })).rejects.toThrow(StillRunning);
    await log.release(slow.attempt);
    await expect(log.begin(first)).rejects.toThrow(StillRunning);
    await log.finish(newer.attempt, kept);
    expect(await log.begin(first)).toMatchObject({ outcome: kept });
  });

  it('may conclude while nobody has taken over, even after its lease', async () => {
    const first = request();
    const slow = await running(log.begin(first));
    await endLease(slow.attempt);
    await log.finish(slow.attempt, kept);
    expect(await log.begin(first)).toMatchObject({ outcome: kept });
  });
});

describe('durability', () => {
  it('an outcome without events waits for the disk, a mere marker does not', async () => {
    await sql('CREATE TABLE commit_mode (command_id uuid, mode text)');
    await sql(`CREATE FUNCTION note_mode() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO commit_mode VALUES (NEW.command_id, current_setting('synchronous_commit')); RETURN NULL; END $$`);
    await sql(`CREATE CONSTRAINT TRIGGER note_mode AFTER INSERT OR UPDATE ON ops.command_log
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_mode()`);
    const modes = async ({ commandId }: Attempt) =>
      (await sql('SELECT mode FROM commit_mode WHERE command_id = $1', [commandId])).map(({ mode }) => mode);
    const [recorded, answered] = [await running(log.begin(request())), await running(log.begin(request()))];
    await log.finish(recorded.attempt);
    await log.finish(answered.attempt, kept);
    const other = await running(log.begin(request()));
    expect(await modes(recorded.attempt)).toEqual(['on', 'off']);
    expect(await modes(answered.attempt)).toEqual(['on', 'on']);
    expect(await modes(other.attempt)).toEqual(['on']);
    await sql('DROP TRIGGER note_mode ON ops.command_log');
  });

  it('markers that come together share statements and all stand', async () => {
    const begun = await Promise.all(Array.from({ length: 40 }, () => running(log.begin(request()))));
    await Promise.all(begun.map(({ attempt }) => log.finish(attempt)));
    const ids = begun.map(({ context }) => context.commandId);
    const [row] = await sql(
      'SELECT count(finished_at)::integer AS finished FROM ops.command_log WHERE command_id = ANY($1)',
      [ids],
    );
    expect(row.finished).toBe(40);
  });

  it('a database that does not answer keeps nobody waiting for ever', async () => {
    const brief = { leaseMs: 400, deadlineMs: 200 };
    const waiting = new CommandLog(test.ledger.pool, test.keyStore, randomIds, brief);
    const first = request();
    const { attempt } = await running(waiting.begin(request()));
    const other = await test.ledger.pool.connect();
    await other.query('BEGIN');
    await other.query('LOCK TABLE ops.command_log IN ACCESS EXCLUSIVE MODE');
    await expect(waiting.begin(first)).rejects.toThrow(LedgerDatabaseUnavailable);
    await expect(waiting.finish(attempt, kept)).rejects.toThrow(LedgerDatabaseUnavailable);
    await waiting.finish(attempt);
    await other.query('COMMIT');
    other.release();
  });

  it('a database that is away is said so, and does not undo what the store holds', async () => {
    const pool = unreachablePool();
    const away = new CommandLog(pool, test.keyStore, randomIds, lease);
    const attempt = { commandId: randomUUID(), number: 1, isReplay: false };
    await expect(away.begin(request())).rejects.toThrow(LedgerDatabaseUnavailable);
    await expect(away.finish(attempt, kept)).rejects.toThrow(LedgerDatabaseUnavailable);
    await expect(away.release(attempt)).rejects.toThrow(LedgerDatabaseUnavailable);
    await away.finish(attempt);
    await pool.end();
  });
});

describe('what is kept, and for how long', () => {
  it('an erasure blanks every row of the subject, also of commands about several', async () => {
    const [anna, ben] = [randomUUID(), randomUUID()];
    const first = request({ subjectId: anna });
    const several = request({ body: { value: 'shared' } });
    const own = await running(log.begin(first));
    const joint = await running(log.begin(several));
    await log.finish(own.attempt, kept);
    await log.finish(joint.attempt, kept, [ben, anna]);
    const recorded = await running(log.begin(request()));
    await log.finish(recorded.attempt, undefined, [ben, anna]);
    expect(await log.blankSubject(anna)).toBe(3);
    for (const { context } of [own, joint, recorded]) {
      expect(await rowOf(context.commandId)).toMatchObject({ body_mac: null, outcome: null });
    }
    expect(await sql('SELECT * FROM ops.command_subject WHERE subject_id = $1', [anna])).toEqual([]);
    const again = await running(log.begin({ ...first, body: 'anything' }));
    expect(again).toMatchObject({
      attempt: { isReplay: true },
      context: { commandId: own.context.commandId },
    });
    expect(await log.blankSubject(anna)).toBe(0);
  });

  it('seven days later rows go, younger ones stay', async () => {
    const [old, young] = [await running(log.begin(request())), await running(log.begin(request()))];
    await log.finish(old.attempt, kept, [randomUUID(), randomUUID()]);
    await age(old.attempt, '7 days 1 second');
    await age(young.attempt, '6 days 23 hours');
    expect(await log.purge()).toBe(1);
    expect(await rowOf(old.context.commandId)).toBeUndefined();
    expect(await rowOf(young.context.commandId)).toBeDefined();
  });
});
