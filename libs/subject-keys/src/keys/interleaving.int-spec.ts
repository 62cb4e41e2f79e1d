import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyDatabase, type Queryable } from '../database/key-database.js';
import { SubjectErased } from '../errors.js';
import { KekEpochs } from '../kek/kek-epochs.js';
import { KeyDestruction } from './destruction.js';
import { openFixture, sealFor, type KeyStoreFixture } from './key-store.fixture.js';
import { KeyProvisioning } from './provisioning.js';

// One process is stopped before each statement of its transaction in turn, while another does its whole work or waits
// for a lock of the first. So every interleaving of two transactions at the level of statements is tried, by no luck.

let fixture: KeyStoreFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** Stops before the n-th statement inside a transaction until it is told to go on. */
class StoppingDatabase extends KeyDatabase {
  statements = 0;
  readonly stopped: Promise<void>;
  private announce: () => void = () => undefined;
  private goOn: () => void = () => undefined;
  private readonly resumed = new Promise<void>((resolve) => (this.goOn = resolve));

  constructor(private readonly stopBefore: number) {
    super(fixture.database.url);
    this.stopped = new Promise((resolve) => (this.announce = resolve));
  }

  resume(): void {
    this.goOn();
  }

  override transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return super.transaction((tx) =>
      work({
        query: async (text, values) => {
          this.statements += 1;
          if (this.statements === this.stopBefore) {
            this.announce();
            await this.resumed;
          }
          return tx.query(text, values);
        },
      }),
    );
  }
}

/** Resolves when a connection to this database waits for a lock. */
async function someoneWaits(until: { settled: boolean }): Promise<void> {
  while (!until.settled) {
    const { rows } = await fixture.database.pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return;
  }
}

/** Runs `first` stopped before each of its statements in turn; `second` meanwhile; `check` after each. */
async function everyInterleaving<T>(scenario: {
  readonly prepare: () => Promise<T>;
  readonly first: (db: KeyDatabase, world: T) => Promise<unknown>;
  readonly second: (world: T) => Promise<unknown>;
  readonly check: (world: T, outcomes: readonly PromiseSettledResult<unknown>[]) => Promise<void>;
}): Promise<number> {
  for (let step = 1; ; step += 1) {
    const world = await scenario.prepare();
    const db = new StoppingDatabase(step);
    try {
      const first = scenario.first(db, world);
      const ended = first.then(
        () => 'ended' as const,
        () => 'ended' as const,
      );
      if ((await Promise.race([db.stopped, ended])) === 'ended') return step - 1;
      const progress = { settled: false };
      const second = scenario.second(world).finally(() => (progress.settled = true));
      second.catch(() => undefined);
      await someoneWaits(progress);
      db.resume();
      await scenario.check(world, await Promise.allSettled([first, second]));
    } finally {
      await db.close();
    }
  }
}

const failuresOf = (outcomes: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));

async function expectErased(
  subjectId: string,
  outcomes: readonly PromiseSettledResult<unknown>[],
): Promise<void> {
  for (const failure of failuresOf(outcomes)) expect(failure).toBeInstanceOf(SubjectErased);
  const { keys, fences } = await fixture.store.subjects.state(subjectId);
  expect(keys.filter(({ state }) => state !== 'shredded')).toEqual([]);
  expect(fences).toMatchObject([{ scope: 'identity', closed: true }]);
}

const provisioningOf = (db: KeyDatabase): KeyProvisioning =>
  new KeyProvisioning(db, new KekEpochs(db, fixture.kek));
const eraseAll = (subjectId: string): Promise<unknown> =>
  fixture.store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
const declaration = { declaredRevision: 1, createdEventId: randomUUID() };

describe('provision and erase at once (invariant 8)', () => {
  const knownSubject = async (): Promise<string> => {
    const subjectId = randomUUID();
    await sealFor(fixture.store, subjectId, 'evidence', {});
    return subjectId;
  };

  it('leaves no living key when the provision is overtaken', async () => {
    const steps = await everyInterleaving({
      prepare: knownSubject,
      first: (db, subjectId) => provisioningOf(db).prepare({ subjectId, scope: 'identity' }),
      second: eraseAll,
      check: async (subjectId, outcomes) => {
        for (const failure of failuresOf(outcomes)) expect(failure).toBeInstanceOf(SubjectErased);
        const { keys } = await fixture.store.subjects.state(subjectId);
        expect(keys.filter(({ scope, state }) => scope === 'identity' && state !== 'shredded')).toEqual([]);
      },
    });
    expect(steps).toBeGreaterThan(4);
  });

  it('leaves no living key when the activation is overtaken', async () => {
    const steps = await everyInterleaving({
      prepare: () => fixture.store.subjects.prepare({ subjectId: randomUUID(), scope: 'identity' }),
      first: (db, { kid }) => provisioningOf(db).activate(kid, declaration),
      second: ({ subjectId }) => eraseAll(subjectId),
      check: ({ subjectId }, outcomes) => expectErased(subjectId, outcomes),
    });
    expect(steps).toBeGreaterThan(4);
  });

  it('leaves no living key when the erasure is overtaken', async () => {
    const steps = await everyInterleaving({
      prepare: () => fixture.store.subjects.prepare({ subjectId: randomUUID(), scope: 'identity' }),
      first: (db, { subjectId }) =>
        new KeyDestruction(db).destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() }),
      second: async ({ subjectId, kid }) => {
        await fixture.store.subjects.activate(kid, declaration);
        const next = await fixture.store.subjects.rotate({ subjectId, scope: 'identity' });
        await fixture.store.subjects.activate(next.kid, declaration);
      },
      check: ({ subjectId }, outcomes) => expectErased(subjectId, outcomes),
    });
    expect(steps).toBeGreaterThan(3);
  });

  it('gives one key when two provision at once', async () => {
    await everyInterleaving({
      prepare: knownSubject,
      first: (db, subjectId) => provisioningOf(db).prepare({ subjectId, scope: 'identity' }),
      second: (subjectId) => fixture.store.subjects.prepare({ subjectId, scope: 'identity' }),
      check: async (_subjectId, outcomes) => {
        const kids = outcomes.map((each) =>
          each.status === 'fulfilled' ? (each.value as { kid: string }).kid : each,
        );
        expect(kids[1]).toBe(kids[0]);
        return Promise.resolve();
      },
    });
  });
});

describe('provision and the end of an epoch at once', () => {
  it('wraps no key under an epoch that is gone', async () => {
    const steps = await everyInterleaving({
      prepare: () => Promise.resolve({ subjectId: randomUUID(), scope: 'identity' }),
      first: (db, wish) => provisioningOf(db).prepare(wish),
      second: () => fixture.store.rotation.rotate(),
      check: async (wish, outcomes) => {
        expect(failuresOf(outcomes)).toEqual([]);
        const restarted = fixture.another();
        restarted.reconciled();
        const item = await sealFor(restarted, wish.subjectId, wish.scope, { a: 1 });
        expect((await fixture.store.subjects.openAll([item])).every((each) => 'fields' in each)).toBe(true);
        const { rows } = await fixture.database.pool.query(
          `SELECT kid FROM ks.subject_key JOIN ks.kek USING (kek_id) WHERE wrapped_dek IS NOT NULL AND kek.state <> 'active'`,
        );
        expect(rows).toEqual([]);
        await restarted.shutdown();
      },
    });
    expect(steps).toBeGreaterThan(4);
    expect(fixture.alarms).toEqual([]);
  });
});
