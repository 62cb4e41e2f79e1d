import type { Pool } from 'pg';
import type { Position } from '#event-store';
import { CheckpointSet, lowestOf } from './checkpoints.js';
import type { Place } from './place.js';
import { schemaOf } from './read-model-tables.js';
import { inSnapshot } from './transaction.js';
import { hashOf, type SchemaHash, type TableHash } from './table-hash.js';

/** One table, as the live build and the rebuilt one hold it. */
export interface TableComparison {
  readonly table: string;
  readonly live: TableHash | undefined;
  readonly next: TableHash | undefined;
  readonly isEqual: boolean;
}

/** What a rebuild found when both builds stood at the same position. */
export type Comparison =
  | {
      readonly kind: 'compared';
      readonly position: Position | undefined;
      /** Count and XOR of the ids of all lasting events agree: neither build missed one. */
      readonly sameEvents: boolean;
      readonly tables: readonly TableComparison[];
      readonly isEqual: boolean;
    }
  | {
      readonly kind: 'not-compared';
      readonly reason: 'another-version' | 'other-shards' | 'live-does-not-follow';
    };

/**
 * Compares both builds of a projection in one snapshot, which is taken while `whileHeld` keeps each shard of both at one
 * position; the rows are read after the live build has gone on.
 */
export async function compareBuilds(
  pool: Pool,
  projection: string,
  whileHeld: (takeSnapshot: () => Promise<void>) => Promise<void>,
): Promise<Comparison> {
  return inSnapshot(pool, async (client) => {
    await whileHeld(async () => {
      await client.query('SELECT 1');
    });
    const live = await new CheckpointSet(projection, 'live').read(client);
    const next = await new CheckpointSet(projection, 'next').read(client);
    const liveHash = await hashOf(client, schemaOf(projection, 'live'));
    const nextHash = await hashOf(client, schemaOf(projection, 'next'));
    const isTogether = (agrees: (one: Place, other: Place | undefined) => boolean): boolean =>
      live.length === next.length && live.every(({ place }, shard) => agrees(place, next[shard]?.place));
    if (!isTogether((one, other) => one.position === other?.position))
      return { kind: 'not-compared', reason: 'live-does-not-follow' };
    const sameEvents = isTogether(
      (one, other) => one.events === other?.events && one.idsXor === other.idsXor,
    );
    const tables = compareTables(liveHash, nextHash);
    const isEqual = sameEvents && tables.every((table) => table.isEqual);
    const position = lowestOf(next)?.place.position;
    return { kind: 'compared', position, sameEvents, tables, isEqual };
  });
}

function compareTables(live: SchemaHash, next: SchemaHash): TableComparison[] {
  const names = new Set([...live.tables.keys(), ...next.tables.keys()]);
  return [...names].map((table) => {
    const [a, b] = [live.tables.get(table), next.tables.get(table)];
    return { table, live: a, next: b, isEqual: a?.rows === b?.rows && a?.hash === b?.hash };
  });
}
