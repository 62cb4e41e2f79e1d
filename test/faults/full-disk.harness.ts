import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZE = '400m';

/**
 * A command that starts a server on a small disk of its own: a folder in memory which no other process sees, so that it
 * can be filled to the last byte without harm to the machine. As root or as anybody; needs Linux.
 */
export function onSmallDisk(folder: string): readonly string[] {
  const own = process.getuid?.() === 0 ? [] : ['--map-current-user', '--keep-caps'];
  const script = `mount -t tmpfs -o size=${SIZE},mode=0777 tmpfs "$0" && exec "$@"`;
  return ['unshare', ...own, '--mount', 'sh', '-c', script, folder];
}

/** Whether this machine lets a process have a disk of its own; a container without rights does not. */
export function canHaveSmallDisk(): boolean {
  const [command = '', ...args] = onSmallDisk(tmpdir());
  return spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0;
}

/** The folder as a process with a disk of its own sees it. */
export const asSeenBy = (pid: number, folder: string): string => join(`/proc/${String(pid)}/root`, folder);

/** Takes the last free byte of the disk on which this folder is. */
export async function fillDisk(folder: string): Promise<void> {
  const file = await open(join(folder, 'filler'), 'w');
  const block = Buffer.alloc(1024 * 1024, 1);
  try {
    for (let size = block.length; size >= 1;) {
      try {
        const { bytesWritten } = await file.write(block, 0, size);
        if (bytesWritten < size) size = Math.floor(size / 2);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    await file.close();
  }
}

/** Gives the bytes back. */
export async function freeDisk(folder: string): Promise<void> {
  await rm(join(folder, 'filler'), { force: true });
}
