import type { Pool } from 'pg';
import type { Position, StreamName } from '#event-store';
import type { Instant, Uuid } from '#kernel';

/** An entry of the audit copy. */
export interface AuditEntry {
  /** Its place in the ledger, dense from 0. */
  readonly idx: bigint;
  readonly stream: StreamName;
  readonly revision: bigint;
  readonly eventId: Uuid;
  readonly leafHash: Buffer;
  readonly entry: string;
  readonly position: Position;
}

interface EntryRow {
  readonly idx: string;
  readonly stream: string;
  readonly rev: string;
  readonly event_id: string;
  readonly leaf_hash: Buffer;
  readonly entry: string;
  readonly position: Position;
}

/** Which entries the store still holds, or held until an erasure. */
export const STANDING = 'NOT EXISTS (SELECT FROM audit.lost_entry l WHERE l.idx = entry.idx)';

const COLUMNS = 'idx, stream, rev, event_id, leaf_hash, entry, position';

/** Questions to the audit copy: the order of the ledger, and what was known when. */
export class AuditCopy {
  constructor(private readonly pool: Pool) {}

  /** Number of entries. */
  async size(): Promise<bigint> {
    const { rows } = await this.pool.query<{ idx: string }>({
      name: 'audit-size',
      text: 'SELECT idx FROM audit.entry ORDER BY idx DESC LIMIT 1',
    });
    return rows[0] === undefined ? 0n : BigInt(rows[0].idx) + 1n;
  }

  /**
   * What was known at an instant: the last index i with max(ts₀…tsᵢ) ≤ `knownAs`; `undefined`: nothing yet. A verifier
   * finds the same from the entries alone.
   */
  async indexAt(knownAs: Instant): Promise<bigint | undefined> {
    const { rows } = await this.pool.query<{ idx: string }>({
      name: 'audit-index-at',
      text: `SELECT idx FROM audit.entry WHERE max_ts <= $1::timestamptz ORDER BY max_ts DESC, idx DESC LIMIT 1`,
      values: [knownAs],
    });
    return rows[0] === undefined ? undefined : BigInt(rows[0].idx);
  }

  /**
   * The newest revision of each stream among the entries up to and including an index; unknown streams are left out, and
   * so is what a restored store has lost.
   */
  async revisionsAt(streams: readonly StreamName[], idx: bigint): Promise<Map<StreamName, bigint>> {
    const { rows } = await this.pool.query<{ stream: string; rev: string }>({
      name: 'audit-revisions-at',
      text: `SELECT s.stream, e.rev FROM unnest($1::text[]) AS s(stream)
             CROSS JOIN LATERAL (
               SELECT rev FROM audit.entry
               WHERE stream = s.stream AND idx <= $2 AND ${STANDING} ORDER BY rev DESC LIMIT 1
             ) AS e`,
      values: [streams, idx],
    });
    return new Map(rows.map(({ stream, rev }) => [stream, BigInt(rev)]));
  }

  /** Entries in order, from an index on. */
  async entries(from: bigint, limit: number): Promise<AuditEntry[]> {
    const { rows } = await this.pool.query<EntryRow>({
      name: 'audit-entries',
      text: `SELECT ${COLUMNS} FROM audit.entry WHERE idx >= $1 ORDER BY idx LIMIT $2`,
      values: [from, limit],
    });
    return rows.map(entryFrom);
  }

  /** The entry of an event; `undefined` while the copy does not hold it. */
  async entryOfEvent(eventId: Uuid): Promise<AuditEntry | undefined> {
    const { rows } = await this.pool.query<EntryRow>({
      name: 'audit-entry-of-event',
      text: `SELECT ${COLUMNS} FROM audit.entry WHERE event_id = $1`,
      values: [eventId],
    });
    return rows[0] && entryFrom(rows[0]);
  }
}

function entryFrom(row: EntryRow): AuditEntry {
  return {
    idx: BigInt(row.idx),
    stream: row.stream,
    revision: BigInt(row.rev),
    eventId: row.event_id,
    leafHash: row.leaf_hash,
    entry: row.entry,
    position: row.position,
  };
}
