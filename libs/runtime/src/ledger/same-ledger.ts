import type { Pool } from 'pg';
import { AnotherHistory, type EventStore } from '#event-store';
import type { Uuid } from '#kernel';
import { CheckpointRecord } from '../projection/checkpoints.js';
import type { Place } from '../projection/place.js';
import { assertSameHistory } from '../projection/same-history.js';
import { LedgerRefused } from './ledger-refused.js';
import { ledgerInStore } from './open-ledger.js';

/**
 * Holds the event store against the databases beside it, before either is used. The databases know their ledger by the
 * audit copy, and by events of their own if they ever were the event store. Throws {@link LedgerRefused} if the store is
 * empty, holds another ledger, or the same one with another past; `Unavailable` if it does not answer.
 */
export async function assertSameLedger(store: EventStore, database: Pool): Promise<void> {
  if ((await commonLedger(store, database)) === undefined) return;
  const copied = await new CheckpointRecord('audit', 'live', 'audit.checkpoint').read(database);
  if (copied === undefined) return;
  try {
    await assertSameHistory(store, copied.place);
  } catch (error) {
    if (error instanceof AnotherHistory) throw await anotherHistory(store, copied.place, error);
    throw error;
  }
}

/**
 * The ledger that store and databases are of, whatever has become of its history; `undefined`: the databases are new.
 * Throws {@link LedgerRefused} if the store is empty or holds another one; `Unavailable`.
 */
export async function commonLedger(store: EventStore, database: Pool): Promise<Uuid | undefined> {
  const known = await ledgerInDatabase(database);
  if (known === undefined) return undefined;
  const found = await ledgerInStore(store);
  if (found === undefined) throw storeIsEmpty(known);
  if (found !== known) throw anotherLedger(found, known);
  return known;
}

/** The ledger that the databases belong to; `undefined`: they are new. */
async function ledgerInDatabase(database: Pool): Promise<Uuid | undefined> {
  const { rows } = await database.query<{ led: Uuid | null }>(
    `SELECT coalesce(
       (SELECT entry::jsonb ->> 'led' FROM audit.entry WHERE idx = 0),
       (SELECT p.data::jsonb ->> 'ledgerId' FROM es.event_index i JOIN es.payload p USING (position)
        WHERE i.type = 'LedgerOpened' ORDER BY i.position LIMIT 1)
     ) AS led`,
  );
  return rows[0]?.led ?? undefined;
}

function storeIsEmpty(known: Uuid): LedgerRefused {
  return new LedgerRefused(
    'store-is-empty',
    `The event store is empty, but the databases belong to ledger ${known}. Set EVENTSTORE_URL (or leave it out) as it ` +
      'was when this ledger was begun, or restore the event store; for a new ledger use new databases.',
  );
}

function anotherLedger(found: Uuid, known: Uuid): LedgerRefused {
  return new LedgerRefused(
    'another-ledger',
    `The event store holds ledger ${found}, the databases belong to ledger ${known}. Correct EVENTSTORE_URL, ` +
      'DATABASE_URL or KEYSTORE_URL so that all three name the same ledger.',
  );
}

async function anotherHistory(
  store: EventStore,
  copied: Place,
  cause: AnotherHistory,
): Promise<LedgerRefused> {
  const head = await store.head();
  return new LedgerRefused(
    'another-history',
    `The event store ends at ${head ?? 'nothing'}, the audit copy at ${copied.position ?? 'nothing'} (event ` +
      `${copied.anchor?.eventId ?? 'none'}), which the event store does not hold: one of them was restored from an ` +
      'older backup. Restore event store, ledger database and key store from backups of the same time, events first. ' +
      'If there is no newer backup of the event store: npm run store:restored.',
    { cause },
  );
}
