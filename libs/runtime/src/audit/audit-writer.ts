import type { ClientBase, Pool } from 'pg';
import type { StoredEvent } from '#event-store';
import { eventId, NIL_UUID, type Instant, type Uuid } from '#kernel';
import type { Ledger } from '../ledger/ledger.js';
import { CheckpointRecord } from '../projection/checkpoints.js';
import type { Follower } from '../projection/follower.js';
import type { LedgerFeed } from '../projection/ledger-feed.js';
import { afterEvents, isLasting, START, type Place } from '../projection/place.js';
import { inTransaction } from '../projection/transaction.js';
import { STANDING } from './audit-copy.js';
import { auditRecord, type AuditRecord } from './audit-records.js';

/** The format of the entries; there is one, and it is never rebuilt to another. */
const VERSION = 1;
const BATCH_SIZE = 500;
const NEVER: Instant = '1970-01-01T00:00:00.000Z';

/** The audit copy cannot go on without losing its meaning: it stops and says why. */
export class AuditCopyHalted extends Error {
  override readonly name = 'AuditCopyHalted';
}

/**
 * The single writer of the audit copy: every event of the store, from the first one on, as its canonical entry with a
 * dense index. It parks nothing, commits durably, and is never rebuilt.
 */
export class AuditWriter implements Follower {
  readonly name = 'audit';
  readonly batchSize = BATCH_SIZE;
  private readonly checkpoint = new CheckpointRecord('audit', 'live', 'audit.checkpoint');
  private readonly pool: Pool;
  private place: Place = START;
  private epoch = 0n;
  private maxTs: Instant = NEVER;
  private history = 0;

  private ledgerId: Uuid = NIL_UUID;

  /** Adds itself to the feed; it waits until the ledger is open, because its id is part of every entry. */
  constructor(
    private readonly feed: LedgerFeed,
    private readonly ledger: Pick<Ledger, 'identity'>,
  ) {
    this.pool = feed.pool;
    feed.add(this);
  }

  async open(): Promise<Place> {
    this.ledgerId = this.ledger.identity().ledgerId;
    return inTransaction(this.pool, 'durable', async (client) => {
      await this.checkpoint.create(client, VERSION);
      const taken = await this.checkpoint.takeOver(client, VERSION);
      if (taken === undefined) throw new AuditCopyHalted('The audit copy was written by a newer program');
      const last = await lastEntry(client);
      if (last.size !== taken.place.seen)
        throw new AuditCopyHalted('The audit copy and its checkpoint do not belong together');
      this.epoch = taken.epoch;
      this.maxTs = last.maxTs;
      this.history = await restorations(client);
      return (this.place = taken.place);
    });
  }

  async apply(events: readonly StoredEvent[]): Promise<Place> {
    this.assertBeginning(events);
    const records = events.map((event) => auditRecord(this.ledgerId, event));
    const { to, maxTs } = await inTransaction(this.pool, 'durable', async (client) => {
      const fresh = await withOwnIds(client, records);
      const to = passing(
        this.place,
        events,
        fresh.map(({ index }) => index),
      );
      await this.checkpoint.move(client, this.epoch, this.place, to);
      return {
        to,
        maxTs: await this.insert(
          client,
          fresh.map(({ record }) => record),
        ),
      };
    });
    this.place = to;
    this.maxTs = maxTs;
    for (const { alarm, event } of records) {
      if (alarm !== undefined)
        this.feed.log.error(
          { alarm, eventId: event.id, stream: event.stream },
          'an event entered the audit copy by its hash',
        );
    }
    return to;
  }

  async tick(): Promise<void> {
    await this.checkpoint.assertOwner(this.pool, this.epoch);
  }

  /** Leaf 0 is the ledger's own first event; a store that begins otherwise is another's. */
  private assertBeginning([first]: readonly StoredEvent[]): void {
    if (this.place.seen > 0n || first === undefined) return;
    const { data } = first;
    const opened = first.type === 'LedgerOpened' && first.stream === `ledger-${NIL_UUID}`;
    const named = data !== null && typeof data === 'object' && 'ledgerId' in data ? data.ledgerId : undefined;
    if (!opened || named !== this.ledgerId)
      throw new AuditCopyHalted('The first event of the store is not the opening of this ledger');
  }

  private async insert(client: ClientBase, records: readonly AuditRecord[]): Promise<Instant> {
    let max = this.maxTs;
    const maxima = records.map(({ ts }) => (max = ts !== undefined && ts > max ? ts : max));
    await client.query({
      name: 'audit-insert',
      text: `INSERT INTO audit.entry (idx, stream, rev, event_id, leaf_hash, entry, ts, max_ts, position, alarm, history)
             SELECT $1::bigint + e.ord - 1, e.stream, e.rev, e.event_id, e.leaf_hash, e.entry, e.ts, e.max_ts, e.position,
                    e.alarm, $11
             FROM unnest($2::text[], $3::bigint[], $4::uuid[], $5::bytea[], $6::text[], $7::timestamptz[],
                         $8::timestamptz[], $9::text[], $10::text[])
               WITH ORDINALITY AS e(stream, rev, event_id, leaf_hash, entry, ts, max_ts, position, alarm, ord)`,
      values: [
        this.place.seen,
        records.map(({ event }) => event.stream),
        records.map(({ event }) => String(event.revision)),
        records.map(({ event }) => event.id),
        records.map(({ leafHash }) => leafHash),
        // An entry is JSON text: quoted as JSON it is an element of an array.
        `{${records.map(({ entry }) => JSON.stringify(entry)).join(',')}}`,
        records.map(({ ts }) => ts),
        maxima,
        records.map(({ event }) => event.position),
        records.map(({ alarm }) => alarm),
        this.history,
      ],
    });
    return max;
  }
}

/** Size and greatest time of the copy as it stands. */
async function lastEntry(client: ClientBase): Promise<{ size: bigint; maxTs: Instant }> {
  const { rows } = await client.query<{ idx: string; max_ts: Date }>(
    'SELECT idx, max_ts FROM audit.entry ORDER BY idx DESC LIMIT 1',
  );
  const [last] = rows;
  return last === undefined
    ? { size: 0n, maxTs: NEVER }
    : { size: BigInt(last.idx) + 1n, maxTs: last.max_ts.toISOString() };
}

/** How often a store was accepted that had been put back to an older state. */
async function restorations(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM audit.restoration');
  return rows[0]?.n ?? 0;
}

/** The place after these events, of which only some were not copied before. */
function passing(place: Place, events: readonly StoredEvent[], fresh: readonly number[]): Place {
  if (fresh.length === events.length) return afterEvents(place, events);
  const counted = afterEvents(
    place,
    fresh.flatMap((index) => events[index] ?? []),
  );
  const newest = events.findLast(({ stream }) => isLasting(stream));
  const { position, anchor } = afterEvents(place, newest === undefined ? [] : [newest]);
  return { ...counted, position: events.at(-1)?.position ?? position, anchor };
}

interface KnownRow {
  readonly event_id: Uuid;
  readonly stream: string;
  readonly rev: string;
  readonly leaf_hash: Buffer;
  readonly stands: boolean;
}

/**
 * What is not in the copy yet, with its index among the events. After a store was put back (`StoreRestored`) events come
 * by again that are; they are passed over. A second event with the id of an earlier one gets another name in the index;
 * its entry still shows the true id.
 */
async function withOwnIds(
  client: ClientBase,
  records: readonly AuditRecord[],
): Promise<{ readonly index: number; readonly record: AuditRecord }[]> {
  const ids = records.map(({ event }) => event.id);
  const { rows } = await client.query<KnownRow>({
    name: 'audit-known-ids',
    text: `SELECT event_id, stream, rev, leaf_hash, ${STANDING} AS stands
             FROM audit.entry WHERE event_id = ANY ($1::uuid[])`,
    values: [ids],
  });
  const known = new Map(rows.map((row) => [row.event_id, row]));
  const taken = new Set(known.keys());
  return records.flatMap((record, index) => {
    const { event } = record;
    if (isCopy(known.get(event.id), record)) return [];
    if (!taken.has(event.id)) {
      taken.add(event.id);
      return [{ index, record }];
    }
    const id = eventId(NIL_UUID, 0, event.stream, Number(event.revision));
    return [{ index, record: { ...record, event: { ...event, id }, alarm: 'duplicate-id' } }];
  });
}

function isCopy(row: KnownRow | undefined, { event, leafHash }: AuditRecord): boolean {
  if (row === undefined || !row.stands) return false;
  const isThere = row.stream === event.stream && BigInt(row.rev) === event.revision;
  return isThere && row.leaf_hash.equals(leafHash);
}
