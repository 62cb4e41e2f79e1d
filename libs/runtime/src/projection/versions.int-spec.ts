import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Type } from 'typebox';
import { createCodec, type EventCodec, type InMemoryEventStore, type NewEvent } from '#event-store';
import { declareEvents, Strict, UuidShape } from '#event-store/contract';
import type { Uuid } from '#kernel';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionControl } from './projection-control.js';
import { ProjectionRunner } from './projection-runner.js';
import type { Projection } from './projection.js';
import { forget } from './shards.harness.js';
import { hashOf } from './table-hash.js';
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

// Goal (R6): the program of before, N-1, beside that of now, N, loses nothing, doubles nothing and overwrites nothing,
// whichever of them keeps a read model, and also where the rule was broken that a new event version is written only when
// every process reads it. Method: N knows one event version and one type more; both read one log into one database.

const newer = declareEvents('toy', {
  PointsAdded: {
    version: 2,
    category: 'points',
    meaning: 'Points were added to a person, in units of a kind.',
    data: Strict({ subjectId: UuidShape, amount: Strict({ points: Type.Integer() }) }),
  },
  PointsHalved: {
    version: 1,
    category: 'points',
    meaning: 'Half of the points of a person are gone.',
    data: Strict({ subjectId: UuidShape }),
  },
});

/** N: a newer version of one event with its upcaster, and one type more. */
const codecN: EventCodec = createCodec({
  definitions: [
    ...toyCodec.catalogue.definitions.filter(({ type }) => type !== 'PointsAdded'),
    ...newer.definitions,
  ],
  upcasters: [
    {
      type: 'PointsAdded',
      from: 1,
      upcast: (data) => {
        const { subjectId, points: n } = data as { subjectId: Uuid; points: number };
        return { subjectId, amount: { points: n } };
      },
    },
  ],
});

const before = pointsProjection(1, { sharding: 'by-subject' });

/** The same read model as N reads it; a higher version also counts what is halved. */
function projectionN(version: number): Projection {
  return {
    ...pointsProjection(version, { sharding: 'by-subject' }),
    handles: ['PointsAdded', 'PointsLost', ...(version > 1 ? ['PointsHalved'] : [])],
    project: (event) => {
      const { subjectId, amount } = event.data as { subjectId: Uuid; amount?: { points: number } };
      if (event.type !== 'PointsHalved') return before.project({ ...event, data: { subjectId, ...amount } });
      const [lost] = before.project({ ...event, type: 'PointsLost' });
      if (lost === undefined) return [];
      const evolve = (row: Readonly<Record<string, unknown>> | undefined) =>
        row && { ...row, points: (row['points'] as bigint) / 2n };
      return [{ ...lost, evolve }];
    },
  };
}

const added2 = (person: Uuid, n: number): NewEvent => ({
  ...toyEvent('PointsAdded', { subjectId: person, amount: { points: n } }, [person]),
  metadata: toyMetadata('toy.PointsAdded/2', [person]),
});

let database: ToyDatabase;
let control: ProjectionControl;
let store: InMemoryEventStore;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  control = new ProjectionControl(database.pool);
});
afterAll(() => database.drop());
beforeEach(async () => {
  store = await openToyLedger(randomUUID());
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await forget(database);
});

function start(codec: EventCodec, projection: Projection) {
  const pool = new pg.Pool({ connectionString: database.url, max: 12 });
  pool.on('error', () => undefined);
  const feed = new LedgerFeed({ store, pool, tickMs: 15, maxBackOffMs: 40 });
  const { dataSource } = database;
  const runner = new ProjectionRunner({ feed, codec, dataSource, projections: [projection], shards: 2 });
  feed.start();
  const stop = async (): Promise<void> => {
    running.splice(running.indexOf(process), 1);
    await feed.stop();
    await pool.end();
  };
  const process = { runner, stop };
  running.push(process);
  return process;
}

const startOlder = () => start(toyCodec, before);
const startNewer = (version = 1) => start(codecN, projectionN(version));

async function done(): Promise<void> {
  const head = await store.head();
  const isDone = async (): Promise<boolean> => (await control.status())[0]?.position === head;
  await until(isDone, 'everything is done');
}

async function balances(): Promise<Record<Uuid, number>> {
  const { rows } = await database.pool.query<{ subject_id: Uuid; points: string }>(
    'SELECT subject_id, points FROM rm_points.balance',
  );
  return Object.fromEntries(rows.map((row) => [row.subject_id, Number(row.points)]));
}

const add = (person: Uuid, ...events: [NewEvent, ...NewEvent[]]): Promise<void> =>
  append(store, `points-${person}`, ...events);

describe('an event version that only N knows', () => {
  it('is parked by N-1 with all that follows of that person, and done once by N, whoever ends first', async () => {
    const [anna, bert] = [randomUUID(), randomUUID()];
    const older = startOlder();
    await add(anna, points(anna, 1), added2(anna, 10), points(anna, 100));
    await add(bert, points(bert, 5));
    await done();
    expect(await balances()).toEqual({ [anna]: 1, [bert]: 5 });
    expect((await control.parked('points')).map(({ reason }) => reason)).toEqual([
      'unknown-version',
      'waits behind a parked event of the same subject',
    ]);
    await older.stop();

    startNewer();
    await until(async () => (await control.parked('points')).length === 0, 'N has done what was parked');
    expect(await balances()).toEqual({ [anna]: 111, [bert]: 5 });
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM rm_points.addition');
    expect(rows).toEqual([{ n: 4 }]);
    expect(await control.rebuild('points')).toMatchObject({ kind: 'compared', isEqual: true });
  });

  it('leaves exactly the log behind while both share the shards and take over from each other', async () => {
    const people = Array.from({ length: 6 }, () => randomUUID());
    let older = startOlder();
    let newest = startNewer();
    for (let round = 0; round < 4; round += 1) {
      for (const [i, person] of people.entries())
        await add(person, (i + round) % 3 === 0 ? added2(person, 7) : points(person, 1));
      await done();
      // One of them ends and comes back, in turns: what it kept goes to the other.
      if (round % 2 === 0) {
        await newest.stop();
        newest = startNewer();
      } else {
        await older.stop();
        older = startOlder();
      }
    }
    await done();
    await older.stop();
    await newest.stop();
    startNewer();
    await until(async () => (await control.parked('points')).length === 0, 'nothing stays parked');
    const live = (await hashOf(database.pool, 'rm_points')).hash;
    expect(Object.values(await balances()).reduce((sum, n) => sum + n)).toBe(8 * 7 + 16);
    expect(await control.rebuild('points')).toMatchObject({ kind: 'compared', isEqual: true });
    expect((await hashOf(database.pool, 'rm_points')).hash).toBe(live);
  });
});

describe('a version of a read model that only N knows', () => {
  it('is never written by N-1, which stands by and takes nothing over, not even what was asked for', async () => {
    const [anna, bert] = [randomUUID(), randomUUID()];
    const older = startOlder();
    await add(anna, points(anna, 40));
    await done();
    const newest = startNewer(2);
    await until(async () => (await control.status())[0]?.version === 2, 'N has switched');
    const halved = toyEvent('PointsHalved', { subjectId: anna }, [anna]);
    await add(anna, halved);
    await add(bert, added2(bert, 3));
    await done();
    expect(await balances()).toEqual({ [anna]: 20, [bert]: 3 });
    await newest.stop();

    // N-1 alone: it neither follows nor rebuilds what N keeps.
    await add(bert, points(bert, 1));
    await control.requestRebuild('points');
    const isAside = (): boolean => older.runner.states().every(({ phase }) => phase === 'standby');
    await until(isAside, 'N-1 stands by');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isAside()).toBe(true);
    expect(await balances()).toEqual({ [anna]: 20, [bert]: 3 });
    expect((await control.status())[0]).toMatchObject({ version: 2, rebuild: { phase: 'requested' } });

    startNewer(2);
    await done();
    await until(async () => (await control.status())[0]?.rebuild?.phase === 'done', 'N rebuilds it');
    expect(await balances()).toEqual({ [anna]: 20, [bert]: 4 });
  });
});
