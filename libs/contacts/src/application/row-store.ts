import type { LedgerEvent } from '#event-store';
import type { EntityClass, Projection, Row, RowChange } from '#runtime';
import type { RowsOf } from '../read-model/contact-rows.js';

/**
 * The rows that a projection makes of a history, folded in memory: the state of a past day by the very function that
 * makes the state of today. The events come in the order of the ledger.
 */
export function replayRows(projection: Projection, events: readonly LedgerEvent[]): RowsOf {
  const tables = new Map<EntityClass, Map<string, Row>>();
  for (const event of events) {
    for (const change of projection.project(event)) apply(tables, change);
  }
  return (entity) => [...(tables.get(entity)?.values() ?? [])];
}

function apply(tables: Map<EntityClass, Map<string, Row>>, change: RowChange): void {
  const { entity, key } = change;
  let rows = tables.get(entity);
  if (rows === undefined) tables.set(entity, (rows = new Map<string, Row>()));
  const at = keyText(key);
  const next = change.evolve(rows.get(at));
  if (next === undefined) rows.delete(at);
  else rows.set(at, { ...next, ...key });
}

function keyText(key: Row): string {
  return JSON.stringify(
    Object.entries(key)
      .map(([name, value]) => [name, String(value)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
