import { Coalesced } from '#kernel';
import type { StreamName } from '../port.js';
import type { Connections } from './connections.js';
import type { EventRow } from './rows.js';

/** Events that the first page of a stream holds at most; most streams have fewer. */
export const FIRST_PAGE = 32;
/** Streams of one statement at most: a page may weigh a megabyte. */
const MAX_STREAMS = 32;

const FIRST_PAGES = {
  name: 'es_first_pages',
  text: `
    SELECT r.number, i.position, i.event_id, i.stream, i.revision, i.type, i.recorded_at, i.data, i.metadata
      FROM unnest($1::text[]) WITH ORDINALITY AS r(stream, number)
     CROSS JOIN LATERAL (
       SELECT x.position, x.event_id, x.stream, x.revision, x.type, x.recorded_at, p.data, p.metadata
         FROM es.event_index x JOIN es.payload p ON p.position = x.position
        WHERE x.stream = r.stream AND NOT EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = r.stream)
        ORDER BY x.revision LIMIT ${String(FIRST_PAGE)}) AS i
     ORDER BY r.number, i.revision`,
};

/**
 * Begins of streams: each command reads one before it decides. Those that are asked for at the same time share a
 * statement, as their appends share a transaction.
 */
export class FirstPages {
  readonly #reads: Coalesced<StreamName, readonly EventRow[]>;

  constructor(connections: Connections) {
    this.#reads = new Coalesced({
      write: (streams) => readTogether(connections, streams),
      // Nothing in a name can make the statement fail: what does, concerns all.
      isCommon: () => true,
      maxTogether: MAX_STREAMS,
    });
  }

  /** The first {@link FIRST_PAGE} events of a stream that is not personal, none if it is absent or closed. */
  of(stream: StreamName): Promise<readonly EventRow[]> {
    return this.#reads.add(stream);
  }
}

async function readTogether(
  connections: Connections,
  streams: readonly StreamName[],
): Promise<(readonly EventRow[])[]> {
  const rows = await connections.query<EventRow & { readonly number: string }>(FIRST_PAGES, [streams]);
  const pages = streams.map((): EventRow[] => []);
  for (const row of rows) pages[Number(row.number) - 1]?.push(row);
  return pages;
}
