import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { InMemoryEventStore, type NewEvent, type NonEmpty } from '#event-store';
import { allocatedId, Rejection, type Uuid } from '#kernel';
import { openTestLedger, unreachablePool, type TestLedger } from '../command/command-log.harness.js';
import type { CommandContext } from '../command/command-context.js';
import { CommandLog } from '../command/command-log.js';
import { choiceDecider, contextOf, writePath, type ChoiceCommand } from '../command/write-path.harness.js';
import { isOutage } from '../reactor/outage.js';
import { GateFloor, RecordedNotYetEffective } from './gate-floor.js';

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

describe('a floor that cannot be raised', () => {
  it('fails the command although its event stands; the retry records nothing and raises it', async () => {
    const away = unreachablePool();
    let pool = away;
    const { say, reader } = process(undefined, () => pool);
    const subjectId = randomUUID();
    const log = new CommandLog(test.ledger.pool, test.keyStore, { uuid: () => randomUUID() });
    const request = {
      ...{ client: 'c', route: 'r', body: { subjectId }, idempotencyKey: allocatedId(subjectId, 'key') },
      actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' } as const,
    };
    const attempt = async () => {
      const begun = await log.begin(request);
      if (begun.kind === 'answered') throw new Error('An outcome was kept');
      try {
        const outcome = await say(subjectId, 'no', begun.context, true);
        await log.finish(begun.attempt);
        return outcome;
      } catch (error) {
        await log.release(begun.attempt);
        throw error;
      }
    };
    const failure: unknown = await attempt().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RecordedNotYetEffective);
    expect(isOutage(failure)).toBe(true);
    expect(await floorsOf(subjectId)).toEqual({});
    pool = test.ledger.pool;
    expect((await attempt()).revision).toBe(0n);
    expect(await floorsOf(subjectId)).toEqual({ consent: 0 });
    expect(await reader.history(`consent-${subjectId}`)).toHaveLength(1);
    await away.end();
  });
});
