import type { Pool } from 'pg';
import type { StoredEvent, StreamName } from '#event-store';
import { STANDING } from '../audit/audit-copy.js';

const PAGE = 500;

/** An entry of the audit copy as it is held against the store. */
export interface KnownEntry {
  readonly index: number;
  readonly stream: StreamName;
  readonly revision: bigint;
  /** Where it stood in the store. */
  readonly position: string;
  /** Its canonical text, which is all of the event but ciphertext. */
  readonly entry: string;
  /** It is not the plain canonical event: it stands for one by a hash, or for a second one with an id that was taken. */
  readonly isStrange: boolean;
  readonly leafHash: Buffer;
}

/** Which entries of the audit copy the store has shown: one bit for each, so that a long history fits in memory. */
export class ShownEntries {
  private readonly bits: Uint8Array;

  constructor(readonly size: number) {
    this.bits = new Uint8Array(Math.ceil(size / 8));
  }

  /** The store holds the event of this entry. */
  add(index: number): void {
    this.bits[index >> 3] = (this.bits[index >> 3] ?? 0) | (1 << (index & 7));
  }

  has(index: number): boolean {
    return ((this.bits[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
  }

  /** The first entry from here on that was not shown; `size` if there is none. */
  firstMissing(from = 0): number {
    let index = from;
    while (index < this.size && this.has(index)) index += 1;
    return index;
  }
}

/** What stands in the audit copy at the places of these events, in their order; `undefined`: nothing does. */
export async function entriesAt(
  pool: Pool,
  events: readonly StoredEvent[],
): Promise<({ readonly index: number; readonly leafHash: Buffer } | undefined)[]> {
  const { rows } = await pool.query<{ ord: string; idx: string; leaf_hash: Buffer }>({
    name: 'audit-entries-at',
    text: `SELECT p.ord, e.idx, e.leaf_hash
             FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS p(stream, rev, ord)
             CROSS JOIN LATERAL (
               SELECT idx, leaf_hash FROM audit.entry
                WHERE entry.stream = p.stream AND entry.rev = p.rev AND ${STANDING} ORDER BY history DESC LIMIT 1
             ) AS e`,
    values: [events.map(({ stream }) => stream), events.map(({ revision }) => String(revision))],
  });
  const found = new Map(
    rows.map((row) => [Number(row.ord) - 1, { index: Number(row.idx), leafHash: row.leaf_hash }]),
  );
  return events.map((_, i) => found.get(i));
}

/** The entries that the store did not show, in order; what was declared lost before is not told again. */
export async function* missingEntries(pool: Pool, shown: ShownEntries): AsyncGenerator<KnownEntry> {
  for (let from = shown.firstMissing(); from < shown.size; from = shown.firstMissing(from + PAGE)) {
    const { rows } = await pool.query<{
      idx: string;
      stream: string;
      rev: string;
      position: string;
      entry: string;
      alarm: string | null;
      leaf_hash: Buffer;
    }>({
      name: 'audit-missing-entries',
      text: `SELECT idx, stream, rev, position, entry, alarm, leaf_hash FROM audit.entry
              WHERE idx >= $1 AND idx < $2 AND ${STANDING} ORDER BY idx`,
      values: [from, Math.min(from + PAGE, shown.size)],
    });
    for (const row of rows) {
      const index = Number(row.idx);
      if (shown.has(index)) continue;
      yield {
        index,
        stream: row.stream,
        revision: BigInt(row.rev),
        position: row.position,
        entry: row.entry,
        isStrange: row.alarm !== null,
        leafHash: row.leaf_hash,
      };
    }
  }
}

/** Personal streams that the ledger's facts call closed: their events are gone because they were erased. */
export async function closedStreams(pool: Pool): Promise<ReadonlySet<StreamName>> {
  const { rows } = await pool.query<{ entry: string }>(
    `SELECT entry FROM audit.entry WHERE stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'
        AND entry LIKE '%"type":"PersonalStreamClosed"%'`,
  );
  const facts = rows.map(({ entry }) => JSON.parse(entry) as { type: string; data: { stream: string } });
  return new Set(facts.filter(({ type }) => type === 'PersonalStreamClosed').map(({ data }) => data.stream));
}

/** How many entries the audit copy holds, and the newest one. */
export async function newestEntry(
  pool: Pool,
): Promise<{ readonly index: number; readonly eventId: string; readonly position: string } | undefined> {
  const { rows } = await pool.query<{ idx: string; event_id: string; position: string }>(
    'SELECT idx, event_id, position FROM audit.entry ORDER BY idx DESC LIMIT 1',
  );
  const [row] = rows;
  return row && { index: Number(row.idx), eventId: row.event_id, position: row.position };
}
