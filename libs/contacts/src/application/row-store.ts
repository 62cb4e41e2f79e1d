import type { LedgerEvent } from '#event-store';
import type { EntityClass, Projection, Row, RowChange } from '#runtime';
import type { RowsOf } from '../read-model/contact-rows.js';

/** The rows of one table under the texts of their keys. */
interface Table {
  /** Columns of the key. */
  readonly columns: readonly string[];
  readonly rows: Map<string, Row>;
}

/**
 * The rows that a projection makes of a history, folded in memory: the state of a past day by the very function that
 * makes the state of today. The events come in the order of the ledger.
 */
export function replayRows(projection: Projection, events: readonly LedgerEvent[]): RowsOf {
  const tables = new Map<EntityClass, Table>();
  for (const event of events) {
    for (const change of projection.project(event)) apply(tables, change);
  }
  return (entity) => [...(tables.get(entity)?.rows.values() ?? [])];
}

function apply(tables: Map<EntityClass, Table>, change: RowChange): void {
  const { entity, key } = change;
  let table = tables.get(entity);
  if (table === undefined) {
    table = { columns: Object.keys(key), rows: new Map<string, Row>() };
    tables.set(entity, table);
  }
  const { columns, rows } = table;
  const at = keyText(columns, key);
  const next = change.evolve(rows.get(at));
  if (next === undefined) rows.delete(at);
  else rows.set(at, columns.every((name) => next[name] === key[name]) ? next : { ...next, ...key });
}

/** Each value stands behind its length, so that no two keys share a text. */
function keyText(columns: readonly string[], key: Row): string {
  let text = '';
  for (const name of columns) {
    const value = String(key[name]);
    text += `${String(value.length)} ${value}`;
  }
  return text;
}
