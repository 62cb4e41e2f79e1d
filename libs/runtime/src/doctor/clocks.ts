import type { Finding } from './finding.js';

/** Deadlines are days and tokens live for minutes, but events are read in the order in which clocks put them. */
const TOLERATED_MS = 2000;

/** What a clock's difference from this machine's means. */
export function skewOf(about: string, skewMs: number): Finding {
  const detail = (skewMs / 1000).toFixed(1);
  return Math.abs(skewMs) <= TOLERATED_MS
    ? { verdict: 'ok', code: 'clock-agrees', about, detail }
    : { verdict: 'broken', code: 'clock-differs', about, detail };
}
