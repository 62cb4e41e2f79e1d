import type { ClientBase, Pool } from 'pg';
import type { Uuid } from '#kernel';
import { inTransaction } from '../projection/transaction.js';
import type { Place } from '../projection/place.js';
import { UNREACHABLE } from './held-floors.js';
import type { StoreDifference } from './store-difference.js';

/** The restoration as the ledger tells it. */
export interface DeclaredRestoration {
  readonly generation: Uuid;
  /** The `StoreRestored`. */
  readonly eventId: Uuid;
}

const LOSE = `
  INSERT INTO audit.lost_entry (idx, generation) SELECT idx, $2 FROM unnest($1::bigint[]) AS lost(idx)`;
const DECLARE = `
  INSERT INTO audit.restoration (generation, number, event_id)
  SELECT $1, coalesce(max(number), 0) + 1, $2 FROM audit.restoration`;
const HOLD = `
  INSERT INTO ops.gate_floor (subject_id, category, revision)
  SELECT subject_id, category, $3 FROM unnest($1::uuid[], $2::text[]) AS held(subject_id, category)
  ON CONFLICT (subject_id, category) DO UPDATE SET revision = excluded.revision`;
const GO_BACK = `position = $1, anchor_position = $2, anchor_event_id = $3, anchor_stream = $4, anchor_revision = $5,
  owner_epoch = owner_epoch + 1, moved_at = clock_timestamp()`;

/**
 * Sets everything that followed the history before at the end of what both histories share, in one transaction: read
 * models are made anew from the first event, reactors and the audit copy go on from there and meet again what was entered
 * again, which they know. People about whom nobody knows all any more are answered no.
 */
export async function rebaseFollowers(
  owner: Pool,
  { lostIndexes, held, shared, lastKnown }: StoreDifference,
  { generation, eventId }: DeclaredRestoration,
): Promise<void> {
  await inTransaction(owner, 'durable', async (client) => {
    await client.query(DECLARE, [generation, eventId]);
    await client.query(LOSE, [lostIndexes, generation]);
    const ids = held.map(({ subjectId }) => subjectId);
    await client.query(HOLD, [ids, held.map(({ category }) => category), UNREACHABLE]);
    await goBack(client, shared, lastKnown.index + 1);
    // Without a checkpoint a read model is made anew, its tables too.
    await client.query(
      `DELETE FROM ops.checkpoint WHERE projection NOT LIKE 'reactor.%';
       DELETE FROM ops.parked WHERE projection NOT LIKE 'reactor.%';
       DELETE FROM ops.rebuild`,
    );
  });
}

async function goBack(client: ClientBase, place: Place, size: number): Promise<void> {
  const { position, anchor } = place;
  const revision = anchor && String(anchor.revision);
  const values = [position, anchor?.position, anchor?.eventId, anchor?.stream, revision];
  await client.query(`UPDATE audit.checkpoint SET ${GO_BACK}, seen = $6`, [...values, size]);
  // A reactor that may not have come so far begins anew: what it did before does no harm done again.
  const { rowCount: kept } = await client.query(
    'SELECT FROM audit.entry WHERE event_id = $1 AND position = $2',
    [anchor?.eventId, anchor?.position],
  );
  await client.query(
    `UPDATE ops.checkpoint SET ${GO_BACK}, events = $6, ids_xor = $7, seen = $8
      WHERE projection LIKE 'reactor.%' AND position >= $1 AND $9`,
    [...values, place.events, place.idsXor, place.seen, kept === 1],
  );
  await client.query(
    `UPDATE ops.checkpoint SET position = NULL, anchor_position = NULL, anchor_event_id = NULL, anchor_stream = NULL,
       anchor_revision = NULL, events = 0, ids_xor = DEFAULT, seen = 0, owner_epoch = owner_epoch + 1
      WHERE projection LIKE 'reactor.%' AND position IS DISTINCT FROM $1`,
    [position],
  );
}
