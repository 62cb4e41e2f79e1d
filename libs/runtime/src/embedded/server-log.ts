import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { giveToFolderOwner } from './home-folder.js';

/** Size at which `postgres.log` becomes `postgres.log.1`; what stood there is gone. Twice this is all it ever takes. */
const maxBytes = 10 * 1024 * 1024;
const lookMs = 60_000;

/** The file that PostgreSQL writes to. It outlives this process, so a server that outlives it too can still write. */
export interface ServerLog {
  readonly path: string;
  /** Opens it for a new server; the caller closes it once the child has it. */
  open(): number;
  /** What was written behind this many bytes, at most the last 4 kB: the reason of a failure. */
  since(bytes: number): string;
  size(): number;
  /** Moves the file aside if it has grown too big. */
  rotate(): void;
  /** Ends the look at its size, which otherwise happens every minute. */
  close(): void;
}

/** Opens `<home>/postgres.log`, readable by its owner only. */
export function openServerLog(home: string): ServerLog {
  const path = join(home, 'postgres.log');
  const open = (): number => {
    const file = openSync(path, 'a+', 0o600);
    giveToFolderOwner(path);
    return file;
  };
  const size = (): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const rotate = (): void => {
    if (size() <= maxBytes) return;
    // Not renamed: the server appends to the open file and starts over at its new end.
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  };
  const timer = setInterval(rotate, lookMs).unref();
  rotate();
  return { path, open, size, rotate, since: (bytes) => tail(open, bytes), close: () => clearInterval(timer) };
}

function tail(open: () => number, from: number): string {
  const file = open();
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from > size ? 0 : from, size - 4096);
    const buffer = Buffer.alloc(size - start);
    readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trim();
  } finally {
    closeSync(file);
  }
}
