import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openFolder } from './embedded.harness.js';
import { HomeInUse } from './errors.js';
import { lockHome } from './home-lock.js';
import { pidPlace, processMark } from './process-mark.js';

const folder = openFolder();
const path = join(folder.path, 'greffe.lock');
const lock = (): ReturnType<typeof lockHome> => lockHome(folder.path, ['api'], '/x/connection.env');
const self = {
  id: 'other',
  pid: process.pid,
  place: pidPlace(),
  mark: processMark(process.pid),
  roles: ['api'],
};

/** A lock that somebody left, last touched so long ago. */
function left(record: object | string, ageMs = 0): void {
  writeFileSync(
    path,
    typeof record === 'string' ? record : JSON.stringify({ startedAt: '2026-01-01', ...record }),
  );
  const then = new Date(Date.now() - ageMs);
  utimesSync(path, then, then);
}

beforeEach(() => rmSync(path, { force: true }));
afterAll(() => folder.remove());

describe('a lock whose holder lives', () => {
  it('is respected, and free again after its release', async () => {
    const first = await lock();
    await expect(lock()).rejects.toThrow(HomeInUse);
    first.release();
    (await lock()).release();
  });

  it('is respected in a place whose processes can not be looked up, as long as it is touched', async () => {
    left({ ...self, place: 'another container' });
    const touch = setInterval(() => utimesSync(path, new Date(), new Date()), 500);
    await expect(lock()).rejects.toThrow(HomeInUse);
    clearInterval(touch);
  });

  it('is not removed by a release that comes too late', async () => {
    const first = await lock();
    left(self);
    first.release();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ id: 'other' });
  });
});

describe('a lock whose holder is dead is taken over', () => {
  it.each([
    ['its pid is free', { ...self, pid: 2 ** 22 + 1, mark: '1' }, 0],
    ['its pid is a stranger’s now', { ...self, mark: '1' }, 0],
    ['another place, untouched for long', { ...self, place: 'before the reboot' }, 60_000],
    ['another place, not touched while one looks', { ...self, place: 'another container' }, 1_000],
    ['nothing of it was written', '', 60_000],
  ])('%s', async (_, record, ageMs) => {
    left(record, ageMs);
    (await lock()).release();
  });
});

it('of twenty that find a dead holder at the same time exactly one wins', async () => {
  for (let round = 0; round < 5; round++) {
    left({ ...self, mark: '1' });
    const tries = await Promise.allSettled(Array.from({ length: 20 }, lock));
    const winners = tries.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(winners).toHaveLength(1);
    for (const outcome of tries)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(HomeInUse);
    winners[0]?.release();
  }
});
