import type { Checkpoint, Position, StoredEvent } from '../port.js';
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
  readonly last: Place;
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

  /**
   * The events after a place, without system events and without what was purged. The page begins with the row of the
   * place itself, so that each look also shows whether the store still holds the history that was followed.
   * Throws {@link AnotherHistory} when it does not.
   */
  async pageAfter(place: Place): Promise<Page> {
    const found = await this.connections.query<IndexRow>(PAGE, [place.position, this.pageEvents, PAGE_BYTES]);
    const rows = place.position === START.position ? found : afterFirst(found, place);
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
      last: last === undefined ? place : { position: toPosition(last.position), eventId: last.event_id },
      isLast: found.length <= this.pageEvents && bytes < PAGE_BYTES,
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

/** Before the first event of every store. */
export const START: Place = { position: toPosition(0n) };

function afterFirst(
  [first, ...rest]: readonly IndexRow[],
  { position, eventId }: Place,
): readonly IndexRow[] {
  const isThere = first !== undefined && toPosition(first.position) === position;
  if (isThere && (eventId === undefined || eventId === first.event_id)) return rest;
  throw new AnotherHistory('The store no longer holds the event at which this reader stands');
}

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
              FROM (SELECT position, event_id, stream, revision, type, recorded_at,
                           CASE WHEN position = $1::bigint THEN 0 ELSE bytes END AS bytes
                      FROM es.event_index WHERE position >= $1::bigint ORDER BY position LIMIT $2::bigint + 1) i) w
      LEFT JOIN es.payload p ON p.position = w.position AND w.position > $1::bigint
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
    SELECT $3::bigint >= $1::bigint
           AND EXISTS (SELECT 1 FROM es.event_index WHERE position = $1::bigint AND event_id = $2::uuid) AS same`,
};
