import type { Pool } from 'pg';
import {
  ConcurrencyConflict,
  expectedAfter,
  StreamClosed,
  Unavailable,
  type EventStore,
  type NewEvent,
} from '#event-store';
import type { Json, Uuid } from '#kernel';
import { leafOf } from '../audit/entry.js';
import { missingEntries, type KnownEntry } from './known-entries.js';
import type { StoreDifference } from './store-difference.js';

const TRIES = 5;

/** The store, or the audit copy, is not what the comparison found: nothing was declared. Compare again. */
export class StoreChangedMeanwhile extends Error {
  override readonly name = 'StoreChangedMeanwhile';
}

/**
 * Enters again what the store lacks and the audit copy holds whole: each event under its id, at its revision, in the
 * order of the ledger. The same again is a success, so whoever is interrupted begins anew. Answers how many there were.
 * Throws {@link StoreChangedMeanwhile}, `Unavailable`.
 */
export async function reenter(store: EventStore, pool: Pool, difference: StoreDifference): Promise<number> {
  let reentered = 0;
  for await (const entry of missingEntries(pool, difference.shown)) {
    if (!difference.canReenter(entry)) continue;
    await appendAgain(store, difference.ledgerId, entry);
    reentered += 1;
  }
  return reentered;
}

async function appendAgain(store: EventStore, ledgerId: Uuid, entry: KnownEntry): Promise<void> {
  const { stream, revision } = entry;
  const event = eventOf(ledgerId, entry);
  const expected = expectedAfter(revision === 0n ? undefined : revision - 1n);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await store.append(stream, expected, [event], { mayBeRetry: true });
      return;
    } catch (error) {
      if (error instanceof ConcurrencyConflict || error instanceof StreamClosed)
        throw new StoreChangedMeanwhile(`${stream} does not end before revision ${String(revision)}`, {
          cause: error,
        });
      if (!(error instanceof Unavailable) || attempt === TRIES) throw error;
    }
  }
}

/** The event whose entry this is. An entry that does not fit its own leaf was changed, and is entered nowhere. */
function eventOf(ledgerId: Uuid, { entry, index, leafHash, stream }: KnownEntry): NewEvent {
  if (!leafOf(entry).leafHash.equals(leafHash))
    throw new StoreChangedMeanwhile(`Entry ${String(index)} of the audit copy does not fit its leaf hash`);
  const { led, id, type, data, meta, ...place } = JSON.parse(entry) as {
    readonly led: Uuid;
    readonly stream: string;
    readonly id: Uuid;
    readonly type: string;
    readonly data: Json;
    readonly meta: Json;
  };
  if (led !== ledgerId || place.stream !== stream)
    throw new StoreChangedMeanwhile(`Entry ${String(index)} of the audit copy belongs somewhere else`);
  return { id, type, data, metadata: meta };
}
