import { Unavailable } from '../errors.js';
import type { StoredEvent, StreamName } from '../port.js';
import type { Calls } from './calls.js';
import { toStoredEvent } from './events.js';
import { readPage, type RecordedPage } from './pages.js';

/** Beyond every revision that a stream can reach. */
const NEWEST = 2n ** 63n - 1n;
const NOTHING: RecordedPage = { events: [], isCut: false };

/** What part of a stream is read. */
export interface ReadRange {
  readonly from?: bigint;
  readonly limit?: number;
  readonly backwards?: boolean;
}

/**
 * Reads a stream page by page from the leader, each in a call of its own, so that a reader who stops early leaves
 * nothing behind. An absent stream is empty, a tombstoned one too.
 */
export async function* readStream(
  calls: Calls,
  pageEvents: number,
  stream: StreamName,
  { from, limit = Infinity, backwards = false }: ReadRange,
): AsyncGenerator<StoredEvent> {
  let next = withinReach(from);
  let left = limit;
  while (left > 0 && (next === undefined || next >= 0n)) {
    const size = Math.min(left, pageEvents);
    const { events, isCut }: RecordedPage = await pageOf(calls, stream, {
      from: next,
      limit: size,
      backwards,
    });
    for (const event of events) yield toStoredEvent(event);
    const last = events.at(-1);
    if (last === undefined || (events.length < size && !isCut)) return;
    left -= events.length;
    next = last.revision + (backwards ? -1n : 1n);
  }
}

function withinReach(from: bigint | undefined): bigint | undefined {
  return from !== undefined && from > NEWEST ? NEWEST : from;
}

async function pageOf(
  calls: Calls,
  stream: StreamName,
  range: { readonly from: bigint | undefined; readonly limit: number; readonly backwards: boolean },
): Promise<RecordedPage> {
  const { from, limit, backwards } = range;
  const decided = await calls.read((client, ms) =>
    readPage(
      client.readStream(stream, {
        ...client.toLeader,
        direction: backwards ? 'backwards' : 'forwards',
        fromRevision: from ?? (backwards ? 'end' : 'start'),
        maxCount: limit,
      }),
      ms,
    ),
  );
  if (decided.verdict?.kind === 'absent' || decided.verdict?.kind === 'closed') return NOTHING;
  if (decided.verdict !== undefined) throw new Unavailable('notWritten', { cause: decided.cause });
  // A page that begins beyond the end of the stream may be empty although older events are asked for.
  if (backwards && from !== undefined && decided.answer.events.length === 0)
    return newestUpTo(calls, stream, range);
  return decided.answer;
}

async function newestUpTo(
  calls: Calls,
  stream: StreamName,
  { from = NEWEST, limit }: { readonly from: bigint | undefined; readonly limit: number },
): Promise<RecordedPage> {
  const page = await pageOf(calls, stream, { from: undefined, limit, backwards: true });
  return { events: page.events.filter(({ revision }) => revision <= from), isCut: page.isCut };
}
