import type { EventData } from '@eventstore/db-client';
import { AppendTooLarge, ConcurrencyConflict, StreamClosed, Unavailable } from '../errors.js';
import { within } from '../deadline.js';
import { isSameEvent, revisionOrNone, type PreparedBatch, type PreparedEvent } from '../guard.js';
import type { AppendResult, Position, StreamName } from '../port.js';
import type { Calls, Decided } from './calls.js';
import type { Verdict } from './classify.js';
import { toPosition, type LogPlace } from './positions.js';
import type { Settings } from './settings.js';
import { readStream } from './stream-reader.js';

/** The client's own deadline comes first; ours is for a call that forgets it. */
const GRACE_MS = 200;

/** What writes to the store: appends and tombstones at an exact revision, on the leader. */
export class Writer {
  constructor(
    private readonly calls: Calls,
    private readonly settings: Settings,
  ) {}

  /**
   * Appends on the classic path, never in a batch call: each call carries credentials, which keeps it there. A success
   * that may be a replay is compared with what the store holds, because the server takes the same ids with other data
   * for the same append.
   */
  async append(batch: PreparedBatch, mayBeRetry: boolean, timeoutMs: number): Promise<AppendResult> {
    const events = batch.events.map(toEventData);
    const decided = await this.calls.write(
      (client, ms) =>
        within(
          ms + GRACE_MS,
          client.appendToStream(batch.stream, events, {
            ...client.toLeader,
            expectedRevision: expectedOf(batch.expected),
            deadline: ms,
          }),
        ),
      timeoutMs,
    );
    if (decided.verdict !== undefined) throw refusalOf(batch.stream, batch.expected, decided);
    const revision = batch.expected + BigInt(batch.events.length);
    if ((mayBeRetry || decided.isRepeated) && !(await this.#holds(batch))) {
      throw new ConcurrencyConflict(batch.stream, revisionOrNone(batch.expected), revision);
    }
    // A replay whose events are gone is known to the server, which can no longer place it.
    const position = placedAt(decided.answer.position);
    return position === undefined ? { revision } : { revision, position };
  }

  /** Tombstones a stream. One that is tombstoned already is a success: the server keeps no revision to compare. */
  async close(stream: StreamName, expected: bigint): Promise<void> {
    const decided = await this.calls.write(
      (client, ms) =>
        within(
          ms + GRACE_MS,
          client.tombstoneStream(stream, {
            ...client.toLeader,
            expectedRevision: expectedOf(expected),
            deadline: ms,
          }),
        ),
      this.settings.timeoutMs,
    );
    if (decided.verdict === undefined || decided.verdict.kind === 'closed') return;
    throw refusalOf(stream, expected, decided);
  }

  /** Whether what can still be read at the place of the batch is the batch. It is written: a failure hides only that. */
  async #holds(batch: PreparedBatch): Promise<boolean> {
    const first = batch.expected + 1n;
    const range = { from: first, limit: batch.events.length };
    try {
      for await (const stored of readStream(this.calls, this.settings.pageEvents, batch.stream, range)) {
        const offered = batch.events[Number(stored.revision - first)];
        if (offered === undefined || !isSameEvent(stored, offered)) return false;
      }
      return true;
    } catch (error) {
      throw error instanceof Unavailable ? new Unavailable('unknown', { cause: error.cause }) : error;
    }
  }
}

/** The text is what counts; it is parsed only because the client writes JSON itself. Metadata go as bytes, whatever they are. */
function toEventData({ id, type, data, metadata }: PreparedEvent): EventData {
  return {
    id,
    type,
    contentType: 'application/json',
    data: JSON.parse(data) as Record<string, unknown>,
    // The client tells bytes by this very constructor, which a Buffer is not.
    metadata: Uint8Array.from(Buffer.from(metadata, 'utf8')),
  };
}

function expectedOf(revision: bigint): bigint | 'no_stream' {
  return revision < 0n ? 'no_stream' : revision;
}

function placedAt(place: LogPlace | undefined): Position | undefined {
  return place === undefined ? undefined : toPosition(place);
}

function refusalOf(
  stream: StreamName,
  expected: bigint,
  { verdict, cause, isRepeated }: Extract<Decided<unknown>, { verdict: Verdict }>,
): Error {
  switch (verdict.kind) {
    case 'conflict':
      return new ConcurrencyConflict(stream, revisionOrNone(expected), verdict.actual);
    case 'closed':
      return new StreamClosed(stream);
    case 'tooLarge':
      return new AppendTooLarge('The server takes less in one append', { cause });
    case 'absent':
    case 'denied':
    case 'refused':
      return new Unavailable(isRepeated ? 'unknown' : 'notWritten', { cause });
  }
}
