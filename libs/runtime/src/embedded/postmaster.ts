import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { childOptions } from './account.js';
import type { DataLocation } from './data-location.js';
import { EmbeddedPostgresFailed } from './errors.js';
import { stopLeftover } from './leftover.js';
import type { EmbeddedLog } from './log.js';
import { isReady } from './postmaster-file.js';
import type { Programs } from './programs.js';
import type { ServerLog } from './server-log.js';
import { promisedSettings } from './settings.js';
import { watchOver } from './watchdog.js';

const lookMs = 20;
const tellMs = 5_000;
const orderlyMs = 60_000;
const immediateMs = 10_000;
/** The processes of a killed server notice within moments that it is gone; until then its memory is in use. */
const oldMemoryMs = 30_000;

/** What a server needs to be started. */
export interface ServerParts {
  readonly at: DataLocation;
  readonly programs: Programs;
  readonly serverLog: ServerLog;
  readonly log: EmbeddedLog;
}

/** A running server. */
export interface Postmaster {
  readonly pid: number;
  /** Settles when it has ended, for whatever reason; never rejects. */
  readonly ended: Promise<void>;
  /** Ends it in good order; if that takes too long, at once (the next start recovers). */
  stop(): Promise<void>;
}

/** The server ended before it was ready. `output` is what it wrote. */
export class ServerEnded extends EmbeddedPostgresFailed {
  constructor(readonly output: string) {
    super(`PostgreSQL did not start: ${output}`);
  }
}

/**
 * Starts the server and waits until it takes connections, as long as its recovery from a crash may take. What an
 * earlier run left behind is ended first.
 *
 * @throws ServerEnded with the server's own words
 */
export async function startPostmaster(parts: ServerParts, port: number): Promise<Postmaster> {
  for (let waitedMs = 0; ; waitedMs += 250) {
    try {
      return await startOnce(parts, port);
    } catch (error) {
      const oldMemory = error instanceof ServerEnded && error.output.includes('shared memory block');
      if (!oldMemory || waitedMs >= oldMemoryMs) throw error;
      await sleep(250);
    }
  }
}

async function startOnce({ at, programs, serverLog, log }: ServerParts, port: number): Promise<Postmaster> {
  const stale = await stopLeftover(at.data, log);
  const begin = serverLog.size();
  const output = serverLog.open();
  const options = childOptions(at.account);
  // PostgreSQL refuses to start while the pid in a stale file lives, whosever it is now, unless that is an ancestor of
  // its own: so pg_ctl names the shell it runs in. The check of the old server's shared memory still takes place.
  if (stale !== undefined) options.env['PG_GRANDPARENT_PID'] = String(stale.pid);
  const settings = Object.entries({ ...promisedSettings, port: String(port) });
  const args = ['-D', at.data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  // A session of its own: Ctrl-C in the terminal is for us, who then end the server last.
  const child = spawn(programs.postgres, args, {
    ...options,
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = endOf(child);
  const pid = child.pid;
  if (pid === undefined) throw new EmbeddedPostgresFailed(`${programs.postgres} can not be started`);
  const watch = watchOver(pid, at.account);
  void ended.then(() => watch.dismiss());
  await untilReady(
    child,
    () => isReady(at.data, pid, stale),
    () => serverLog.since(begin),
    log,
  );
  return { pid, ended, stop: () => stop(child, ended) };
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

async function untilReady(
  child: ChildProcess,
  ready: () => boolean,
  output: () => string,
  log: EmbeddedLog,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += lookMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new ServerEnded(output());
    if (ready()) return;
    if (waitedMs > 0 && waitedMs % tellMs === 0)
      log.info('PostgreSQL recovers from its last, abrupt end; waiting');
    await sleep(lookMs);
  }
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  for (const [signal, patienceMs] of [
    ['SIGINT', orderlyMs],
    ['SIGQUIT', immediateMs],
  ] as const) {
    child.kill(signal);
    const late = new AbortController();
    const patience = sleep(patienceMs, 'late', { signal: late.signal }).catch(() => 'ended');
    const outcome = await Promise.race([ended.then(() => 'ended'), patience]);
    late.abort();
    if (outcome === 'ended') return;
  }
  child.kill('SIGKILL');
  await ended;
}
