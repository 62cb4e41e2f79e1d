import { NEVER_WRITTEN, type Expectation } from './record.js';

/** What the decision on an append looks at. */
export interface StreamView {
  /** Newest revision; `NEVER_WRITTEN` for an absent stream. */
  readonly last: bigint;
  readonly isTombstoned: boolean;
  readonly isSoftDeleted: boolean;
  readonly hasMetadata: boolean;
  /** Id of the event at a revision, as long as it is on disk. */
  idAt(revision: bigint): string | undefined;
  /** Revision of an event of this stream that was written since the server started. */
  recentRevisionOf(id: string): bigint | undefined;
}

/** What becomes of an append: written, known since earlier, or refused. */
export type AppendDecision =
  | { readonly kind: 'write' }
  | { readonly kind: 'known'; readonly last: bigint }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'tombstoned' };

const WRITE: AppendDecision = { kind: 'write' };
const CONFLICT: AppendDecision = { kind: 'conflict' };

/**
 * The server's rules of concurrency and idempotency. At an exact revision the ids on disk decide, for ever; with "any"
 * only what was written since the start is remembered, so a retry after a restart writes duplicates.
 */
export function decideAppend(
  stream: StreamView,
  expected: Expectation,
  ids: readonly string[],
): AppendDecision {
  if (stream.isTombstoned) return { kind: 'tombstoned' };
  switch (expected.kind) {
    case 'any':
      return retryOfAny(stream, ids);
    case 'streamExists':
      return stream.isSoftDeleted || (stream.last === NEVER_WRITTEN && !stream.hasMetadata)
        ? CONFLICT
        : WRITE;
    case 'noStream':
      return atRevision(stream, NEVER_WRITTEN, ids);
    case 'revision':
      return atRevision(stream, expected.revision, ids);
  }
}

function retryOfAny(stream: StreamView, ids: readonly string[]): AppendDecision {
  const revisions = ids.map((id) => stream.recentRevisionOf(id));
  const last = revisions.at(-1);
  if (revisions[0] === undefined) return WRITE;
  return last === undefined || revisions.includes(undefined) ? CONFLICT : { kind: 'known', last };
}

function atRevision(stream: StreamView, revision: bigint, ids: readonly string[]): AppendDecision {
  if (revision === stream.last) return WRITE;
  const isRebirth = stream.isSoftDeleted && revision === NEVER_WRITTEN;
  if (revision > stream.last) return CONFLICT;
  const isKnown = (id: string, index: number) => {
    const place = revision + 1n + BigInt(index);
    return stream.idAt(place) === id || stream.recentRevisionOf(id) === place;
  };
  if (ids.length > 0 && ids.every(isKnown)) return { kind: 'known', last: revision + BigInt(ids.length) };
  return isRebirth && !ids.some((id, index) => index === 0 && isKnown(id, index)) ? WRITE : CONFLICT;
}

/** Whether a delete or tombstone at this expectation is allowed. */
export function allowsDelete(stream: StreamView, expected: Expectation): boolean {
  switch (expected.kind) {
    case 'any':
      return true;
    case 'streamExists':
      return stream.last !== NEVER_WRITTEN && !stream.isSoftDeleted;
    case 'noStream':
      return stream.last === NEVER_WRITTEN || stream.isSoftDeleted;
    case 'revision':
      return stream.last === expected.revision;
  }
}
