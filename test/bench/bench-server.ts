import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres, type DatabaseUrls } from '#runtime';

/** Databases for one run of a benchmark: the embedded PostgreSQL with its usual settings (fsync on). */
export interface BenchDatabases {
  readonly urls: DatabaseUrls;
  readonly home: string;
  stop(): Promise<void>;
}

/** Starts PostgreSQL in a folder of its own. */
export async function benchDatabases(): Promise<BenchDatabases> {
  const home = await mkdtemp(join(tmpdir(), 'greffe-bench-'));
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (text: string) => process.stderr.write(text),
  };
  const embedded = await startEmbeddedPostgres({ home, log, roles: ['api', 'projector'] });
  const stop = async (): Promise<void> => {
    await embedded.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { urls: embedded, home, stop };
}

/** A process that serves HTTP for a benchmark. */
export interface BenchProcess {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** A process that was started and may not answer yet. */
export interface Launched {
  /** To look at its memory. */
  readonly pid: number;
  /** Settles once it answers. */
  readonly ready: Promise<Pick<BenchProcess, 'url' | 'token'>>;
  stop(): Promise<void>;
}

/** Starts one of the contestants of `contestant.ts` in a process of its own and waits until it answers. */
export async function startContestant(kind: string, databases: BenchDatabases): Promise<BenchProcess> {
  const { ready, stop } = launch(kind, databases);
  return { ...(await ready), stop };
}

/** Starts one of the contestants without waiting for it. */
export function launch(
  kind: string,
  { urls, home }: BenchDatabases,
  env: Readonly<Record<string, string>> = {},
): Launched {
  const child: ChildProcess = fork(fileURLToPath(new URL('./contestant.js', import.meta.url)), [kind], {
    env: { ...process.env, ...env, GREFFE_BENCH_URLS: JSON.stringify(urls), GREFFE_BENCH_HOME: home },
  });
  const ready = new Promise<Pick<BenchProcess, 'url' | 'token'>>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Pick<BenchProcess, 'url' | 'token'>));
    child.once('exit', (code) => reject(new Error(`${kind} ended with ${String(code)}`)));
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { pid: child.pid ?? 0, ready, stop };
}
