import type { ProbeOptions, ProbeReport, StreamName } from '../port.js';
import { closedAmong } from '../probing.js';
import type { Connections } from './connections.js';
import { NODE } from './purge.js';

/** Rows in one look. */
const PAGE = 2000;

/**
 * Names the closed streams of which rows, or bytes in a file that a purge has not yet rewritten, are still there.
 * Throws `AccessDenied`, `Unavailable`, what `isClosed` throws, and the reason of the signal.
 */
export async function probe(connections: Connections, options: ProbeOptions): Promise<ProbeReport> {
  return { nodes: [{ node: NODE, remaining: await closedAmong(names(connections), options) }] };
}

interface Row {
  readonly stream: StreamName;
  /** What tells the rows of a stream apart. */
  readonly next: string;
}

async function* names(connections: Connections): AsyncGenerator<StreamName[]> {
  for (const [statement, first] of [
    [HELD, '0'],
    [NOTED, ''],
  ] as const) {
    for (let last: Row = { stream: '', next: first }; ;) {
      const rows = await connections.query<Row>(statement, [last.stream, last.next, PAGE]);
      yield [...new Set(rows.map(({ stream }) => stream))];
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE) break;
      last = end;
    }
  }
}

/** The order is that of each partition's primary key, so a page is a merge of their indexes and sorts nothing. */
const HELD = {
  name: 'es_probe',
  text: `
    SELECT stream, position::text AS next FROM es.personal_payload
     WHERE (stream, position) > ($1, $2::bigint) ORDER BY stream, position LIMIT $3`,
};

const NOTED = {
  name: 'es_probe_notes',
  text: `
    SELECT stream, partition AS next FROM es.purge_note
     WHERE (stream, partition) > ($1, $2) ORDER BY stream, partition LIMIT $3`,
};
