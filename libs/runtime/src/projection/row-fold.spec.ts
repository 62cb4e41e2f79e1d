import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntityClass, Row, RowChange } from './projection.js';
import { RowFold } from './row-fold.js';
import { arrayText, columnArray, RowMismatch } from './row-values.js';
import type { ColumnShape, TableShape } from './table-shape.js';

// Goal: a batch in memory is the same as its events one by one on a table. Method: a map as the table, and events of
// several changes of which some throw.

class Entity {
  declare id: number;
}
const column = (name: string, kind: ColumnShape['kind'], isNullable = false): ColumnShape => {
  return { name, kind, sqlType: kind, isNullable, comment: undefined };
};
const key = column('id', 'integer');
const table: TableShape = {
  ...{ entity: Entity, schema: 'rm_x', name: 't', comment: undefined, indexes: [] },
  ...{ columns: [key, column('n', 'integer', true)], key: [key] },
};
const tables = new Map<EntityClass, TableShape>([[Entity, table]]);

type Step = readonly { readonly id: number; readonly does: 'add' | 'remove' | 'throw' | 'nothing' }[];
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.array(fc.record({ id: fc.nat(2), does: fc.constantFrom('add', 'remove', 'throw', 'nothing') }), {
    maxLength: 4,
  }),
  { maxLength: 12 },
);

function changeOf({ id, does }: Step[number]): RowChange {
  return {
    entity: Entity,
    key: { id },
    evolve: (row) => {
      if (does === 'throw') throw new Error('no');
      if (does === 'nothing') return row;
      return does === 'remove' ? undefined : { id, n: Number(row?.['n'] ?? 0) + 1 };
    },
  };
}

/** All changes of an event or none, straight on the table. */
function model(before: Map<number, Row>, events: readonly Step[]): Map<number, Row> {
  let rows = before;
  for (const event of events) {
    const next = new Map(rows);
    try {
      for (const step of event) {
        const row = changeOf(step).evolve(next.get(step.id));
        if (row === undefined) next.delete(step.id);
        else next.set(step.id, row);
      }
      rows = next;
    } catch {
      // An event that throws changes nothing.
    }
  }
  return rows;
}

function inBatch(before: Map<number, Row>, events: readonly Step[]): Map<number, Row> {
  const fold = new RowFold(tables);
  const placed = events.map((event) => fold.place(event.map(changeOf)));
  placed.forEach((changes) => fold.want(changes));
  for (const [wanted, keys] of fold.wanted())
    fold.loaded(
      wanted,
      keys.map(({ id }) => before.get(id as number)).filter((row) => row !== undefined),
    );
  for (const changes of placed) {
    try {
      fold.apply(changes);
    } catch (error) {
      expect((error as Error).message).toBe('no');
    }
  }
  const rows = new Map(before);
  for (const [, { upserts, removals }] of fold.changes()) {
    for (const row of upserts) rows.set(row['id'] as number, row);
    for (const row of removals) expect(rows.delete(row['id'] as number)).toBe(true);
  }
  return rows;
}

describe('a batch', () => {
  it('leaves the rows that its events leave one by one, and nothing of an event that throws', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.nat(12)), (events, cuts) => {
        let rows = new Map<number, Row>([[0, { id: 0, n: 5 }]]);
        const expected = model(rows, events);
        let from = 0;
        for (const cut of [...cuts, events.length]) {
          rows = inBatch(rows, events.slice(from, from + cut));
          from += cut;
        }
        expect(rows).toEqual(expected);
      }),
    );
  });

  it('loads each row once and writes only what changed', () => {
    const fold = new RowFold(tables);
    const placed = [1, 1, 2].map((id) => fold.place([changeOf({ id, does: id === 1 ? 'add' : 'nothing' })]));
    placed.forEach((changes) => fold.want(changes));
    expect(fold.wanted()).toEqual([[table, [{ id: 1 }, { id: 2 }]]]);
    placed.forEach((changes) => fold.apply(changes));
    expect(fold.changes()).toEqual([[table, { upserts: [{ id: 1, n: 2 }], removals: [] }]]);
  });

  it('refuses a table that the projection does not declare, and a key without value', () => {
    const fold = new RowFold(tables);
    class Other {
      declare id: number;
    }
    expect(() => fold.place([{ entity: Other, key: {}, evolve: () => undefined }])).toThrow(/Other/);
    expect(() => fold.place([{ entity: Entity, key: {}, evolve: () => undefined }])).toThrow(RowMismatch);
  });
});

describe('rows that change again and again', () => {
  const wide: TableShape = {
    ...table,
    columns: [key, column('n', 'integer'), column('at', 'instant', true), column('list', 'json', true)],
  };
  const after = (...evolves: RowChange['evolve'][]): readonly Row[] => {
    const fold = new RowFold(new Map([[Entity, wide]]));
    const placed = evolves.map((evolve) => fold.place([{ entity: Entity, key: { id: 1 }, evolve }]));
    placed.forEach((changes) => fold.want(changes));
    placed.forEach((changes) => fold.apply(changes));
    return fold.changes().flatMap(([, { upserts }]) => upserts);
  };
  const first = (): Row => ({ id: 1, n: 1, at: '2026-01-31T00:00:00Z' });

  it('keep their normal form', () => {
    const normal = { id: 1, n: 2, at: '2026-01-31T00:00:00.000Z', list: null };
    expect(after(first, (row) => ({ ...row, n: 2 }))).toEqual([normal]);
    expect(after(first, (row) => ({ ...row, n: 2, at: '2026-01-31T01:00:00+01:00' }))).toEqual([normal]);
    expect(after(first, () => ({ n: 2 }))).toEqual([{ id: 1, n: 2, at: null, list: null }]);
    expect(after(first, (row) => ({ ...row, id: 7, n: 2 }))).toEqual([normal]);
  });

  it.each<[string, (row: Row | undefined) => Row]>([
    ['another type', (row) => ({ ...row, n: 'one' })],
    ['null where a value must be', (row) => ({ ...row, n: null })],
    ['list with a text that PostgreSQL refuses', (row) => ({ ...row, list: [{ a: ['\u0000'] }] })],
    ['name that PostgreSQL refuses', (row) => ({ ...row, list: { '\ud800': 1 } })],
    ['row without a value', () => ({ id: 1 })],
    ['a member that no column has', (row) => ({ ...row, other: 1 })],
  ])('take no %s', (_, evolve) => {
    expect(() => after(first, evolve)).toThrow(RowMismatch);
  });

  it('are told apart by all of their key', () => {
    const [a, b] = [column('a', 'text'), column('b', 'text')];
    const pairs: TableShape = { ...table, columns: [a, b], key: [a, b] };
    const fold = new RowFold(new Map([[Entity, pairs]]));
    const keys: Row[] = [
      { a: 'x', b: 'yz' },
      { a: 'xy', b: 'z' },
      { a: 'xyz', b: '' },
    ];
    for (const one of keys) fold.want(fold.place([{ entity: Entity, key: one, evolve: () => one }]));
    expect(fold.wanted()).toEqual([[pairs, keys]]);
  });
});

describe('the text of an array', () => {
  it('keeps every value apart', () => {
    const text = column('t', 'text', true);
    expect(columnArray(text, [{ t: 'a"b\\c' }, { t: null }, { t: 'NULL' }, { t: '' }])).toBe(
      String.raw`{"a\"b\\c",NULL,"NULL",""}`,
    );
    expect(columnArray(column('j', 'json'), [{ j: { a: 'x"\n' } }])).toBe(
      String.raw`{"{\"a\":\"x\\\"\\n\"}"}`,
    );
    expect(columnArray(column('j', 'json'), [{ j: [] }, { j: [[]] }, { j: {} }, { j: '' }])).toBe(
      String.raw`{"[]","[[]]","{}","\"\""}`,
    );
    expect(columnArray(column('b', 'bytes'), [{ b: Buffer.of(1, 255) }])).toBe(String.raw`{"\\x01ff"}`);
    expect(columnArray(column('n', 'bigint'), [{ n: 7n }, { n: -1n }])).toBe('{7,-1}');
    expect(arrayText('{,}')).toBe('"{,}"');
  });
});
