import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Column, DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import { openTestDatabase, type TestDatabase } from '#testing';
import type { Projection, Row } from './projection.js';
import { ReadModelTables } from './read-model-tables.js';
import { RowFold } from './row-fold.js';
import { RowMismatch } from './row-values.js';
import { hashOf } from './table-hash.js';
import { inTransaction } from './transaction.js';

// Goal: a table is what its entity says, and a row is the same to `evolve` whether it comes from the table or from
// earlier in the batch. Method: the catalogue of PostgreSQL, and random rows of every column type, written and read.

@Entity({ schema: 'rm_all_types', name: 'thing', comment: "Everything's row" })
@Index('thing_pair', ['flag', 'count'], { unique: true, where: '"flag"' })
class ThingEntity {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Whose' })
  subjectId!: string;
  @PrimaryColumn({ name: 'n', type: 'bigint' })
  n!: string;
  @Column({ name: 'label', type: 'text', nullable: true, comment: 'Free of values' })
  label!: string | null;
  @Column({ name: 'count', type: 'integer' })
  count!: number;
  @Column({ name: 'flag', type: 'boolean' })
  flag!: boolean;
  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt!: Date;
  @Column({ name: 'day', type: 'date', nullable: true })
  day!: string | null;
  @Column({ name: 'body', type: 'jsonb', nullable: true })
  body!: unknown;
}

@Entity({ schema: 'rm_all_types', name: 'wrong' })
class WrongEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;
  @Column({ name: 'price', type: 'numeric' })
  price!: string;
}

@Entity({ schema: 'public', name: 'elsewhere' })
class ElsewhereEntity {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id!: string;
}

const projection: Projection = {
  ...{ name: 'all-types', version: 1, entities: [ThingEntity], sharding: 'unsharded', handles: [] },
  project: () => [],
};
let database: TestDatabase;
let dataSource: DataSource;
let tables: ReadModelTables;

beforeAll(async () => {
  database = await openTestDatabase();
  dataSource = await new DataSource({
    ...{ type: 'postgres', url: database.url },
    entities: [ThingEntity, WrongEntity, ElsewhereEntity],
  }).initialize();
  tables = new ReadModelTables(dataSource, projection, 'live');
  await inTransaction(database.pool, 'durable', (client) => tables.create(client));
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const instants = fc.date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true });
const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000'));
const rows: fc.Arbitrary<Row> = fc.record({
  subject_id: fc.constantFrom(...Array.from({ length: 3 }, () => randomUUID())),
  n: fc.constantFrom(0n, -(2n ** 63n), 2n ** 63n - 1n),
  label: fc.option(texts),
  count: fc.integer(),
  flag: fc.constant(false),
  seen_at: instants.map((date) => date.toISOString()),
  day: fc.option(instants.map((date) => date.toISOString().slice(0, 10))),
  body: fc.option(
    fc.dictionary(texts, fc.oneof(texts, fc.integer(), fc.constant(null)), { noNullPrototype: true }),
  ),
});

/** Writes a row in a batch of its own. */
async function put(row: Row | undefined, key: Row): Promise<Row | undefined> {
  let before: Row | undefined;
  await inTransaction(database.pool, 'durable', async (client) => {
    const fold = new RowFold(tables.shapes);
    const evolve = (old: Row | undefined): Row | undefined => {
      before = old;
      return row;
    };
    const changes = fold.place([{ entity: ThingEntity, key, evolve }]);
    fold.want(changes);
    await tables.load(client, fold);
    fold.apply(changes);
    await tables.write(client, fold);
  });
  return before;
}

const keyOf = ({ subject_id, n }: Row): Row => ({ subject_id, n });

describe('the table of an entity', () => {
  it('has its columns, key, indexes and documentation', async () => {
    const { rows: columns } = await database.pool.query(
      `SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable,
         col_description('rm_all_types.thing'::regclass, ordinal_position) AS comment
       FROM information_schema.columns WHERE table_schema = 'rm_all_types' ORDER BY ordinal_position`,
    );
    expect(columns).toEqual([
      { name: 'subject_id', type: 'uuid', nullable: false, comment: 'Whose' },
      { name: 'n', type: 'bigint', nullable: false, comment: null },
      { name: 'label', type: 'text', nullable: true, comment: 'Free of values' },
      { name: 'count', type: 'integer', nullable: false, comment: null },
      { name: 'flag', type: 'boolean', nullable: false, comment: null },
      { name: 'seen_at', type: 'timestamp with time zone', nullable: false, comment: null },
      { name: 'day', type: 'date', nullable: true, comment: null },
      { name: 'body', type: 'jsonb', nullable: true, comment: null },
    ]);
    const { rows: others } = await database.pool.query(
      `SELECT obj_description('rm_all_types.thing'::regclass) AS text UNION ALL
       SELECT indexdef FROM pg_indexes WHERE schemaname = 'rm_all_types' ORDER BY 1`,
    );
    expect(others.map(({ text }) => text)).toEqual([
      'CREATE UNIQUE INDEX thing_pair ON rm_all_types.thing USING btree (flag, count) WHERE flag',
      'CREATE UNIQUE INDEX thing_pkey ON rm_all_types.thing USING btree (subject_id, n)',
      "Everything's row",
    ]);
  });

  it.each([
    ['a type that a rebuild might write differently', WrongEntity, /numeric/],
    ['a schema of somebody else', ElsewhereEntity, /rm_all_types/],
  ])('is refused with %s', (_, entity, message) => {
    const build = () => new ReadModelTables(dataSource, { ...projection, entities: [entity] }, 'live');
    expect(build).toThrow(message);
  });
});

describe('a row', () => {
  it('comes back from the table as it went in, and goes when it is taken away', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (row) => {
        await put(row, keyOf(row));
        expect(await put(undefined, keyOf(row))).toEqual(row);
        expect(await put(undefined, keyOf(row))).toBeUndefined();
      }),
      { numRuns: 40 },
    );
  });

  it('is the same after a batch as after single steps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(rows, fc.boolean()), { maxLength: 8 }), async (steps) => {
        const write = async (size: number): Promise<string> => {
          await database.pool.query('TRUNCATE rm_all_types.thing');
          for (let from = 0; from < steps.length; from += size) {
            await inTransaction(database.pool, 'durable', async (client) => {
              const fold = new RowFold(tables.shapes);
              const changes = steps.slice(from, from + size).map(([row, stays]) => {
                const evolve = (old: Row | undefined) =>
                  stays ? { ...row, label: `${String(old?.['label'])}+`.slice(-40) } : undefined;
                return fold.place([{ entity: ThingEntity, key: keyOf(row), evolve }]);
              });
              changes.forEach((one) => fold.want(one));
              await tables.load(client, fold);
              changes.forEach((one) => fold.apply(one));
              await tables.write(client, fold);
            });
          }
          return (await hashOf(database.pool, 'rm_all_types')).hash;
        };
        expect(await write(steps.length + 1)).toBe(await write(1));
      }),
      { numRuns: 15 },
    );
  });

  const good = {
    ...{ subject_id: randomUUID(), n: 1n, label: null, count: 1, flag: true },
    ...{ seen_at: '2026-11-21T18:00:00.000Z', day: null, body: null },
  };
  it.each<[string, Row]>([
    ['a member that the table lacks', { colour: 'red' }],
    ['no value where one must be', { count: null }],
    ['NUL in a text', { label: 'a\u0000' }],
    ['a lone surrogate', { label: '\ud800' }],
    ['NUL deep in JSON', { body: { a: [{ b: 'c\u0000' }] } }],
    ['a float for an integer', { count: 1.5 }],
    ['an integer of 33 bits', { count: 2 ** 31 }],
    ['a text for a flag', { flag: 'true' }],
    ['a day that is none', { day: '2026-13-01' }],
    ['an instant without zone', { seen_at: '2026-11-21 18:00:00' }],
    ['an instant that is none', { seen_at: new Date(NaN) }],
  ])('is refused with %s, without quoting it', async (_, change) => {
    const error: unknown = await put({ ...good, ...change }, keyOf(good)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RowMismatch);
    for (const value of Object.values(change))
      expect((error as Error).message).not.toContain(JSON.stringify(value));
  });

  it('takes what is equal: dates, numbers and texts of numbers', async () => {
    const written = { ...good, n: '7', seen_at: new Date('2026-11-21T19:00:00+01:00') };
    await put(written, { subject_id: good.subject_id, n: 7 });
    expect(await put(undefined, { subject_id: good.subject_id, n: 7n })).toEqual({ ...good, n: 7n });
  });
});

describe('the hash of a schema', () => {
  it('is that of its rows, whatever their order, and tells every change', async () => {
    await database.pool.query(
      'CREATE SCHEMA a; CREATE TABLE a.t (x int, y text); CREATE SCHEMA b; CREATE TABLE b.t (x int, y text)',
    );
    const same = async () =>
      (await hashOf(database.pool, 'a')).hash === (await hashOf(database.pool, 'b')).hash;
    expect(await same()).toBe(true);
    await database.pool.query(`INSERT INTO a.t VALUES (1, 'p'), (2, 'q'), (2, 'q')`);
    await database.pool.query(`INSERT INTO b.t VALUES (2, 'q'), (1, 'p')`);
    expect(await same()).toBe(false);
    await database.pool.query(`INSERT INTO b.t VALUES (2, 'q')`);
    expect(await same()).toBe(true);
    await database.pool.query(`UPDATE b.t SET y = 'r' WHERE x = 1`);
    expect(await same()).toBe(false);
    await database.pool.query(`UPDATE a.t SET y = 'r' WHERE x = 1; CREATE TABLE a.u ()`);
    expect(await same()).toBe(false);
  });
});
