import type { StoredRecord } from './record.js';

/** Index of the first record that is far enough; `isFar` holds from some record on. */
export function firstIndex(
  records: readonly StoredRecord[],
  isFar: (record: StoredRecord) => boolean,
): number {
  let [low, high] = [0, records.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const record = records[middle];
    if (record !== undefined && isFar(record)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The record of one revision, if it is on disk. */
export function recordAt(records: readonly StoredRecord[], revision: bigint): StoredRecord | undefined {
  const found = records[firstIndex(records, (record) => record.revision >= revision)];
  return found?.revision === revision ? found : undefined;
}
