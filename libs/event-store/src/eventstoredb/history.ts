import { AnotherHistory, Unavailable } from '../errors.js';
import type { Checkpoint, Position } from '../port.js';
import type { Calls, Decided } from './calls.js';
import { faultOf } from './classify.js';
import { positionOf, type Recorded } from './events.js';
import { readPage, type RecordedPage } from './pages.js';
import { placeOf, type LogPlace } from './positions.js';
import { isSystemEvent } from '../stream-name.js';

/** Records in the second and each further look back for an event. */
const LOOK_BACK = 256;

/**
 * The position of the newest event that readers are given; `undefined` while there is none. The server writes records of
 * its own behind it (tombstones, scavenges, users), which nobody who follows the events would ever reach.
 */
export async function newestEventPosition(calls: Calls): Promise<Position | undefined> {
  let before: LogPlace | undefined;
  for (;;) {
    const records = await recordsBefore(calls, before, before === undefined ? 1 : LOOK_BACK);
    const newest = records.find(({ streamId, type }) => !isSystemEvent(streamId, type));
    if (newest !== undefined) return positionOf(newest);
    const oldest = records.at(-1)?.position;
    if (oldest === undefined || (before !== undefined && oldest.commit >= before.commit)) return undefined;
    before = oldest;
  }
}

/** The place of the newest record in the store, its own records included. */
async function newestPosition(calls: Calls): Promise<Position | undefined> {
  const [newest] = await recordsBefore(calls, undefined, 1);
  return newest === undefined ? undefined : positionOf(newest);
}

/** The newest records first; `undefined`: from the end. */
async function recordsBefore(calls: Calls, place: LogPlace | undefined, maxCount: number) {
  const decided = await calls.read((client, ms) =>
    readPage(
      client.readAll({
        ...client.toLeader,
        direction: 'backwards',
        fromPosition: place ?? 'end',
        maxCount,
      }),
      ms,
    ),
  );
  return eventsOf(decided);
}

/**
 * Throws {@link AnotherHistory} unless the store reaches to the position and holds the anchor's event where the reader
 * knew it: a store that was replaced, or restored to an earlier day.
 */
export async function assertSameHistory(calls: Calls, { position, anchor }: Checkpoint): Promise<void> {
  const place = placeOf(anchor.position);
  if (place === undefined || placeOf(position) === undefined || anchor.position > position) throw another();
  const newest = await newestPosition(calls);
  if (newest === undefined || newest < position) throw another();
  const found = await recordAt(calls, place);
  if (found?.id !== anchor.eventId || positionOf(found) !== anchor.position) throw another();
}

/** The first record at or after the place. Where the log has no record, the server answers with an error of its own. */
async function recordAt(calls: Calls, fromPosition: LogPlace): Promise<Recorded | undefined> {
  try {
    const decided = await calls.read((client, ms) =>
      readPage(client.readAll({ ...client.toLeader, fromPosition, maxCount: 1 }), ms),
    );
    return decided.verdict?.kind === 'refused' ? undefined : eventsOf(decided)[0];
  } catch (error) {
    const isAnswer = error instanceof Unavailable && isNoSuchPlace(error.cause);
    if (isAnswer) return undefined;
    throw error;
  }
}

function eventsOf(decided: Decided<RecordedPage>): readonly Recorded[] {
  if (decided.verdict === undefined) return decided.answer.events;
  throw new Unavailable('notWritten', { cause: decided.cause });
}

/** An "unknown" answer of a node that otherwise reads (code 2) speaks of the place, not of the node. */
function isNoSuchPlace(cause: unknown): boolean {
  return faultOf(cause).kind === 'undecided' && (cause as { code?: unknown } | null)?.code === 2;
}

function another(): AnotherHistory {
  return new AnotherHistory('The store does not hold the event at which this reader stood');
}
