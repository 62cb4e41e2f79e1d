import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { InMemoryEventStore } from '#event-store';
import type { FaultHook } from './fault-points.js';
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

// Goal: one process owns a projection, a second stands by and takes over, and the first cannot write any more, even if
// it only notices later. Method: two runners with pools of their own; the first is held at a place where it waits, its
// lock session is ended by the server, and it is let go when the second has done the work.

let database: ToyDatabase;
let store: InMemoryEventStore;
const opened: { feed: LedgerFeed; pool: pg.Pool }[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  store = await openToyLedger(randomUUID());
});
afterEach(async () => {
  for (const { feed, pool } of opened.splice(0)) {
    await feed.stop();
    await pool.end();
  }
  await database.pool.query('DROP SCHEMA IF EXISTS rm_points CASCADE; TRUNCATE ops.checkpoint, ops.parked');
});

function start(name: string, fault: FaultHook = () => undefined): ProjectionRunner {
  const pool = new pg.Pool({ connectionString: database.url, max: 8, application_name: name });
  pool.on('error', () => undefined);
  const feed = new LedgerFeed({ store, pool, tickMs: 20, maxBackOffMs: 50 });
  const { dataSource } = database;
  const projections = [pointsProjection()];
  const runner = new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections, fault });
  feed.start();
  opened.push({ feed, pool });
  return runner;
}

/** A place before the transaction at which a projector can be held. */
function gate() {
  let go = (): void => undefined;
  let held: Promise<void> | undefined;
  let isReached = false;
  return {
    hook: async (point: string) => {
      if (point !== 'before-transaction' || held === undefined) return;
      isReached = true;
      await held;
    },
    close: () => void (held = new Promise((resolve) => (go = resolve))),
    open: () => {
      held = undefined;
      go();
    },
    isReached: () => isReached,
  };
}

/** Ends the session on which a process holds its owner locks. */
async function endLockSession(name: string): Promise<void> {
  const { rowCount } = await database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND application_name = $1`,
    [name],
  );
  expect(rowCount).toBe(1);
}

const phaseOf = (runner: ProjectionRunner) => runner.states()[0]?.phase;

async function sumOf(person: string): Promise<number> {
  const { rows } = await database.pool.query<{ points: string }>(
    'SELECT points FROM rm_points.balance WHERE subject_id = $1',
    [person],
  );
  return Number(rows[0]?.points ?? 0);
}

describe('two processes', () => {
  it('follow one after the other: the second takes over when the first stops', async () => {
    const anna = randomUUID();
    const first = start('first');
    await until(() => phaseOf(first) === 'live', 'the first is live');
    const second = start('second');
    await append(store, `points-${anna}`, points(anna, 1));
    await until(async () => (await sumOf(anna)) === 1, 'the first works');
    expect(phaseOf(second)).toBe('standby');
    await opened[0]!.feed.stop();
    await append(store, `points-${anna}`, points(anna, 2));
    await until(async () => (await sumOf(anna)) === 3, 'the second works');
    await until(() => phaseOf(second) === 'live', 'the second is live');
    expect(phaseOf(first)).toBe('stopped');
  });

  it('are told apart by the owner epoch even while both stand at one position', async () => {
    const anna = randomUUID();
    const [first, second] = [gate(), gate()];
    const one = start('first', first.hook);
    await until(() => one.states()[0]?.place?.seen === 1n, 'the first follows');
    first.close();
    await append(store, `points-${anna}`, points(anna, 1));
    await until(() => first.isReached(), 'the first is held');
    second.close();
    const two = start('second', second.hook);
    await endLockSession('first');
    await until(() => second.isReached(), 'the second is held before the same event');
    first.open();
    await until(() => phaseOf(one) === 'standby', 'the first is refused');
    expect(await sumOf(anna)).toBe(0);
    second.open();
    await until(async () => (await sumOf(anna)) === 1, 'the second does it');
    expect(two.states()[0]?.place?.seen).toBe(2n);
  });

  it.each(['before-read', 'before-transaction'] as const)(
    'never write both: the first, held at %s and overtaken, is refused when it goes on',
    async (place) => {
      const anna = randomUUID();
      let letGo = (): void => undefined;
      let isHeld = false;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const first = start('first', async (point) => {
        if (point !== place || opened[0]!.feed.states()[0]?.place?.seen !== 1n) return;
        isHeld = true;
        await held;
      });
      await until(() => first.states()[0]?.place?.seen === 1n, 'the first follows');
      await append(store, `points-${anna}`, points(anna, 1));
      await until(() => isHeld, 'the first is held');
      const second = start('second');
      await endLockSession('first');
      await until(async () => (await sumOf(anna)) === 1, 'the second has done it');
      letGo();
      await append(store, `points-${anna}`, points(anna, 2));
      await until(async () => (await sumOf(anna)) === 3, 'the second goes on');
      await until(() => phaseOf(first) === 'standby', 'the first stands by');
      expect(phaseOf(second)).toBe('live');
      const { rows } = await database.pool.query('SELECT count(*)::int AS n FROM rm_points.addition');
      expect(rows).toEqual([{ n: 2 }]);
    },
  );
});
