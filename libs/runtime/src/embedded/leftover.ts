import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedPostgresFailed } from './errors.js';
import type { EmbeddedLog } from './log.js';
import { isServerOf, readPostmasterFile } from './postmaster-file.js';
import type { PostmasterFile } from './postmaster-file.js';

/** Patience with the orderly end, which writes what is in memory, and with the immediate one, which does not. */
const orderlyMs = 60_000;
const immediateMs = 10_000;

/**
 * Ends a server that a killed process left behind on this data folder; its own clients are gone with that process.
 * Stopped, not adopted: settings, log file and watch belong to whoever started it. Answers the stale file, if any,
 * whose pid may be a stranger's by now and is left alone.
 *
 * @throws EmbeddedPostgresFailed when it does not end
 */
export async function stopLeftover(data: string, log: EmbeddedLog): Promise<PostmasterFile | undefined> {
  const file = readPostmasterFile(data);
  if (file === undefined || !isServerOf(file.pid, data)) return file;
  log.warn(`A PostgreSQL of an earlier run still works on ${data} (process ${file.pid}): stopping it`);
  // SIGINT: refuse new work, break off sessions, write everything, end. SIGQUIT: end now, recover at the next start.
  if (await endsAfter(file.pid, data, 'SIGINT', orderlyMs)) return undefined;
  log.warn(`PostgreSQL (process ${file.pid}) does not end: asking it to end at once`);
  if (await endsAfter(file.pid, data, 'SIGQUIT', immediateMs)) return undefined;
  throw new EmbeddedPostgresFailed(
    `The PostgreSQL of an earlier run (process ${file.pid}) does not end: end it by hand, then start again`,
  );
}

async function endsAfter(
  pid: number,
  data: string,
  signal: NodeJS.Signals,
  patienceMs: number,
): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 20) {
    if (!isServerOf(pid, data)) return true;
    await sleep(20);
  }
  return false;
}
