import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InMemoryEventStore, NewEvent } from '#event-store';
import type { Uuid } from '#kernel';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionControl } from './projection-control.js';
import { ProjectionRunner } from './projection-runner.js';
import type { Projection } from './projection.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  pointsProjection,
  toyCodec,
  toyEvent,
  toyMetadata,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal (R6): an event that cannot be done stops one person, loudly, and nobody else. Method: one poison of every kind,
// and random histories with poison in them against a model, in batches of every size.

let database: ToyDatabase;
let control: ProjectionControl;
let store: InMemoryEventStore;
let feed: LedgerFeed;
let runner: ProjectionRunner;
const logged: { text: string; fields: object }[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  control = new ProjectionControl(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  logged.length = 0;
  store = await openToyLedger(randomUUID());
});
afterEach(async () => {
  await feed.stop();
  await database.pool.query('DROP SCHEMA IF EXISTS rm_points CASCADE; TRUNCATE ops.checkpoint, ops.parked');
});

function start(projection: Projection = pointsProjection(), batchSize = 500): void {
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (fields: object, text: string) => void logged.push({ fields, text }),
  };
  feed = new LedgerFeed({ store, pool: database.pool, tickMs: 20, maxBackOffMs: 50, log });
  const { dataSource } = database;
  runner = new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections: [projection], batchSize });
  feed.start();
}

async function followed(): Promise<void> {
  const head = await store.head();
  await until(() => runner.states()[0]?.place?.position === head, 'the projection has done everything');
}

async function balances(): Promise<Record<Uuid, number>> {
  const { rows } = await database.pool.query<{ subject_id: Uuid; points: string }>(
    'SELECT subject_id, points FROM rm_points.balance',
  );
  return Object.fromEntries(rows.map((row) => [row.subject_id, Number(row.points)]));
}

const add = (person: Uuid, event: NewEvent): Promise<void> => append(store, `points-${person}`, event);

const poisons: [string, string, (person: Uuid) => NewEvent][] = [
  ['a throwing handler', 'Error: Thirteen is not a number of points', (person) => points(person, 13)],
  ['a value that PostgreSQL refuses', 'PostgreSQL 54000', (person) => points(person, 14)],
  ['an unknown type', 'unknown-type', (person) => toyEvent('PointsDoubled', {}, [person])],
  ['invalid data', 'invalid-data', (person) => toyEvent('PointsAdded', { points: 'x' }, [person])],
  ['invalid metadata', 'invalid-metadata', (person) => ({ ...points(person, 1), metadata: {} })],
  [
    'an unknown version',
    'unknown-version',
    (person) => ({ ...points(person, 1), metadata: toyMetadata('toy.PointsAdded/9', [person]) }),
  ],
];

describe('a poison event', () => {
  it.each(poisons)(
    '%s is parked with its reason; later events of that person wait, others go on',
    async (_, reason, poison) => {
      const [anna, bert] = [randomUUID(), randomUUID()];
      start();
      await add(anna, points(anna, 1));
      const bad = poison(anna);
      await add(anna, bad);
      await add(bert, points(bert, 5));
      await add(anna, points(anna, 2));
      await add(anna, points(anna, 3));
      await add(bert, points(bert, 6));
      await followed();

      expect(await balances()).toEqual({ [anna]: 1, [bert]: 11 });
      const parked = await control.parked('points');
      expect(parked.map((event) => event.isWaiting)).toEqual([false, true, true]);
      expect(parked[0]).toMatchObject({ eventId: bad.id, reason, stream: `points-${anna}`, revision: 1n });
      expect(await control.parkedAmong('points', [anna, bert])).toEqual(new Set([anna]));
      expect(await control.parkedSubjects('points')).toEqual(new Set([anna, `points-${anna}`]));
      expect(logged).toHaveLength(1);
      expect(logged[0]?.fields).toMatchObject({ eventId: bad.id, reason });
      expect((await control.status())[0]).toMatchObject({ name: 'points', parked: 3 });
    },
  );

  it('of a governance stream holds back the stream only', async () => {
    const [rule, anna] = [randomUUID(), randomUUID()];
    start(pointsProjection(1, { handles: ['PointsAdded', 'RulePublished'], project: projectWithRules }));
    await append(store, `rule-${rule}`, toyEvent('RulePublished', { text: 'bad' }));
    await append(store, `rule-${rule}`, toyEvent('RulePublished', { text: 'good' }));
    await add(anna, points(anna, 4));
    await followed();
    expect(await control.parkedSubjects('points')).toEqual(new Set([`rule-${rule}`, rule]));
    expect(await balances()).toEqual({ [anna]: 4 });
  });

  it('that names two people holds both back, and whoever shares an event that waits', async () => {
    const [anna, bert, carl] = [randomUUID(), randomUUID(), randomUUID()];
    start();
    await add(anna, points(anna, 13));
    const shared = toyEvent('PointsAdded', { subjectId: anna, points: 1 }, [anna, bert]);
    await add(anna, shared);
    await add(bert, points(bert, 2));
    await add(carl, points(carl, 3));
    await followed();
    expect(await balances()).toEqual({ [carl]: 3 });
    expect(await control.parkedAmong('points', [anna, bert, carl])).toEqual(new Set([anna, bert]));
  });

  it('never stops an event that the projection does not read', async () => {
    const anna = randomUUID();
    start();
    await add(anna, points(anna, 13));
    await append(store, `bell-${anna}`, toyEvent('BellRung', {}, [anna]));
    await followed();
    expect(await control.parked('points')).toHaveLength(1);
  });

  it('still stands after a restart, and new events go on waiting', async () => {
    const anna = randomUUID();
    start();
    await add(anna, points(anna, 13));
    await followed();
    await feed.stop();
    await add(anna, points(anna, 2));
    start();
    await followed();
    expect(await balances()).toEqual({});
    expect((await control.parked('points')).map((event) => event.isWaiting)).toEqual([false, true]);
  });
});

const projectWithRules: Projection['project'] = (event) => {
  if (event.type === 'RulePublished' && (event.data as { text: string }).text === 'bad')
    throw new Error('bad');
  return event.type === 'RulePublished' ? [] : pointsProjection().project(event);
};

describe('a parked event that is tried again', () => {
  it('is done with all that waits behind it, in order, once its cause is gone', async () => {
    const [anna, bert] = [randomUUID(), randomUUID()];
    let isRepaired = false;
    const sound = pointsProjection();
    const thirteen = sound.project({ type: 'PointsLost', data: { subjectId: anna } } as never);
    start({
      ...sound,
      project: (event) => (isRepaired && isThirteen(event) ? thirteen : sound.project(event)),
    });
    await add(anna, points(anna, 7));
    const bad = points(anna, 13);
    await add(anna, bad);
    await add(anna, points(anna, 2));
    await add(bert, points(bert, 14));
    await followed();

    expect(await control.retryParked('points', bad.id)).toBe(false);
    expect(await control.parked('points')).toHaveLength(3);
    isRepaired = true;
    expect(await control.retryParked('points', bad.id)).toBe(true);
    expect(await balances()).toEqual({ [anna]: 2 });
    expect(await control.parkedSubjects('points')).toEqual(new Set([bert, `points-${bert}`]));

    await add(anna, points(anna, 1));
    await followed();
    expect(await balances()).toEqual({ [anna]: 3 });
  });

  it('stays with its reason while PostgreSQL still refuses its values', async () => {
    const anna = randomUUID();
    start();
    const bad = points(anna, 14);
    await add(anna, bad);
    await add(anna, points(anna, 1));
    await followed();
    expect(await control.retryParked('points', bad.id)).toBe(false);
    expect((await control.parked('points')).map(({ reason }) => reason)).toEqual([
      'PostgreSQL 54000',
      'waits behind a parked event of the same subject',
    ]);
  });
});

function isThirteen({ data }: { readonly data: unknown }): boolean {
  return (data as { points?: number }).points === 13;
}

describe('only a broken schema stops a projection', () => {
  it('and it goes on by itself when the schema is whole again', async () => {
    const anna = randomUUID();
    start();
    await add(anna, points(anna, 1));
    await followed();
    await database.pool.query('ALTER TABLE rm_points.balance RENAME COLUMN points TO lost');
    await add(anna, points(anna, 2));
    await until(() => runner.states()[0]?.phase === 'backing-off', 'it says that it is stopped');
    expect(runner.states()[0]?.problem).toBe('PostgreSQL 42703');
    await database.pool.query('ALTER TABLE rm_points.balance RENAME COLUMN lost TO points');
    await followed();
    expect(await balances()).toEqual({ [anna]: 3 });
    expect(await control.parked('points')).toHaveLength(0);
  });
});

describe('any history with poison in it', () => {
  const people = Array.from({ length: 3 }, () => randomUUID());
  const step = fc.record({ who: fc.nat(2), points: fc.constantFrom(1, 2, 3, 13, 14), with: fc.nat(9) });

  it('leaves what the model says, whatever the size of the batches', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batchSize) => {
          store = await openToyLedger(randomUUID());
          const held = new Set<Uuid>();
          const sums: Record<Uuid, number> = {};
          let waiting = 0;
          for (const { who, points: amount, with: other } of steps) {
            const person = people[who]!;
            const subjects = other < 2 ? [person, people[other]!] : [person];
            await add(person, toyEvent('PointsAdded', { subjectId: person, points: amount }, subjects));
            if (subjects.some((one) => held.has(one)) || amount > 12) {
              waiting += 1;
              for (const one of subjects) held.add(one);
            } else sums[person] = (sums[person] ?? 0) + amount;
          }
          start(pointsProjection(), batchSize);
          await followed();
          expect(await balances()).toEqual(sums);
          expect(await control.parked('points')).toHaveLength(waiting);
          expect(await control.parkedAmong('points', people)).toEqual(held);
          await feed.stop();
          await database.pool.query('DROP SCHEMA rm_points CASCADE; TRUNCATE ops.checkpoint, ops.parked');
        },
      ),
      { numRuns: 8 },
    );
  });
});
