import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, ps } from './process-mark.js';

/** What PostgreSQL's main process says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting` (also while it recovers from a crash), `ready`, `stopping`. */
  readonly status: string;
}

/** Reads the file; `undefined` when there is none, or when it is only half written yet. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, status: (lines[7] ?? '').trim() } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Is this living process the server of this very data folder? The file alone does not tell: after a crash or in
 * another container its pid may be anybody's, and that one must not be harmed.
 */
export function isServerOf(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  try {
    if (process.platform !== 'linux') return ps(pid, 'args=').includes(data);
    // PostgreSQL works inside its data folder, also when that was renamed meanwhile.
    const program = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '';
    return readlinkSync(`/proc/${pid}/cwd`) === data && /(^|\/)postgres/.test(program);
  } catch {
    return false;
  }
}
