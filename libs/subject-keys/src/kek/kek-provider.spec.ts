import { chmod, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileKekProvider } from './file-kek-provider.js';
import { KekGone, KekRefused } from './kek-provider.js';
import { kekProviderContract } from './kek-provider.contract-suite.js';
import { KeyFolderUnsafe } from './key-folder.js';
import { MemoryKekProvider } from './memory-kek-provider.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'greffe-kek-'));
});
afterAll(() => rm(root, { recursive: true }));

const memory = new MemoryKekProvider();
kekProviderContract('memory', () => Promise.resolve(memory));
kekProviderContract('files', () => Promise.resolve(new FileKekProvider(join(root, 'contract', 'keys'))));

let next = 0;
async function newKeyFile(): Promise<{ folder: string; ref: string; path: string }> {
  next += 1;
  const folder = join(root, String(next));
  const ref = await new FileKekProvider(folder).createEpochKey();
  return { folder, ref, path: join(folder, `${ref}.key`) };
}
const wrapIn = (folder: string, ref: string): Promise<Buffer> =>
  new FileKekProvider(folder).wrap(ref, Buffer.alloc(32), Buffer.alloc(0));

describe('key files', () => {
  it('are private, in a private folder, one per epoch', async () => {
    const { folder, path } = await newKeyFile();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await new FileKekProvider(folder).createEpochKey();
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('are refused when others may read them, with the command that mends it', async () => {
    const { folder, ref, path } = await newKeyFile();
    await chmod(path, 0o640);
    await expect(wrapIn(folder, ref)).rejects.toThrow(`mode 640 lets other users in; run: chmod 600 ${path}`);
    await chmod(path, 0o600);
    await wrapIn(folder, ref);
    await chmod(folder, 0o755);
    await expect(wrapIn(folder, ref)).rejects.toThrow(`run: chmod 700 ${folder}`);
    await expect(new FileKekProvider(folder).createEpochKey()).rejects.toThrow(KeyFolderUnsafe);
  });

  it('are refused behind a link or a folder that is none', async () => {
    const { folder, ref, path } = await newKeyFile();
    await rm(path);
    await symlink('/etc/hostname', path);
    await expect(wrapIn(folder, ref)).rejects.toThrow(KeyFolderUnsafe);
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(new FileKekProvider(file).createEpochKey()).rejects.toThrow();
  });

  it('are refused when their content is no key', async () => {
    const { folder, ref, path } = await newKeyFile();
    await writeFile(path, 'not a key');
    await expect(wrapIn(folder, ref)).rejects.toThrow(KekRefused);
  });

  it('never lead out of their folder', async () => {
    const { folder } = await newKeyFile();
    for (const ref of ['../x', 'kek_1', '/etc/passwd', ''])
      await expect(wrapIn(folder, ref)).rejects.toThrow(KekGone);
  });

  it('are overwritten when they are destroyed', async () => {
    const { folder, ref, path } = await newKeyFile();
    const copy = join(folder, 'hard-link');
    const { link } = await import('node:fs/promises');
    await link(path, copy);
    const before = await readFile(copy);
    const evidence = await new FileKekProvider(folder).destroy(ref);
    expect(evidence.method).toBe('key file overwritten and removed');
    expect((await readFile(copy)).equals(before)).toBe(false);
    expect((await new FileKekProvider(folder).destroy(ref)).method).toBe('key file already absent');
  });
});
