import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InMemoryEventStore } from '#event-store';
import type { Comparison } from './comparison.js';
import { faultPoints, type FaultHook } from './fault-points.js';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionControl } from './projection-control.js';
import { ProjectionRunner } from './projection-runner.js';
import { hashOf } from './table-hash.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  pointsProjection,
  toyCodec,
  toyEvent,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal (R4): read models are exactly the log, wherever the projector dies. Method: a projector that dies at the n-th
// time it waits for somebody, for every place where it waits; then another one finishes, and a rebuild, which nobody
// disturbs, must hold the same rows.

const PEOPLE = Array.from({ length: 5 }, () => randomUUID());
const BATCH = 7;
let database: ToyDatabase;
let store: InMemoryEventStore;
let events = 0n;

beforeAll(async () => {
  database = await openToyDatabase();
  store = await openToyLedger(randomUUID());
  for (let i = 0; i < 60; i += 1) {
    const person = PEOPLE[i % PEOPLE.length]!;
    await append(store, `points-${person}`, i % 11 === 10 ? lost(person) : points(person, (i % 9) + 1));
  }
  events = 61n;
});
afterAll(() => database.drop());

const lost = (person: string) => toyEvent('PointsLost', { subjectId: person }, [person]);

/** Runs a projector with this hook until the condition holds, then stops it as if it had been killed. */
async function run(fault: FaultHook, condition: (runner: ProjectionRunner) => boolean): Promise<void> {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20, maxBackOffMs: 20 });
  const runner = new ProjectionRunner({
    feed,
    codec: toyCodec,
    dataSource: database.dataSource,
    projections: [pointsProjection()],
    batchSize: BATCH,
    fault,
  });
  feed.start();
  await until(() => condition(runner), 'the projector is where the test wants it');
  await feed.stop();
}

const isDone = (runner: ProjectionRunner): boolean => runner.states()[0]?.place?.seen === events;

async function forget(): Promise<void> {
  await database.pool.query(
    'DROP SCHEMA IF EXISTS rm_points CASCADE; TRUNCATE ops.checkpoint, ops.parked, ops.rebuild',
  );
}

describe('a projector that dies', () => {
  let undisturbed: string;

  beforeAll(async () => {
    await run(() => undefined, isDone);
    undisturbed = (await hashOf(database.pool, 'rm_points')).hash;
  });

  it.each(faultPoints.flatMap((point) => [1, 2, 5].map((nth) => ({ point, nth }))))(
    'at $point, time $nth, leaves exactly the log behind once another has finished',
    async ({ point, nth }) => {
      await forget();
      let times = 0;
      let isDead = false;
      await run(
        (at) => {
          if (at === point) times += 1;
          isDead ||= times === nth;
          if (isDead) throw new Error('killed');
        },
        () => isDead,
      );
      const { rows } = await database.pool.query<{ seen: string }>('SELECT seen FROM ops.checkpoint');
      expect(BigInt(rows[0]?.seen ?? 0)).toBeLessThan(events);
      await run(() => undefined, isDone);
      expect((await hashOf(database.pool, 'rm_points')).hash).toBe(undisturbed);
      const { rows: parked } = await database.pool.query('SELECT FROM ops.parked');
      expect(parked).toHaveLength(0);
    },
  );

  it('leaves rows that a rebuild finds equal, in all tables and at one position', async () => {
    const comparison = await rebuilt();
    expect(comparison).toMatchObject({ kind: 'compared', isEqual: true, sameEvents: true });
    expect((await hashOf(database.pool, 'rm_points')).hash).toBe(undisturbed);
  });

  it('again and again, while it rebuilds too, only makes the rebuild take longer', async () => {
    let calls = 0;
    const comparison = await rebuilt(() => {
      calls += 1;
      if (calls < 400 && calls % 17 === 0) throw new Error('killed');
    });
    // Seven places per batch of eight events: 61 events take 56 calls, and those that are lost with each death.
    expect(calls).toBeGreaterThan(56);
    expect(calls).toBeLessThan(120);
    expect(comparison).toMatchObject({ kind: 'compared', isEqual: true, sameEvents: true });
    expect((await hashOf(database.pool, 'rm_points')).hash).toBe(undisturbed);
  });

  it('cannot hide a row that somebody changed: the rebuild names the table and puts it right', async () => {
    await database.pool.query('UPDATE rm_points.balance SET points = points + 1 WHERE subject_id = $1', [
      PEOPLE[0],
    ]);
    const comparison = await rebuilt();
    expect(comparison).toMatchObject({
      isEqual: false,
      tables: [
        { table: 'addition', isEqual: true },
        { table: 'balance', isEqual: false },
      ],
    });
    expect((await hashOf(database.pool, 'rm_points')).hash).toBe(undisturbed);
  });
});

/** Rebuilds under a projector that has nothing else to do. */
async function rebuilt(fault: FaultHook = () => undefined): Promise<Comparison> {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20, maxBackOffMs: 20 });
  const { dataSource } = database;
  const projections = [pointsProjection()];
  new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections, batchSize: 2, fault });
  feed.start();
  try {
    return await new ProjectionControl(database.pool).rebuild('points');
  } finally {
    await feed.stop();
  }
}
