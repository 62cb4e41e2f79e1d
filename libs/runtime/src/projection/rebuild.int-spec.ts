import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import type { InMemoryEventStore } from '#event-store';
import { LedgerFeed } from './ledger-feed.js';
import { NoSuchProjection, ProjectionControl } from './projection-control.js';
import { ProjectionRunner } from './projection-runner.js';
import type { Projection } from './projection.js';
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

// Goal (R7): nobody who reads notices a rebuild. Method: readers that never pause, on prepared statements and on a
// view, while writers write, the same version is rebuilt, and a new version with other tables replaces the old one.

const PEOPLE = Array.from({ length: 8 }, () => randomUUID());
const REPORTING = (schema: string): string => `
  CREATE SCHEMA IF NOT EXISTS reporting;
  CREATE OR REPLACE VIEW reporting.points AS SELECT subject_id, jsonb_array_length(history) AS n FROM ${schema}.balance;`;

@Entity({ schema: 'rm_points', name: 'balance', comment: 'Second version: other columns in another order' })
class BalanceEntity2 {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid' })
  subjectId!: string;
  @Column({ name: 'history', type: 'jsonb' })
  history!: object;
  @Column({ name: 'level', type: 'text' })
  level!: string;
}

const second: Projection = {
  name: 'points',
  version: 2,
  entities: [BalanceEntity2],
  sharding: 'unsharded',
  handles: ['PointsAdded'],
  afterSwitch: REPORTING,
  project: (event) => {
    const { subjectId, points: amount } = event.data as { subjectId: string; points: number };
    const evolve = (row: Readonly<Record<string, unknown>> | undefined) => ({
      history: [...((row?.['history'] as unknown[] | undefined) ?? []), amount],
      level: 'second',
    });
    return [{ entity: BalanceEntity2, key: { subject_id: subjectId }, evolve }];
  },
};

let database: ToyDatabase;
let secondSource: DataSource;
let store: InMemoryEventStore;
let control: ProjectionControl;
const runners: { feed: LedgerFeed; runner: ProjectionRunner }[] = [];

beforeAll(async () => {
  database = await openToyDatabase();
  secondSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [BalanceEntity2],
  }).initialize();
  store = await openToyLedger(randomUUID());
  control = new ProjectionControl(database.pool);
});
afterAll(async () => {
  for (const { feed } of runners) await feed.stop();
  await secondSource.destroy();
  await database.drop();
});

function start(dataSource: DataSource, projection: Projection, tickMs = 50): ProjectionRunner {
  const feed = new LedgerFeed({ store, pool: database.pool, tickMs, maxBackOffMs: 100 });
  const runner = new ProjectionRunner({ feed, codec: toyCodec, dataSource, projections: [projection] });
  feed.start();
  runners.push({ feed, runner });
  return runner;
}

async function streamOf(person: string): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of store.read(`points-${person}`)) events.push(event);
  return events;
}

class Traffic {
  readonly errors: string[] = [];
  reads = 0;
  stepsBack = 0;
  private isOver = false;
  private readonly pool = new pg.Pool({ connectionString: database.url, max: 6 });
  private readonly running: Promise<void>[];

  constructor() {
    this.running = [
      this.write(),
      ...[0, 1, 2].map(() =>
        this.read({
          name: 'by-person',
          text: 'SELECT jsonb_array_length(history) AS n FROM rm_points.balance WHERE subject_id = $1',
        }),
      ),
      this.read({ name: 'by-view', text: 'SELECT n FROM reporting.points WHERE subject_id = $1' }),
      this.read({ text: 'SELECT n FROM reporting.points WHERE subject_id = $1' }),
    ];
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.running);
    await this.pool.end();
  }

  private async write(): Promise<void> {
    for (let i = 0; !this.isOver; i += 1) {
      const person = PEOPLE[i % PEOPLE.length]!;
      await append(store, `points-${person}`, points(person, (i % 9) + 1));
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  }

  /** What one reader has seen once it never loses again. */
  private async read(query: { name?: string; text: string }): Promise<void> {
    const client = await this.pool.connect();
    const seen = new Map<string, number>();
    for (let i = 0; !this.isOver; i += 1) {
      const person = PEOPLE[i % PEOPLE.length]!;
      try {
        const { rows } = await client.query<{ n: number }>({ ...query, values: [person] });
        const n = rows[0]?.n ?? 0;
        if (n < (seen.get(person) ?? 0)) this.stepsBack += 1;
        seen.set(person, n);
        this.reads += 1;
      } catch (error) {
        this.errors.push((error as Error).message);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    client.release();
  }
}

/** Three rebuilds of the first version, the change to the second, and one rebuild of that. */
async function underTraffic(first: ProjectionRunner): Promise<unknown> {
  for (let i = 0; i < 3; i += 1) {
    const comparison = await control.rebuild('points');
    expect(comparison).toMatchObject({ kind: 'compared', isEqual: true, sameEvents: true });
  }
  await until(() => first.states()[0]?.phase === 'live', 'the first version is live again');
  const newer = start(secondSource, second);
  await until(() => newer.states()[0]?.phase === 'live', 'the second version is live');
  await until(() => first.states()[0]?.phase === 'standby', 'the first version stands by');
  return control.rebuild('points');
}

describe('a rebuild under traffic', () => {
  it('of the same version and to a new one shows no reader an error, a gap or a step back', async () => {
    for (let i = 0; i < 400; i += 1) {
      const person = PEOPLE[i % PEOPLE.length]!;
      await append(store, `points-${person}`, points(person, (i % 9) + 1));
    }
    const first = start(database.dataSource, pointsProjection(1, { afterSwitch: REPORTING }));
    await until(() => first.states()[0]?.phase === 'live', 'the first version is live');

    const traffic = new Traffic();
    const comparison = await underTraffic(first).finally(() => traffic.stop());

    expect(comparison).toMatchObject({ kind: 'compared', isEqual: true });
    expect(traffic.errors).toEqual([]);
    expect(traffic.stepsBack).toBe(0);
    expect(traffic.reads).toBeGreaterThan(500);
    expect((await control.status())[0]).toMatchObject({ version: 2, rebuild: { phase: 'done', version: 2 } });
    const { rows } = await database.pool.query<{ schema_name: string }>(
      `SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'rm%'`,
    );
    expect(rows).toEqual([{ schema_name: 'rm_points' }]);
  });

  it('leaves an owner that has not noticed the switch unable to write into the new tables', async () => {
    for (const { feed } of runners.splice(0)) await feed.stop();
    await database.pool.query('DROP SCHEMA rm_points CASCADE; TRUNCATE ops.checkpoint, ops.rebuild');
    const [person] = PEOPLE as [string];
    const size = (await streamOf(person)).length;
    // It looks around once a minute: the next event is the first it hears of the switch.
    const first = start(database.dataSource, pointsProjection(), 60_000);
    await until(() => first.states()[0]?.phase === 'live', 'the first version is live');
    start(secondSource, second);
    await until(async () => (await control.status())[0]?.version === 2, 'the second version is switched to');
    await append(store, `points-${person}`, points(person, 1));
    const count = async () =>
      (
        await database.pool.query<{ n: number }>(
          `SELECT jsonb_array_length(history) AS n FROM rm_points.balance WHERE subject_id = $1 AND level = 'second'`,
          [person],
        )
      ).rows[0]?.n;
    await until(async () => (await count()) === size + 1, 'the second version has done the event');
    await until(() => first.states()[0]?.phase === 'standby', 'the first version is refused');
    expect(await count()).toBe(size + 1);
  });

  it('makes tables again that somebody has dropped', async () => {
    await database.pool.query('DROP SCHEMA rm_points CASCADE');
    await append(store, `points-${PEOPLE[0]!}`, points(PEOPLE[0]!, 1));
    const rows = async () =>
      (await database.pool.query('SELECT FROM rm_points.balance').catch(() => undefined))?.rowCount;
    await until(async () => (await rows()) === PEOPLE.length, 'the tables are back');
  });

  it('is refused for the audit copy and for what nobody keeps', async () => {
    await expect(control.rebuild('audit')).rejects.toBeInstanceOf(NoSuchProjection);
    await expect(control.rebuild('nothing')).rejects.toBeInstanceOf(NoSuchProjection);
  });
});

describe('a store that holds another history', () => {
  it('is noticed at start and followed only after a rebuild', async () => {
    for (const { feed } of runners.splice(0)) await feed.stop();
    store = await openToyLedger(randomUUID());
    await append(store, `points-${PEOPLE[0]!}`, points(PEOPLE[0]!, 1), points(PEOPLE[0]!, 2));
    const runner = start(secondSource, second);
    await until(() => runner.states()[0]?.phase === 'another-history', 'the other history is noticed');
    const { rowCount } = await database.pool.query('SELECT FROM rm_points.balance');
    expect(rowCount).toBe(PEOPLE.length);

    await control.rebuild('points');
    await until(() => runner.states()[0]?.phase === 'live', 'the rebuilt projection follows');
    const { rows } = await database.pool.query('SELECT subject_id, history FROM rm_points.balance');
    expect(rows).toEqual([{ subject_id: PEOPLE[0], history: [1, 2] }]);
  });
});
