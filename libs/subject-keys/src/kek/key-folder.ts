import { constants } from 'node:fs';
import { lstat, mkdir, open, type FileHandle } from 'node:fs/promises';

/** A key file or its folder is open to others, is a link, or belongs to another user. Nothing was read. */
export class KeyFolderUnsafe extends Error {
  override readonly name = 'KeyFolderUnsafe';
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`The key material at ${path} is not safe: ${problem}`);
  }
}

const OTHERS = 0o077;

/** Creates the folder with mode 0700 if it is absent. Throws {@link KeyFolderUnsafe} if others may enter it. */
export async function ensureKeyFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw new KeyFolderUnsafe(path, 'it is not a folder');
  assertPrivate(path, stats, 'chmod 700');
}

/** Opens an existing key file, following no link. Throws {@link KeyFolderUnsafe} if it is open to others. */
export async function openKeyFile(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | constants.O_NOFOLLOW).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP')
      throw new KeyFolderUnsafe(path, 'it is a symbolic link');
    throw error;
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new KeyFolderUnsafe(path, 'it is not a file');
    assertPrivate(path, stats, 'chmod 600');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Writes a new file with mode 0600 and returns when it and its folder are on disk. Refuses to overwrite. */
export async function createKeyFile(folder: string, path: string, content: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content, 'utf8');
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(folder);
}

/** Makes a creation or removal in the folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function assertPrivate(path: string, stats: { mode: number; uid: number }, remedy: string): void {
  if (process.platform === 'win32') return;
  if ((stats.mode & OTHERS) !== 0) {
    const mode = (stats.mode & 0o777).toString(8);
    throw new KeyFolderUnsafe(path, `mode ${mode} lets other users in; run: ${remedy} ${path}`);
  }
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== uid) {
    throw new KeyFolderUnsafe(
      path,
      `it belongs to user ${String(stats.uid)} and this process runs as ${String(uid)}`,
    );
  }
}
