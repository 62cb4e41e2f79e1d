import type { StoredEvent, StreamName } from '../port.js';
import { isPersonalStream } from '../stream-name.js';
import type { Connections, Statement } from './connections.js';
import { FIRST_PAGE, type FirstPages } from './first-pages.js';
import { toStoredEvent, type EventRow } from './rows.js';

/** Beyond every revision: where a backward read starts. */
const NEWEST = 2n ** 63n - 1n;

/** What reading takes. */
export interface StreamReading {
  readonly connections: Connections;
  readonly firstPages: FirstPages;
  /** Events of each further page. */
  readonly pageEvents: number;
}

/** What part of a stream is read. */
export interface ReadRange {
  readonly from?: bigint;
  readonly limit?: number;
  readonly backwards?: boolean;
}

/**
 * Reads a stream page by page, each in a statement of its own, so that a reader who stops early leaves nothing behind.
 * A stream that an erasure closed reads as empty at once, before its payload is physically gone.
 */
export async function* readStream(
  reading: StreamReading,
  stream: StreamName,
  range: ReadRange,
): AsyncGenerator<StoredEvent> {
  const { connections, firstPages, pageEvents } = reading;
  const { statement, first, step } = wayThrough(stream, range.backwards ?? false);
  let left = range.limit ?? Infinity;
  let next = range.from ?? first;
  if (next > NEWEST) next = NEWEST;
  let isShared = beginsTogether(stream, range);
  while (left > 0 && next >= 0n) {
    const size = isShared ? FIRST_PAGE : Math.min(left, pageEvents);
    const rows = isShared
      ? (await firstPages.of(stream)).slice(0, left)
      : await connections.query<EventRow>(statement, [stream, next, size]);
    for (const row of rows) yield toStoredEvent(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < size) return;
    isShared = false;
    left -= rows.length;
    next = BigInt(last.revision) + step;
  }
}

/** Whether it begins with the page that reads under way together share; who wants more than that asks for it at once. */
function beginsTogether(stream: StreamName, { from = 0n, limit, backwards = false }: ReadRange): boolean {
  const isLong = limit !== undefined && limit > FIRST_PAGE;
  return !backwards && from === 0n && !isLong && !isPersonalStream(stream);
}

function wayThrough(
  stream: StreamName,
  backwards: boolean,
): { statement: Statement; first: bigint; step: bigint } {
  const { forwards, back } = isPersonalStream(stream) ? STATEMENTS.personal : STATEMENTS.clear;
  return backwards
    ? { statement: back, first: NEWEST, step: -1n }
    : { statement: forwards, first: 0n, step: 1n };
}

const STATEMENTS = {
  clear: both('clear', 'es.payload p ON p.position = i.position'),
  personal: both('personal', 'es.personal_payload p ON p.stream = $1 AND p.position = i.position'),
};

function both(name: string, payload: string): { forwards: Statement; back: Statement } {
  const page = (comparison: string, order: string): string => `
    SELECT i.position, i.event_id, i.stream, i.revision, i.type, i.recorded_at, p.data, p.metadata
      FROM es.event_index i JOIN ${payload}
     WHERE i.stream = $1 AND i.revision ${comparison} $2::bigint
       AND NOT EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = $1)
     ORDER BY i.revision ${order} LIMIT $3`;
  return {
    forwards: { name: `es_read_${name}`, text: page('>=', 'ASC') },
    back: { name: `es_read_${name}_back`, text: page('<=', 'DESC') },
  };
}
