import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { InMemoryEventStore, type NewEvent, type NonEmpty } from '#event-store';
import { allocatedId, Rejection, type Uuid } from '#kernel';
import { openTestLedger, type TestLedger } from '../command/command-log.harness.js';
import type { CommandContext } from '../command/command-context.js';
import { CommandLog } from '../command/command-log.js';
import { StillRunning } from '../command/command-log-errors.js';
import type { Attempt } from '../command/command-request.js';
import { choiceDecider, contextOf, writePath, type ChoiceCommand } from '../command/write-path.harness.js';
import { isOutage } from '../reactor/outage.js';
import { RecordedNotYetEffective } from './floor.js';
import { GateFloor } from './gate-floor.js';

// Goal: whatever a step did, its answer does not leave before the floor of its stream is at the revision that it has
// seen, and a floor that could not be raised makes the answer a failure that a retry mends. Method: the real table,
// the write path over the store in memory, a pool that leads nowhere in the place of a database that is away.

let test: TestLedger;
beforeAll(async () => {
  test = await openTestLedger();
});
afterAll(() => test.close());

type Says = Extract<ChoiceCommand, { type: 'Say' }>['data']['says'];

/** The write path of one process whose floors go to this pool. */
function process(store = new InMemoryEventStore(), pool: () => pg.Pool = () => test.ledger.pool) {
  const path = writePath(store);
  const switching = { query: (...call: [never]) => pool().query(...call) } as unknown as pg.Pool;
  const floor = new GateFloor(switching, path.writer);
  const say = (
    subjectId: Uuid,
    says: Says,
    context: CommandContext = contextOf(randomUUID()),
    isNo = false,
  ) =>
    path.runner.run(
      { decider: choiceDecider, stream: `consent-${subjectId}` },
      { type: 'Say', data: { subjectId, says } },
      context,
      { isNo },
    );
  return { ...path, store, floor, say };
}

async function floorsOf(subjectId: Uuid): Promise<Readonly<Record<string, number>>> {
  const { rows } = await test.ledger.pool.query<{ category: string; revision: string }>(
    'SELECT category, revision FROM ops.gate_floor WHERE subject_id = $1 ORDER BY category',
    [subjectId],
  );
  return Object.fromEntries(rows.map(({ category, revision }) => [category, Number(revision)]));
}

describe('the floor of a stream', () => {
  it('is where the step has seen it end: appended, nothing new, or found by a retry', async () => {
    const { say } = process();
    const subjectId = randomUUID();
    const context = contextOf(randomUUID());
    await say(subjectId, 'yes', context);
    expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
    await say(subjectId, 'no');
    expect(await floorsOf(subjectId)).toEqual({ consent: 1 });
    await test.ledger.pool.query('UPDATE ops.gate_floor SET revision = 0 WHERE subject_id = $1', [subjectId]);
    await say(subjectId, 'no');
    expect(await floorsOf(subjectId)).toEqual({ consent: 1 });
    await test.ledger.pool.query('UPDATE ops.gate_floor SET revision = 0 WHERE subject_id = $1', [subjectId]);
    await say(subjectId, 'yes', { ...context, mayBeRetry: true });
    expect(await floorsOf(subjectId)).toEqual({ consent: 1 });
  });

  it('is raised by a "no" to a stream that cannot be read', async () => {
    const { say, store } = process();
    const subjectId = randomUUID();
    const metadata = { v: 1, ts: '2026-03-01T09:00:00.000Z' };
    const poison = { id: randomUUID(), type: 'ChoiceHeard', data: { nonsense: true }, metadata };
    await store.append(`consent-${subjectId}`, { kind: 'noStream' }, [
      poison,
    ] as unknown as NonEmpty<NewEvent>);
    await say(subjectId, 'no', contextOf(randomUUID()), true);
    expect(await floorsOf(subjectId)).toEqual({ consent: 1 });
  });

  it('is not touched by a command that was declined, nor by streams of other categories', async () => {
    const { say, runner, writer } = process();
    const subjectId = randomUUID();
    const forbid = { type: 'ForbidYes', data: { subjectId } } as const;
    const context = contextOf(randomUUID());
    await runner.run({ decider: choiceDecider, stream: `consent-${subjectId}` }, forbid, context);
    await expect(say(subjectId, 'yes')).rejects.toThrow(Rejection);
    const step = { stream: `notice-${subjectId}`, number: 0, subjects: [], isNo: false };
    await writer.record({ ...step, context: contextOf(randomUUID()) }, () => [
      { type: 'WordsTaken', data: { text: 'x' } },
    ]);
    expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
  });

  it('only rises, in whatever order and by however many processes it is raised', async () => {
    const people = Array.from({ length: 5 }, () => randomUUID());
    const [one, other] = [process().floor, process().floor];
    const all = people.flatMap((subjectId) =>
      Array.from({ length: 40 }, (_, n) => ({ subjectId, revision: BigInt((n * 7) % 40) })),
    );
    await Promise.all(
      all.map((floor, index) =>
        (index % 2 ? one : other).raise({ ...floor, category: index % 3 ? 'rights' : 'subject' }),
      ),
    );
    for (const subjectId of people) {
      const floors = await floorsOf(subjectId);
      expect(Math.max(...Object.values(floors))).toBe(39);
    }
  });
});

/** A command log on a pool, and how a command that stands in it begins. */
function logOn(pool: pg.Pool) {
  const log = new CommandLog(pool, test.keyStore, { uuid: () => randomUUID() });
  const begin = async (subjectId: Uuid) => {
    const begun = await log.begin({
      ...{ client: 'c', route: 'r', body: { subjectId }, idempotencyKey: allocatedId(subjectId, 'key') },
      actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' },
    });
    if (begun.kind === 'answered') throw new Error('An outcome was kept');
    return begun;
  };
  return { log, begin };
}

describe('the floors of a command in the command log', () => {
  const statements: string[] = [];
  const counting = (): pg.Pool => {
    const query = (statement: { readonly text: string }) => {
      statements.push(statement.text);
      return test.ledger.pool.query(statement as never);
    };
    return Object.assign(Object.create(test.ledger.pool) as pg.Pool, { query });
  };

  it('rise when it ends, not before, in the very statement that ends it', async () => {
    const { say } = process();
    const { log, begin } = logOn(counting());
    const subjectId = randomUUID();
    const { attempt, context } = await begin(subjectId);
    await say(subjectId, 'yes', context);
    await say(subjectId, 'no', { ...context, commandId: randomUUID() });
    expect(await floorsOf(subjectId)).toEqual({});
    statements.length = 0;
    await log.finish(attempt, undefined, [subjectId]);
    expect(statements).toHaveLength(1);
    expect(await floorsOf(subjectId)).toEqual({ consent: 1 });
    expect((await begin(subjectId)).attempt.isReplay).toBe(true);
  });

  it('rise with the outcome that is kept, also where a newer attempt has taken over', async () => {
    const { say } = process();
    const { log, begin } = logOn(test.ledger.pool);
    const [kept, overtaken] = [randomUUID(), randomUUID()];
    for (const subjectId of [kept, overtaken]) {
      const { attempt, context } = await begin(subjectId);
      await say(subjectId, 'no', context);
      const { number, ...rest } = attempt;
      const ending = { ...rest, number: subjectId === kept ? number : number + 1 };
      const end = log.finish(ending, { appended: 0 });
      await (subjectId === kept ? end : expect(end).rejects.toThrow(StillRunning));
      expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
    }
  });

  it('rise when it fails, and again when its answer is repeated', async () => {
    const { say } = process();
    const { log, begin } = logOn(test.ledger.pool);
    const subjectId = randomUUID();
    const forget = () =>
      test.ledger.pool.query('DELETE FROM ops.gate_floor WHERE subject_id = $1', [subjectId]);
    const ends = [
      (attempt: Attempt) => log.release(attempt),
      (attempt: Attempt) => log.finish(attempt),
      (attempt: Attempt) => log.finish(attempt),
    ];
    for (const end of ends) {
      await forget();
      const { attempt, context } = await begin(subjectId);
      await say(subjectId, 'no', context);
      await end(attempt);
      expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
    }
  });

  it('rise at once for a step that comes after its end', async () => {
    const { say } = process();
    const { log, begin } = logOn(test.ledger.pool);
    const subjectId = randomUUID();
    const { attempt, context } = await begin(subjectId);
    await log.finish(attempt);
    await say(subjectId, 'no', context);
    expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
  });

  it('share a statement where many end together, and it waits for the disk', async () => {
    const { say } = process();
    const { log, begin } = logOn(counting());
    const people = Array.from({ length: 40 }, () => randomUUID());
    const begun = await Promise.all(people.map((subjectId) => begin(subjectId)));
    await Promise.all(people.map((subjectId, index) => say(subjectId, 'no', begun[index]!.context)));
    const pool = test.ledger.pool;
    await pool.query('CREATE TABLE floor_commit (mode text)');
    await pool.query(`CREATE FUNCTION note_floor() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO floor_commit VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$`);
    await pool.query(`CREATE CONSTRAINT TRIGGER note_floor AFTER INSERT OR UPDATE ON ops.gate_floor
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_floor()`);
    statements.length = 0;
    await Promise.all(begun.map(({ attempt }) => log.finish(attempt)));
    expect(statements).toHaveLength(2);
    const { rows } = await pool.query(
      'SELECT mode, count(*)::integer AS floors FROM floor_commit GROUP BY mode',
    );
    expect(rows).toEqual([{ mode: 'on', floors: 40 }]);
    await pool.query('DROP TRIGGER note_floor ON ops.gate_floor');
    for (const subjectId of people) expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
  });
});

/** The ledger's pool, on which floors meet what `floors` says: nothing, or the failure of a server that is away. */
function poolWith(floors: () => Error | undefined): pg.Pool {
  const query = (statement: { readonly text?: string }, ...values: [never]) => {
    const failure = statement.text?.includes('gate_floor') === true ? floors() : undefined;
    return failure === undefined
      ? test.ledger.pool.query(statement as never, ...values)
      : Promise.reject(failure);
  };
  return Object.assign(Object.create(test.ledger.pool) as pg.Pool, { query });
}

describe('a floor that cannot be raised', () => {
  const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

  it('fails a step that stands in no command log, and its event stands', async () => {
    const pool = poolWith(() => away);
    const { say, reader } = process(undefined, () => pool);
    const subjectId = randomUUID();
    await expect(say(subjectId, 'no')).rejects.toThrow(RecordedNotYetEffective);
    expect(await reader.history(`consent-${subjectId}`)).toHaveLength(1);
  });

  it.each([false, true])(
    'fails the command although its event stands; the retry records nothing and raises it; kept: %s',
    async (isKept) => {
      let failure: Error | undefined = away;
      const pool = poolWith(() => failure);
      const { say, reader } = process(undefined, () => pool);
      const subjectId = randomUUID();
      const { log, begin } = logOn(pool);
      const attempt = async () => {
        const begun = await begin(subjectId);
        try {
          const outcome = await say(subjectId, 'no', begun.context, true);
          await log.finish(begun.attempt, isKept ? { appended: 0 } : undefined);
          return outcome;
        } catch (error) {
          await log.release(begun.attempt);
          throw error;
        }
      };
      const failed: unknown = await attempt().catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(RecordedNotYetEffective);
      expect(isOutage(failed)).toBe(true);
      expect(await floorsOf(subjectId)).toEqual({});
      failure = undefined;
      expect((await attempt()).revision).toBe(0n);
      expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
      expect(await reader.history(`consent-${subjectId}`)).toHaveLength(1);
    },
  );
});
