import { canonicalJson } from '#kernel';
import { Problem } from '#http';

/**
 * What one description may weigh as canonical JSON, in bytes: with its metadata the entry stays below the 32 KiB that
 * fit a proof.
 */
export const MAX_FACT_BYTES = 30 * 1024;

/** Throws `payload-too-large` for a description that one fact cannot hold. */
export function refuseOversized(description: object): void {
  if (Buffer.byteLength(canonicalJson(description)) > MAX_FACT_BYTES) {
    throw new Problem('payload-too-large', { note: `At most ${String(MAX_FACT_BYTES)} bytes` });
  }
}
