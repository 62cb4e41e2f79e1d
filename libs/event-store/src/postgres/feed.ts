import type { CaughtUp, Checkpoint, Position, StoredEvent } from '../port.js';
import { AnotherHistory } from '../errors.js';
import { placeOf, toPosition } from '../position.js';
import { isPersonalStream, isSystemEvent } from '../stream-name.js';
import type { Connections } from './connections.js';
import { toStoredEvent, type EventRow, type Place } from './rows.js';

/** A page stops after this many bytes of payload, so that memory stays bounded whatever the events weigh. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** One page of the store's total order. */
export interface Page {
  readonly events: readonly StoredEvent[];
  /** The last place that the page covers, also when its event is not delivered. */
  readonly last: Place | undefined;
  /** Nothing stood behind the page when it was read. */
  readonly isLast: boolean;
}

interface IndexRow extends Omit<EventRow, 'data' | 'metadata'> {
  readonly bytes: number;
  readonly data: string | null;
  readonly metadata: string | null;
}

/** The total order of the store, read in pages by position. */
export class Feed {
  constructor(
    private readonly connections: Connections,
    private readonly pageEvents: number,
  ) {}

  /** The events after a position, without system events and without what was purged. */
  async pageAfter(position: Position): Promise<Page> {
    const rows = await this.connections.query<IndexRow>(PAGE, [position, this.pageEvents, PAGE_BYTES]);
    const sealed = await this.#personalPayloads(rows.filter((row) => isPersonalStream(row.stream)));
    const events = rows
      .filter((row) => !isSystemEvent(row.stream, row.type))
      .map((row): EventRow | undefined => complete(row, sealed.get(row.position)))
      .filter((row) => row !== undefined)
      .map(toStoredEvent);
    const last = rows.at(-1);
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0);
    return {
      events,
      last: last === undefined ? undefined : { position: toPosition(last.position), eventId: last.event_id },
      isLast: rows.length < this.pageEvents && bytes < PAGE_BYTES,
    };
  }

  /** The newest position; `undefined` in an empty store. */
  async head(): Promise<Position | undefined> {
    const [row] = await this.connections.query<{ head: string | null }>(HEAD, []);
    return row?.head == null ? undefined : toPosition(row.head);
  }

  /** Throws {@link AnotherHistory} unless the store holds the anchor's event where the reader knew it. */
  async verify({ position, anchor }: Checkpoint): Promise<void> {
    const [row] =
      isOurs(position) && isOurs(anchor.position)
        ? await this.connections.query<{ same: boolean }>(VERIFY, [anchor.position, anchor.eventId, position])
        : [];
    if (row?.same !== true) {
      throw new AnotherHistory('The store does not hold the event at which this reader stood');
    }
  }

  async #personalPayloads(
    rows: readonly IndexRow[],
  ): Promise<Map<string, { data: string; metadata: string }>> {
    if (rows.length === 0) return new Map();
    const found = await this.connections.query<{ position: string; data: string; metadata: string }>(SEALED, [
      rows.map((row) => row.stream),
      rows.map((row) => row.position),
    ]);
    return new Map(found.map((row) => [row.position, row]));
  }
}

/** Whether an item of the feed is the mark. */
export type FeedItem = StoredEvent | CaughtUp;

function isOurs(position: Position): boolean {
  return placeOf(position) !== undefined;
}

function complete(
  row: IndexRow,
  sealed: { data: string; metadata: string } | undefined,
): EventRow | undefined {
  const data = row.data ?? sealed?.data;
  const metadata = row.metadata ?? sealed?.metadata;
  return data === undefined || metadata === undefined ? undefined : { ...row, data, metadata };
}

const PAGE = {
  name: 'es_page',
  text: `
    SELECT w.position, w.event_id, w.stream, w.revision, w.type, w.recorded_at, w.bytes, p.data, p.metadata
      FROM (SELECT i.*, sum(i.bytes) OVER (ORDER BY i.position ROWS UNBOUNDED PRECEDING) - i.bytes AS before
              FROM (SELECT * FROM es.event_index WHERE position > $1::bigint ORDER BY position LIMIT $2) i) w
      LEFT JOIN es.payload p ON p.position = w.position
     WHERE w.before < $3
     ORDER BY w.position`,
};

const SEALED = {
  name: 'es_sealed',
  text: `
    SELECT p.position, p.data, p.metadata
      FROM unnest($1::text[], $2::bigint[]) AS w(stream, position)
      JOIN es.personal_payload p ON p.stream = w.stream AND p.position = w.position`,
};

const HEAD = { name: 'es_head', text: 'SELECT max(position) AS head FROM es.event_index' };

const VERIFY = {
  name: 'es_verify',
  text: `
    SELECT EXISTS (SELECT 1 FROM es.event_index WHERE position = $1::bigint AND event_id = $2::uuid)
           AND $3::bigint >= $1::bigint
           AND $3::bigint <= (SELECT max(position) FROM es.event_index) AS same`,
};
