import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, ps } from './process-mark.js';

/** What PostgreSQL's main process says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** `starting` (also while it recovers from a crash), `ready`, `stopping`. */
  readonly status: string;
  /** When it was written, in nanoseconds. */
  readonly writtenAt: bigint;
}

/** Reads the file; `undefined` when there is none, or when it is only half written yet. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  try {
    const path = join(data, 'postmaster.pid');
    const { mtimeNs: writtenAt } = statSync(path, { bigint: true });
    const lines = readFileSync(path, 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 0
      ? { pid, status: (lines[7] ?? '').trim(), writtenAt }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Does this server take connections? `stale` is the file as it lay there before the start: a killed one leaves
 * "ready" behind, and in a container that was started anew its pid is very likely ours.
 */
export function isReady(data: string, pid: number | undefined, stale: PostmasterFile | undefined): boolean {
  const file = readPostmasterFile(data);
  return file?.pid === pid && file?.status === 'ready' && file.writtenAt !== stale?.writtenAt;
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
