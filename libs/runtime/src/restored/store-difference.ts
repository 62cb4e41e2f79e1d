import type { Pool } from 'pg';
import { categoryOf, isCaughtUp, type EventStore, type StoredEvent, type StreamName } from '#event-store';
import type { Uuid } from '#kernel';
import { auditRecord } from '../audit/audit-records.js';
import { generationOf, LEDGER_STREAM } from '../ledger/open-ledger.js';
import { afterEvents, isLasting, START, type Place } from '../projection/place.js';
import { heldFloors, type HeldFloor } from './held-floors.js';
import {
  closedStreams,
  entriesAt,
  missingEntries,
  newestEntry,
  ShownEntries,
  type KnownEntry,
} from './known-entries.js';

const PAGE = 500;

/** Events of one category that the store lacks. */
export interface CategoryLoss {
  readonly category: string;
  readonly missing: number;
  /** Of these, what cannot be entered again. */
  readonly lost: number;
}

/** What the databases know and the store does not hold, and the other way round. */
export interface StoreDifference {
  readonly ledgerId: Uuid;
  /** Generation of the store as the audit copy knows it, and as the store itself says. */
  readonly generations: { readonly known: Uuid; readonly found: Uuid };
  /** Newest entry of the audit copy. */
  readonly lastKnown: { readonly index: number; readonly eventId: string; readonly position: string };
  readonly missing: number;
  readonly lost: number;
  readonly byCategory: readonly CategoryLoss[];
  /** First and last entry whose event the store lacks; with each the position that it had. */
  readonly gap: { readonly from: KnownEntry; readonly to: KnownEntry } | undefined;
  /** Entries that are lost for good, ascending. */
  readonly lostIndexes: readonly number[];
  /** Events of the store that the audit copy does not know. */
  readonly unseen: number;
  /** A `StoreRestored` of this very restoration, from a run that did not come to its end. */
  readonly begun: StoredEvent | undefined;
  /** Up to here the store holds what the audit copy holds, in its order: followers go on from here. */
  readonly shared: Place;
  /** People about whom more was answered than anybody still holds. */
  readonly held: readonly HeldFloor[];
  readonly shown: ShownEntries;
  /** Whether an entry can be entered again. */
  readonly canReenter: (entry: KnownEntry) => boolean;
}

/** What walking through the store brings to light. */
interface Walk {
  readonly shown: ShownEntries;
  shared: Place;
  isShared: boolean;
  /** Newest revision of streams that hold something the audit copy does not know. */
  readonly unseenEnds: Map<StreamName, bigint>;
  unseen: number;
  begun: StoredEvent | undefined;
}

/**
 * Holds the whole store against the whole audit copy, event by event, by place and leaf hash; positions are not
 * believed. Reads only. `undefined`: the databases know nothing. Throws `Unavailable`, the database's error.
 */
export async function differenceOf(
  store: EventStore,
  pool: Pool,
  ledgerId: Uuid,
): Promise<StoreDifference | undefined> {
  const lastKnown = await newestEntry(pool);
  if (lastKnown === undefined) return undefined;
  const walk = await walkThrough(store, pool, ledgerId, lastKnown.index + 1);
  const { shown, unseenEnds } = walk;
  // A stream that went another way since cannot take back what followed there.
  const canReenter = ({ stream, isStrange }: KnownEntry): boolean =>
    isLasting(stream) && !isStrange && !unseenEnds.has(stream);
  const found = await tally(pool, shown, canReenter);
  const generations = {
    known: await knownGeneration(pool, ledgerId),
    found: await generationOf(store, ledgerId),
  };
  return {
    ledgerId,
    generations,
    lastKnown,
    ...found,
    unseen: walk.unseen,
    begun: generations.known === generations.found ? undefined : walk.begun,
    shared: walk.shared,
    held: await heldFloors(pool, found.lostStreams, unseenEnds),
    shown,
    canReenter,
  };
}

async function walkThrough(store: EventStore, pool: Pool, ledgerId: Uuid, size: number): Promise<Walk> {
  const walk: Walk = {
    shown: new ShownEntries(size),
    shared: START,
    isShared: true,
    unseenEnds: new Map(),
    unseen: 0,
    begun: undefined,
  };
  const end = new AbortController();
  let page: StoredEvent[] = [];
  const look = async (): Promise<void> => {
    await compare(walk, pool, ledgerId, page);
    page = [];
  };
  try {
    for await (const item of store.subscribe({ after: 'start', signal: end.signal })) {
      if (isCaughtUp(item)) break;
      page.push(item);
      if (page.length === PAGE) await look();
    }
    await look();
  } finally {
    end.abort();
  }
  return walk;
}

async function compare(
  walk: Walk,
  pool: Pool,
  ledgerId: Uuid,
  events: readonly StoredEvent[],
): Promise<void> {
  const entries = await entriesAt(pool, events);
  for (const [i, event] of events.entries()) {
    const known = entries[i];
    const isSame = known?.leafHash.equals(auditRecord(ledgerId, event).leafHash) === true;
    if (isSame) walk.shown.add(known.index);
    else noteUnseen(walk, event);
    walk.isShared &&= isSame && (await followsWithoutGap(walk.shown, known.index, pool));
    if (walk.isShared) walk.shared = afterEvents(walk.shared, [event]);
  }
}

function noteUnseen(walk: Walk, event: StoredEvent): void {
  walk.unseen += 1;
  walk.unseenEnds.set(event.stream, event.revision);
  if (event.stream === LEDGER_STREAM && event.type === 'StoreRestored') walk.begun = event;
}

/** Whether nothing but sealed values was passed over since the entry before: no follower handles these. */
async function followsWithoutGap(shown: ShownEntries, index: number, pool: Pool): Promise<boolean> {
  if (index === 0 || shown.has(index - 1)) return true;
  let from = index - 1;
  while (from > 0 && !shown.has(from - 1)) from -= 1;
  const { rowCount } = await pool.query(
    `SELECT FROM audit.entry WHERE idx >= $1 AND idx < $2 AND stream NOT LIKE 'personal-%' LIMIT 1`,
    [from, index],
  );
  return rowCount === 0;
}

async function tally(pool: Pool, shown: ShownEntries, canReenter: (entry: KnownEntry) => boolean) {
  const closed = await closedStreams(pool);
  const counts = new Map<string, { missing: number; lost: number }>();
  const lostIndexes: number[] = [];
  const lostStreams = new Set<StreamName>();
  let from: KnownEntry | undefined;
  let to: KnownEntry | undefined;
  for await (const entry of missingEntries(pool, shown)) {
    if (closed.has(entry.stream)) continue;
    from ??= entry;
    to = entry;
    const category = categoryOf(entry.stream);
    const count = counts.get(category) ?? { missing: 0, lost: 0 };
    counts.set(category, count);
    count.missing += 1;
    if (canReenter(entry)) continue;
    count.lost += 1;
    lostIndexes.push(entry.index);
    lostStreams.add(entry.stream);
  }
  const byCategory = [...counts]
    .map(([category, count]) => ({ category, ...count }))
    .sort((a, b) => (a.category < b.category ? -1 : 1));
  return {
    missing: byCategory.reduce((sum, { missing }) => sum + missing, 0),
    lost: lostIndexes.length,
    byCategory,
    lostIndexes,
    lostStreams,
    gap: from === undefined || to === undefined ? undefined : { from, to },
  };
}

/** The newest restoration that the audit copy knows of. */
async function knownGeneration(pool: Pool, ledgerId: Uuid): Promise<Uuid> {
  const { rows } = await pool.query<{ generation: Uuid }>(
    'SELECT generation FROM audit.restoration ORDER BY number DESC LIMIT 1',
  );
  return rows[0]?.generation ?? ledgerId;
}
