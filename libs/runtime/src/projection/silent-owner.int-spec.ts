import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { InMemoryEventStore } from '#event-store';
import { FaultProxy } from '#testing';
import { createLedgerPool } from '../ledger/data-source.js';
import type { FaultHook, FaultPoint } from './fault-points.js';
import { LedgerFeed } from './ledger-feed.js';
import { ProjectionRunner } from './projection-runner.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  pointsProjection,
  toyCodec,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal: a process that falls silent in the middle of a batch keeps nobody waiting for longer than its lease, though its
// connections stay open and its transaction holds the checkpoint. Method: its line to PostgreSQL carries nothing more
// from the moment at which it has written its rows; a second process must do the work, and the first may not do it again.

let database: ToyDatabase;
let store: InMemoryEventStore;
let line: FaultProxy;
const opened: { feed: LedgerFeed; pool: pg.Pool }[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  store = await openToyLedger(randomUUID());
  const { hostname: host, port } = new URL(database.url);
  line = await FaultProxy.open({ host, port: Number(port) });
});
afterAll(async () => {
  for (const { feed, pool } of opened) {
    await feed.stop();
    await pool.end();
  }
  await line.close();
  await database.drop();
});

function start(url: string, fault: FaultHook = () => undefined): ProjectionRunner {
  const pool = createLedgerPool(url, { max: 8, isBackground: true });
  const feed = new LedgerFeed({ store, pool, tickMs: 20, maxBackOffMs: 50 });
  const { dataSource } = database;
  const projections = [pointsProjection()];
  const runner = new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections, fault });
  feed.start();
  opened.push({ feed, pool });
  return runner;
}

const phaseOf = (runner: ProjectionRunner) => runner.states()[0]?.phase;

async function pointsOf(person: string): Promise<number> {
  const { rows } = await database.pool.query<{ points: string }>(
    'SELECT points FROM rm_points.balance WHERE subject_id = $1',
    [person],
  );
  return Number(rows[0]?.points ?? 0);
}

/** A projector that stops for good at this place, when its process falls silent. */
function stopAt(place: FaultPoint) {
  let isArmed = false;
  let isThere = false;
  let letGo = (): void => undefined;
  const over = new Promise<void>((resolve) => (letGo = resolve));
  return {
    arm: () => void (isArmed = true),
    isThere: () => isThere,
    letGo,
    hook: async (point: FaultPoint) => {
      if (!isArmed || point !== place) return;
      isArmed = false;
      line.silence();
      isThere = true;
      await over;
    },
  };
}

describe('a process that falls silent in the middle of a transaction', () => {
  it('is overtaken when its lease is over, and writes nothing when it goes on', async () => {
    const anna = randomUUID();
    const stop = stopAt('rows-written');
    const throughLine = Object.assign(new URL(database.url), { port: line.port }).href;
    const first = start(throughLine, stop.hook);
    await until(() => phaseOf(first) === 'live', 'the first is live');
    stop.arm();
    await append(store, `points-${anna}`, points(anna, 1));
    await until(stop.isThere, 'the first has written its rows and stopped');
    const second = start(database.url);
    await until(async () => (await pointsOf(anna)) === 1, 'the second has done it');
    line.resume();
    stop.letGo();
    await append(store, `points-${anna}`, points(anna, 2));
    await until(async () => (await pointsOf(anna)) === 3, 'the work goes on');
    await until(() => phaseOf(first) === 'standby', 'the first stands by');
    expect(phaseOf(second)).toBe('live');
    const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM rm_points.addition');
    expect(rows).toEqual([{ n: 2 }]);
  });
});
