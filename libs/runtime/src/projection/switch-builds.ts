import type { ClientBase, Pool } from 'pg';
import { CheckpointSet, LostOwnership } from './checkpoints.js';
import type { Projection } from './projection.js';
import { schemaOf } from './read-model-tables.js';
import { dropTables, quoted } from './table-ddl.js';
import { inTransaction } from './transaction.js';

const DROP_TRIES = 20;

/**
 * The live row of a shard takes the place of the next one and stays the same row, so that whoever waits for it finds it.
 * All epochs rise above all that there were: neither an old build's writer nor the builder may go on with the one it
 * knows, not even after the number of shards has changed to and fro.
 */
const MOVE_CHECKPOINTS = [
  `UPDATE ops.checkpoint AS live
   SET version = next.version, shards = next.shards, position = next.position, anchor_position = next.anchor_position,
       anchor_event_id = next.anchor_event_id, anchor_stream = next.anchor_stream,
       anchor_revision = next.anchor_revision, events = next.events, ids_xor = next.ids_xor, seen = next.seen,
       owner_epoch = $2, moved_at = clock_timestamp()
   FROM ops.checkpoint AS next
   WHERE live.projection = $1 AND live.build = 'live' AND next.projection = $1 AND next.build = 'next'
     AND live.shard = next.shard`,
  `DELETE FROM ops.checkpoint WHERE projection = $1 AND build = 'live' AND owner_epoch <> $2`,
  `UPDATE ops.checkpoint AS next SET build = 'live', owner_epoch = $2, moved_at = clock_timestamp()
   WHERE projection = $1 AND build = 'next' AND NOT EXISTS (
     SELECT FROM ops.checkpoint live
     WHERE live.projection = $1 AND live.build = 'live' AND live.shard = next.shard)`,
];

/**
 * Makes the next build the live one, inside the caller's transaction, which holds the live checkpoint: readers find
 * the old tables or the new ones, never none. The old build's writer is refused from now on.
 */
export async function switchBuilds(
  client: ClientBase,
  projection: Projection,
  epochs: readonly bigint[],
): Promise<void> {
  const { name } = projection;
  const [live, next] = [schemaOf(name, 'live'), schemaOf(name, 'next')];
  const built = await new CheckpointSet(name, 'next').read(client, true);
  const isOurs = built.length === epochs.length && built.every(({ epoch }, shard) => epoch === epochs[shard]);
  if (!isOurs) throw new LostOwnership(`${name}:next`);
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [live]);
  if (rowCount === 1)
    await client.query(`ALTER SCHEMA ${quoted(live)} RENAME TO ${quoted(oldSchemaOf(name))}`);
  await client.query(`ALTER SCHEMA ${quoted(next)} RENAME TO ${quoted(live)}`);
  await client.query(`DELETE FROM ops.parked WHERE projection = $1 AND build = 'live'`, [name]);
  await client.query(`UPDATE ops.parked SET build = 'live' WHERE projection = $1 AND build = 'next'`, [name]);
  const { rows } = await client.query<{ epoch: string }>(
    'SELECT max(owner_epoch) + 1 AS epoch FROM ops.checkpoint WHERE projection = $1',
    [name],
  );
  for (const statement of MOVE_CHECKPOINTS) await client.query(statement, [name, rows[0]?.epoch]);
  await client.query(`DELETE FROM ops.checkpoint WHERE projection = $1 AND build = 'next'`, [name]);
  await afterSwitch(client, projection);
}

/** Runs what stands on the live tables: views that people read. */
export async function afterSwitch(client: ClientBase, projection: Projection): Promise<void> {
  const sql = projection.afterSwitch?.(schemaOf(projection.name, 'live'));
  if (sql !== undefined && sql !== '') await client.query(sql);
}

/** Removes the tables that a switch left behind, as soon as nobody reads them any more. */
export async function dropOldTables(pool: Pool, projection: string): Promise<void> {
  for (let triesLeft = DROP_TRIES; ; triesLeft -= 1) {
    try {
      await inTransaction(pool, 'durable', async (client) => {
        // A reader that comes while this waits would wait behind it: better to give way and try again.
        await client.query(`SET LOCAL lock_timeout = '250ms'; ${dropTables(oldSchemaOf(projection))}`);
      });
      return;
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}

function oldSchemaOf(projection: string): string {
  return `${schemaOf(projection, 'live')}_old`;
}
