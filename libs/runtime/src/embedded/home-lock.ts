import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresFailed, HomeInUse } from './errors.js';
import { giveToFolderOwner } from './home-folder.js';
import { pidPlace, processMark } from './process-mark.js';

/** How often a holder touches its lock, and how long one that can not be looked up is watched for a touch. */
const touchMs = 2_000;
const watchMs = 5_000;
/** A lock that nobody touched for so long has no holder: twelve touches missed. */
const forgottenMs = 24_000;
/** Two processes that both found a dead holder: the slower one may remove the lock of the faster one, not later. */
const settleMs = 50;

/** Exclusive use of a home folder, until released. */
export interface HomeLock {
  release(): void;
}

interface LockRecord {
  /** Tells this lock from a later one of the same process. */
  readonly id: string;
  readonly pid: number;
  readonly place: string;
  readonly mark: string | undefined;
  readonly startedAt: string;
  readonly roles: readonly string[];
}

/** What a loss of power leaves: a file without its content. */
const emptied: LockRecord = { id: '', pid: 0, place: '', mark: '', startedAt: 'unknown', roles: [] };

/**
 * Takes the home for this process. A lock that a killed process left behind is taken over: its holder is known by pid
 * *and* start time, so a pid that was given to a stranger misleads nobody.
 *
 * @throws HomeInUse when its holder lives, in this process or another one
 */
export async function lockHome(home: string, roles: readonly string[], urlFile: string): Promise<HomeLock> {
  const path = join(home, 'greffe.lock');
  const mine: LockRecord = {
    id: randomUUID(),
    pid: process.pid,
    place: pidPlace(),
    mark: processMark(process.pid),
    startedAt: new Date().toISOString(),
    roles,
  };
  for (;;) {
    if ((await claim(path, mine)) && (await settles(path, mine))) return held(path, mine);
    const holder = readLock(path);
    if (holder === undefined) continue;
    if (await lives(path, holder)) throw new HomeInUse(home, holder.pid, inUse(home, holder, urlFile));
    removeUnchanged(path, holder);
  }
}

/** Puts the record in place whole or not at all: a link, unlike a write, is never seen half done. */
async function claim(path: string, record: LockRecord): Promise<boolean> {
  const draft = `${path}.${record.id}`;
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  giveToFolderOwner(draft);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

async function settles(path: string, mine: LockRecord): Promise<boolean> {
  await sleep(settleMs);
  return readLock(path)?.id === mine.id;
}

function held(path: string, mine: LockRecord): HomeLock {
  const touch = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, touchMs).unref();
  return {
    release: () => {
      clearInterval(touch);
      removeUnchanged(path, mine);
    },
  };
}

/** `undefined`: it is gone. */
function readLock(path: string): LockRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockRecord;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (cause instanceof SyntaxError) return emptied;
    throw new EmbeddedPostgresFailed(
      `${path} can not be read (${(cause as Error).message}): another user works in this folder, or did. ` +
        'Start Greffe as that user, or set GREFFE_HOME to another folder',
      { cause },
    );
  }
}

/** Looked at again in the same breath, so that the lock of a process that was faster is not taken for the stale one. */
function removeUnchanged(path: string, seen: LockRecord): void {
  if (readLock(path)?.id === seen.id) rmSync(path, { force: true });
}

async function lives(path: string, holder: LockRecord): Promise<boolean> {
  if (holder.place === pidPlace()) return processMark(holder.pid) === holder.mark;
  return isTouched(path);
}

/** A holder in another container, or before a reboot, can not be looked up by pid; but it touches its lock. */
async function isTouched(path: string): Promise<boolean> {
  const touched = async (): Promise<number> => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
  const before = await touched();
  if (Date.now() - before > forgottenMs) return false;
  await sleep(watchMs);
  return (await touched()) !== before;
}

function inUse(home: string, holder: LockRecord, urlFile: string): string {
  const where = holder.place === pidPlace() ? '' : ' of another container or machine';
  const roles = holder.roles.length === 0 ? '' : `, roles ${holder.roles.join(' and ')}`;
  return [
    `${home} is in use by process ${holder.pid}${where} (since ${holder.startedAt}${roles}), which runs its PostgreSQL.`,
    `Stop that process; or, to run another role beside it, give this process its databases:`,
    `DATABASE_URL and KEYSTORE_URL stand in ${urlFile} (node --env-file=${urlFile} …);`,
    'or, for a ledger of its own, set GREFFE_HOME to another folder.',
  ].join('\n');
}
