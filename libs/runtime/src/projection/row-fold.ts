import type { EntityClass, Row, RowChange } from './projection.js';
import { keyText, normalKey, normalRow } from './row-values.js';
import type { TableShape } from './table-shape.js';

/** A change whose table and key have been looked up. */
export interface PlacedChange {
  readonly table: TableShape;
  readonly key: Row;
  readonly keyText: string;
  readonly change: RowChange;
}

/** What a batch leaves of one table. */
export interface TableChanges {
  readonly upserts: Row[];
  readonly removals: Row[];
}

interface Cell {
  readonly key: Row;
  row: Row | undefined;
  /** A row stands in the table under this key. */
  isStored: boolean;
  isChanged: boolean;
}

/** The rows that a batch touches, folded in memory: each is loaded once and written once. */
export class RowFold {
  private readonly cells = new Map<TableShape, Map<string, Cell>>();

  constructor(private readonly tables: ReadonlyMap<EntityClass, TableShape>) {}

  /** Looks up table and key of each change and makes room for its row. Throws for a table that is not declared. */
  place(changes: readonly RowChange[]): PlacedChange[] {
    return changes.map((change) => {
      const table = this.tables.get(change.entity);
      if (table === undefined)
        throw new Error(`The projection does not declare entity ${change.entity.name}`);
      const key = normalKey(table, change.key);
      return { table, key, keyText: keyText(table, key), change };
    });
  }

  /** Says that the rows of these changes will be needed. */
  want(changes: readonly PlacedChange[]): void {
    for (const { table, key, keyText: text } of changes) {
      const cells = this.cellsOf(table);
      if (!cells.has(text)) cells.set(text, { key, row: undefined, isStored: false, isChanged: false });
    }
  }

  /** The keys that are wanted, per table. */
  wanted(): [TableShape, Row[]][] {
    return [...this.cells].map(([table, cells]) => [table, [...cells.values()].map(({ key }) => key)]);
  }

  /** Takes the rows that stand in the table. */
  loaded(table: TableShape, rows: readonly Row[]): void {
    const cells = this.cellsOf(table);
    for (const row of rows) {
      const cell = cells.get(keyText(table, row));
      if (cell === undefined) continue;
      cell.row = row;
      cell.isStored = true;
    }
  }

  /** Applies the changes of one event, all or none: a throw leaves every row as it was. */
  apply(changes: readonly PlacedChange[]): void {
    const undo: [Cell, Row | undefined, boolean][] = [];
    try {
      for (const { table, key, keyText: text, change } of changes) {
        const cell = this.cellsOf(table).get(text);
        if (cell === undefined) throw new Error('A change was not announced');
        undo.push([cell, cell.row, cell.isChanged]);
        const next = change.evolve(cell.row);
        if (next === cell.row) continue;
        cell.row = next === undefined ? undefined : normalRow(table, next, key, cell.row);
        cell.isChanged = true;
      }
    } catch (error) {
      for (const [cell, row, isChanged] of undo.reverse()) Object.assign(cell, { row, isChanged });
      throw error;
    }
  }

  /** What is to be written, per table; tables without a change are left out. */
  changes(): [TableShape, TableChanges][] {
    const all: [TableShape, TableChanges][] = [];
    for (const [table, cells] of this.cells) {
      const changed = [...cells.values()].filter(({ isChanged }) => isChanged);
      const upserts = changed.flatMap(({ row }) => (row === undefined ? [] : [row]));
      const removals = changed
        .filter(({ row, isStored }) => row === undefined && isStored)
        .map(({ key }) => key);
      if (upserts.length + removals.length > 0) all.push([table, { upserts, removals }]);
    }
    return all;
  }

  private cellsOf(table: TableShape): Map<string, Cell> {
    let cells = this.cells.get(table);
    if (cells === undefined) this.cells.set(table, (cells = new Map<string, Cell>()));
    return cells;
  }
}
