import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { openFolder } from './embedded.harness.js';
import { isReady, isServerOf, readPostmasterFile } from './postmaster-file.js';

const folder = openFolder();
const data = folder.path;

function write(pid: number, status: string, second: number): void {
  const path = join(data, 'postmaster.pid');
  writeFileSync(
    path,
    [pid, data, 1_760_000_000, 5432, '', '127.0.0.1', '123 4', `${status}   `, ''].join('\n'),
  );
  utimesSync(path, second, second);
}

afterAll(() => folder.remove());

it('a file that was there before is not the word of the new server, even with its pid (a container started anew)', () => {
  write(15, 'ready', 1000);
  const stale = readPostmasterFile(data);
  expect(isReady(data, 15, stale)).toBe(false);
  write(15, 'starting', 1001);
  expect(isReady(data, 15, stale)).toBe(false);
  write(16, 'ready', 1001);
  expect(isReady(data, 15, stale)).toBe(false);
  write(15, 'ready', 1001);
  expect(isReady(data, 15, stale)).toBe(true);
});

it('a half-written file says nothing', () => {
  writeFileSync(join(data, 'postmaster.pid'), '');
  expect(readPostmasterFile(data)).toBeUndefined();
  expect(isReady(data, 15, undefined)).toBe(false);
});

it('a living process that is no PostgreSQL, or works elsewhere, is not the server of the folder', () => {
  expect(isServerOf(process.pid, data)).toBe(false);
  expect(isServerOf(process.pid, process.cwd())).toBe(false);
  expect(isServerOf(2 ** 22 + 1, data)).toBe(false);
});
