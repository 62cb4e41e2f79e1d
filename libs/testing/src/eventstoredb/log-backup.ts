import type { StoredRecord } from './record.js';

/** All that lay on the disk at one moment. */
export interface LogBackup {
  readonly records: readonly StoredRecord[];
  readonly streams: ReadonlyMap<string, StreamState>;
  readonly next: bigint;
}

/** One stream: its records on disk, and the revision of its newest event, there or not. */
export interface StreamState {
  records: StoredRecord[];
  last: bigint;
}

/** The same streams, to be written to without changing these. */
export function copyOf(streams: ReadonlyMap<string, StreamState>): Map<string, StreamState> {
  return new Map([...streams].map(([name, { records, last }]) => [name, { records: [...records], last }]));
}
