import type { ProbeOptions, ProbeReport, StreamName } from '../port.js';
import { closedAmong } from '../probing.js';
import type { Connections } from './connections.js';
import { NODE } from './purge.js';

/** Names in one look. */
const PAGE = 500;

/**
 * Names the closed streams of which rows, or bytes in a file that a purge has not yet rewritten, are still there.
 * Throws `AccessDenied`, `Unavailable`, what `isClosed` throws, and the reason of the signal.
 */
export async function probe(connections: Connections, options: ProbeOptions): Promise<ProbeReport> {
  return { nodes: [{ node: NODE, remaining: await closedAmong(names(connections), options) }] };
}

async function* names(connections: Connections): AsyncGenerator<StreamName[]> {
  for (const statement of [HELD, NOTED]) {
    for (let last = ''; ;) {
      const rows = await connections.query<{ stream: StreamName }>(statement, [last, PAGE]);
      yield rows.map(({ stream }) => stream);
      const end = rows.at(-1);
      if (end === undefined || rows.length < PAGE) break;
      last = end.stream;
    }
  }
}

/** Each name costs one look into each partition's index, however many events the stream has. */
const HELD = {
  name: 'es_probe',
  text: 'SELECT DISTINCT stream FROM es.personal_payload WHERE stream > $1 ORDER BY stream LIMIT $2',
};

const NOTED = {
  name: 'es_probe_notes',
  text: 'SELECT DISTINCT stream FROM es.purge_note WHERE stream > $1 ORDER BY stream LIMIT $2',
};
