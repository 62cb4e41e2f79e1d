import { chownSync, constants, statSync } from 'node:fs';
import { access, mkdir, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EmbeddedPostgresFailed } from './errors.js';

/**
 * Makes the home if it is absent and answers its true path, so that two names of one folder are one home.
 *
 * @throws EmbeddedPostgresFailed when this user may not work in it
 */
export async function openHome(path: string): Promise<string> {
  try {
    // As root others must pass through, since PostgreSQL runs as one of them; nobody needs to list it.
    await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const home = await realpath(path);
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
    return home;
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `The folder ${path} can not be used (${(cause as Error).message}): ` +
        'set GREFFE_HOME to one that this user may read and write',
      { cause },
    );
  }
}

/** What root writes into a normal user's folder is that user's, or one start with sudo would lock them out. */
export function giveToFolderOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  if (uid !== 0) chownSync(path, uid, gid);
}
