import { TOMBSTONE_REVISION, type StoredRecord } from './record.js';

/** What scavenging needs to know of a stream. */
export interface Retention {
  readonly isTombstoned: boolean;
  readonly last: bigint;
  readonly firstVisible: bigint;
}

/** Bytes of a chunk: where the log goes on after a scavenge. */
const CHUNK = 256n * 1024n * 1024n;

/**
 * Which records a scavenge removes: all of a tombstoned stream but the tombstone, and of a living one what its
 * metadata hides, save its last event, which stays even after a soft delete.
 */
export function isScavenged(retentionOf: (stream: string) => Retention) {
  const known = new Map<string, Retention>();
  return ({ stream, revision }: StoredRecord): boolean => {
    const retention = known.get(stream) ?? retentionOf(stream);
    known.set(stream, retention);
    if (retention.isTombstoned) return revision !== TOMBSTONE_REVISION;
    return revision < retention.firstVisible && revision !== retention.last;
  };
}

/** First position of the chunk after the one that holds this position. */
export function nextChunk(position: bigint): bigint {
  return (position / CHUNK + 1n) * CHUNK;
}
