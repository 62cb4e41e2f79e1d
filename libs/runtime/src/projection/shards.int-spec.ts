import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { InMemoryEventStore } from '#event-store';
import { StoredCheckpoints } from './checkpoint-reader.js';
import type { FaultPoint } from './fault-points.js';
import { ProjectionControl } from './projection-control.js';
import { shardOf } from './sharding.js';
import {
  BAD,
  forget,
  outcomeOf,
  sharedPoints,
  startProcess,
  steps,
  take,
  type FollowingProcess,
  type Outcome,
  type ProcessOptions,
  type Step,
} from './shards.harness.js';
import {
  append,
  openToyDatabase,
  openToyLedger,
  points,
  toyEvent,
  until,
  type ToyDatabase,
} from './toy.harness.js';

// Goal: in how many shards a projection runs is seen by nobody. Method: random histories, poison among them, done in one
// shard and in four, live and rebuilt, by one process and by several of which some die; then every row is compared.

const SHARDS = 4;
/** Some in every shard. */
const PEOPLE = Array.from({ length: 9 }, (_, i) => personOf(i % SHARDS));
let database: ToyDatabase;
let control: ProjectionControl;
let store: InMemoryEventStore;
const processes: FollowingProcess[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  control = new ProjectionControl(database.pool);
});
afterAll(() => database.drop());
afterEach(async () => {
  await stopAll();
  await forget(database);
});

function start(options: Partial<ProcessOptions> & { shards: number }): FollowingProcess {
  const process = startProcess(database, store, options);
  processes.push(process);
  return process;
}

async function stopAll(): Promise<void> {
  for (const process of processes.splice(0)) await process.stop();
}

/** The state that one process in so many shards leaves. */
async function stateIn(shards: number, batchSize: number): Promise<Outcome> {
  await forget(database);
  start({ shards, batchSize });
  const outcome = await outcomeOf(database, store);
  await stopAll();
  return outcome;
}

async function history(all: readonly Step[]): Promise<void> {
  store = await openToyLedger(randomUUID());
  for (const step of all) await take(store, PEOPLE, step);
}

/** Sound steps of all people, and so many that a take-over happens in the middle. */
async function longHistory(length: number): Promise<void> {
  const all = Array.from({ length }, (_, i): Step => ({
    ...{ kind: i % 37 === 36 ? 'lost' : 'points', who: i % PEOPLE.length },
    ...{ others: i % 3 === 0 ? [(i * 7) % PEOPLE.length] : [], points: (i % 9) + 1 },
  }));
  await history(all);
}

const shardsLive = async (): Promise<number[]> =>
  (await control.status()).flatMap(({ shards }) => shards.map(({ shard }) => shard));

const owned = ({ runner }: FollowingProcess): number =>
  runner.states().filter(({ phase }) => phase === 'live' || phase === 'catching-up').length;

describe('any history', () => {
  it('leaves the same rows and holds the same people back in one shard and in four, rebuilt or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps(PEOPLE.length), { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        async (all, batchSize) => {
          await history(all);
          const whole = await stateIn(1, batchSize);
          const cut = await stateIn(SHARDS, batchSize);
          expect(cut).toEqual(whole);
          start({ shards: SHARDS, batchSize });
          const comparison = await control.rebuild('points');
          expect(comparison).toMatchObject({ kind: 'compared', isEqual: true, sameEvents: true });
          expect(await outcomeOf(database, store)).toEqual(whole);
          await stopAll();
        },
      ),
      { numRuns: 15 },
    );
  });

  it('is the same once its causes are mended and what was parked is tried again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps(PEOPLE.length), { minLength: 5, maxLength: 25 }), async (all) => {
        await history(all.filter(({ kind }) => kind === 'points' || kind === 'lost'));
        const outcomes: Outcome[] = [];
        for (const shards of [1, SHARDS]) {
          await stateIn(shards, 5);
          start({ shards, projection: mended });
          for (const { eventId } of await control.parked('points'))
            await control.retryParked('points', eventId);
          outcomes.push(await outcomeOf(database, store));
          await stopAll();
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[0]?.held).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});

/** What was bad counts for nothing. */
const mended = sharedPoints(1, {
  project: (event) => {
    const data = event.data as { points?: number };
    const isBad = Object.values(BAD).some((bad) => bad === data.points);
    return sharedPoints().project(isBad ? { ...event, data: { ...data, points: 1 } } : event);
  },
});

describe('an event of several people', () => {
  const [anna, bert] = [personOf(1), personOf(3)];

  it('stops the one whose part cannot be done, and the other one goes on', async () => {
    store = await openToyLedger(randomUUID());
    await append(store, `points-${anna}`, points(anna, BAD.event));
    await append(
      store,
      `points-${anna}`,
      toyEvent('PointsAdded', { subjectId: anna, points: 2 }, [anna, bert]),
    );
    for (const shards of [1, SHARDS]) {
      await stateIn(shards, 500);
      expect(await control.parkedAmong('points', [anna, bert])).toEqual(new Set([anna]));
      const { rows } = await database.pool.query('SELECT subject_id, points FROM rm_points.balance');
      expect(rows).toEqual([{ subject_id: bert, points: '2' }]);
    }
  });

  it('is shown once among the parked events, whatever number of shards has parked it', async () => {
    store = await openToyLedger(randomUUID());
    const poison = toyEvent('PointsDoubled', {}, [anna, bert]);
    await append(store, `points-${anna}`, poison);
    await stateIn(SHARDS, 500);
    const parked = await control.parked('points');
    expect(parked).toMatchObject([{ eventId: poison.id, reason: 'unknown-type', isWaiting: false }]);
    expect(new Set(parked[0]?.concerned)).toEqual(new Set([anna, bert]));
    expect((await control.status())[0]?.parked).toBe(1);
  });

  it('may change no row of somebody whom it does not name', async () => {
    store = await openToyLedger(randomUUID());
    const strange = sharedPoints(1, {
      project: (event) => sharedPoints().project({ ...event, metadata: { ...event.metadata, sub: [bert] } }),
    });
    await append(store, `points-${anna}`, points(anna, 1));
    start({ shards: SHARDS, projection: strange });
    await outcomeOf(database, store);
    expect(await control.parkedAmong('points', [anna, bert])).toEqual(new Set([anna]));
  });
});

/** A person whom a shard keeps. */
function personOf(shard: number): string {
  for (;;) {
    const person = randomUUID();
    if (shardOf(person, SHARDS) === shard) return person;
  }
}

describe('a read that waits for a token', () => {
  it('waits for the shard that is furthest behind', async () => {
    const slow = 2;
    store = await openToyLedger(randomUUID());
    start({ shards: SHARDS });
    await outcomeOf(database, store);
    const checkpoints = new StoredCheckpoints(database.pool);
    const blocker = await database.pool.connect();
    let waiting: Promise<boolean> | undefined;
    try {
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM ops.checkpoint WHERE shard = $1 FOR UPDATE', [slow]);
      await append(store, `points-${PEOPLE[0]!}`, points(PEOPLE[0]!, 1));
      const head = (await store.head())!;
      const isThere = async (): Promise<boolean[]> =>
        (await control.status())[0]!.shards.map(({ position }) => position === head);
      await until(
        async () => (await isThere()).every((is, shard) => is || shard === slow),
        'all shards but one have done it',
      );
      const [status] = await control.status();
      expect(status!.shards.map(({ behind }) => behind)).toEqual([0, 0, 1, 0]);
      expect(status!.position).not.toBe(head);
      expect(await checkpoints.waitFor('points', head, 50)).toBe(false);
      waiting = checkpoints.waitFor('points', head, 120_000);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
    expect(await waiting).toBe(true);
  });
});

describe('another number of shards', () => {
  it('is built beside the live one and switched to; whoever was told the old number keeps what is live going', async () => {
    await longHistory(120);
    const old = start({ shards: 1 });
    const before = await outcomeOf(database, store);
    start({ shards: SHARDS });
    await until(async () => (await shardsLive()).length === SHARDS, 'it runs in four shards');
    expect(await outcomeOf(database, store)).toEqual(before);
    expect((await control.status())[0]?.rebuild).toMatchObject({
      phase: 'done',
      comparison: { kind: 'not-compared', reason: 'other-shards' },
    });
    // The old process follows in four shards too, and does not build its own number again.
    await until(() => owned(old) === SHARDS / 2, 'both have their share');
    await append(store, `points-${PEOPLE[1]!}`, points(PEOPLE[1]!, 1));
    await outcomeOf(database, store);
    const comparison = await control.rebuild('points');
    expect(comparison).toMatchObject({ kind: 'compared', isEqual: true });
    expect(await shardsLive()).toHaveLength(SHARDS);
  });

  it('can be gone back from, and the writer of a shard that was made anew meanwhile stays out', async () => {
    await longHistory(60);
    const gate = new Gate('before-transaction');
    const late = start({ shards: SHARDS, fault: gate.hook });
    await outcomeOf(database, store);
    gate.close();
    await take(store, PEOPLE, { kind: 'points', who: 0, others: [1, 2, 3, 4, 5], points: 1 });
    try {
      await until(() => gate.waiting === SHARDS, 'each of its shards is held in the middle of a batch');
      await late.loseLocks();
      for (const shards of [1, SHARDS]) {
        const process = start({ shards });
        await until(
          async () => (await shardsLive()).length === shards,
          `it runs in ${String(shards)} shards`,
        );
        await outcomeOf(database, store);
        await process.stop();
        processes.splice(1);
      }
    } finally {
      gate.open();
    }
    const outcome = await outcomeOf(database, store);
    await take(store, PEOPLE, { kind: 'lost', who: 8, others: [], points: 0 });
    await outcomeOf(database, store);
    expect(await control.rebuild('points')).toMatchObject({ kind: 'compared', isEqual: true });
    expect(outcome.held).toEqual([]);
  });
});

/** A place at which every shard of a process can be held. */
class Gate {
  waiting = 0;
  private held: Promise<void> | undefined;
  private letGo: () => void = () => undefined;

  constructor(private readonly place: FaultPoint) {}

  readonly hook = async (point: FaultPoint): Promise<void> => {
    if (point !== this.place || this.held === undefined) return;
    this.waiting += 1;
    await this.held;
  };

  close(): void {
    this.held = new Promise((resolve) => (this.letGo = resolve));
  }

  open(): void {
    this.held = undefined;
    this.letGo();
  }
}

describe('several processes', () => {
  it('share the shards out, and what a dead one kept is taken over without a lost or doubled row', async () => {
    await longHistory(900);
    const whole = await stateIn(1, 500);
    await forget(database);
    const slow = { shards: SHARDS, batchSize: 5 };
    const all = [start(slow), start(slow), start(slow)];
    const shares = (): number[] => all.map(owned);
    const isFair = (): boolean =>
      shares().reduce((sum, n) => sum + n) === SHARDS && Math.max(...shares()) === 2;
    await until(isFair, 'none of the three has more than its share');
    for (let left = all.length - 1; left > 0; left -= 1) {
      const [busiest] = [...all].sort((a, b) => owned(b) - owned(a));
      all.splice(all.indexOf(busiest!), 1);
      processes.splice(processes.indexOf(busiest!), 1);
      await busiest!.kill();
      await until(() => shares().reduce((sum, n) => sum + n) === SHARDS, 'the others have taken over');
      expect(Math.max(...shares())).toBe(SHARDS / left);
    }
    expect(await outcomeOf(database, store)).toEqual(whole);
  });

  it.each(['before-read', 'before-transaction', 'rows-loaded', 'before-commit'] as const)(
    'overtake one that is paused at %s, and it writes nothing twice when it goes on',
    async (place) => {
      await longHistory(400);
      const whole = await stateIn(1, 500);
      await forget(database);
      // What a transaction has locked stays so until it ends: there the second one can only wait.
      const isInTransaction = place === 'rows-loaded' || place === 'before-commit';
      const gate = new Gate(place);
      const first = start({ shards: SHARDS, batchSize: 7, fault: gate.hook });
      await until(() => first.runner.states().every(({ place: at }) => (at?.seen ?? 0n) > 7n), 'it works');
      gate.close();
      try {
        await until(() => gate.waiting >= (isInTransaction ? 1 : SHARDS), 'it is held');
        start({ shards: SHARDS, batchSize: 50 });
        await first.loseLocks();
        if (!isInTransaction) expect(await outcomeOf(database, store)).toEqual(whole);
      } finally {
        gate.open();
      }
      expect(await outcomeOf(database, store)).toEqual(whole);
    },
  );
});
