import { existsSync } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from './finding.js';

/** A ledger that cannot write answers 503 to every command, and a purge rewrites tables beside their old files. */
const LEAST_FREE_BYTES = 1024 ** 3;
const GIB = 1024 ** 3;
/** Any right of anybody but the owner. */
const OTHERS = 0o077;

/** Whether there is room where data lies on this machine. */
export async function examineDisk(folder: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${(free / GIB).toFixed(1)} GiB`;
    return free < LEAST_FREE_BYTES
      ? { verdict: 'broken', code: 'disk-full', about: folder, detail }
      : { verdict: 'ok', code: 'disk-free', about: folder, detail };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { verdict: 'attention', code: 'disk-unknown', about: folder, detail: code ?? 'unknown' };
  }
}

/** Whether nobody but the server's own user can read the key-encryption keys. */
export async function examineKeyFolder(folder: string): Promise<Finding> {
  if (!existsSync(folder)) return { verdict: 'ok', code: 'keys-not-yet', about: folder };
  const open: string[] = [];
  for (const path of [folder, ...(await readdir(folder)).map((name) => join(folder, name))]) {
    const { mode } = await stat(path);
    if ((mode & OTHERS) !== 0) open.push(`${path} (${(mode & 0o777).toString(8)})`);
  }
  return open.length === 0
    ? { verdict: 'ok', code: 'keys-private', about: folder }
    : { verdict: 'broken', code: 'keys-open', about: folder, detail: open.join(', ') };
}
