import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serverAccount } from './account.js';
import { openFolder } from './embedded.harness.js';
import { packagedPostgres, runnablePrograms } from './programs.js';

/* Goal: node_modules as npm leaves it without install scripts, and in a folder closed to others, is good enough. */

const folder = openFolder();
const packed = join(folder.path, 'packed');
const native = join(packed, 'native');
const store = join(folder.path, 'store');
const account = serverAccount(join(store, 'postgres'));

beforeAll(() => {
  const original = packagedPostgres();
  mkdirSync(store);
  cpSync(original, native, { recursive: true, verbatimSymlinks: true });
  cpSync(join(original, '..', 'package.json'), join(packed, 'package.json'));
  // What the install script would have made.
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
  for (const { target } of links) rmSync(join(packed, target), { force: true });
  chmodSync(packed, 0o700);
});
afterAll(() => folder.remove());

it('the packaged programs are used where they run', async () => {
  const programs = await runnablePrograms(packagedPostgres(), store, account);
  expect(programs.postgres.startsWith(packagedPostgres())).toBe(true);
  expect(programs.major).toBe('18');
  expect(readdirSync(store)).toEqual([]);
});

it('else they are copied, with the links that were missing, and the copy is used again', async () => {
  const programs = await runnablePrograms(native, store, account);
  expect(programs.postgres.startsWith(store)).toBe(true);
  expect(programs.major).toBe('18');
  rmSync(join(native, 'bin'), { recursive: true });
  expect(await runnablePrograms(native, store, account)).toEqual(programs);
});

it('when nothing runs, both places and both reasons are named', async () => {
  const other = join(folder.path, 'other');
  mkdirSync(other);
  const failure = runnablePrograms(native, other, account);
  await expect(failure).rejects.toThrow(
    new RegExp(`${native} \\(.+\\) nor from ${other}.* \\(.+\\).*DATABASE_URL`),
  );
});
