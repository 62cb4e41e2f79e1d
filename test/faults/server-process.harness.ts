import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { copyFile, chmod, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '../acceptance/server.harness.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WELCOME = /Greffe answers at (http:\/\/\S+)/;
const START_MS = 180_000;
const STOP_MS = 120_000;

/** The server as it is built and shipped, in a folder of its own, and room for the data of a test. */
export interface BuiltServer {
  /** Any user can reach it: the embedded PostgreSQL may run as another one. */
  readonly folder: string;
  readonly main: string;
  remove(): Promise<void>;
}

/**
 * Compiles the server. Not into `dist`: other tests, or a person, may be running or replacing that one at the same time.
 */
export async function buildServer(): Promise<BuiltServer> {
  const folder = await mkdtemp(join(tmpdir(), 'greffe-faults-'));
  await chmod(folder, 0o755);
  const args = ['apps', 'libs', '-d', join(folder, 'dist'), '--config-file', '.swcrc', '--quiet'];
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/swc'), args, { cwd: ROOT });
  await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    main: join(folder, 'dist/apps/server/src/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A real server process, to be ended in any way. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written so far, standard output and standard error. */
  output(): string;
  /** `kill -9`: resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end; fails if it does not end by itself with code 0. */
  stop(): Promise<void>;
}

/**
 * Starts a server that knows nothing but these variables, and waits until it listens; ready it may be much later. `by` is
 * a command that becomes the server at its end, as `nice` does.
 */
export async function startServerProcess(
  { main }: BuiltServer,
  env: Readonly<Record<string, string>>,
  by: readonly string[] = [],
): Promise<ServerProcess> {
  const { PATH = '' } = process.env;
  const line = [...by, process.execPath, '--enable-source-maps', main];
  const child = spawn(line[0] ?? process.execPath, line.slice(1), {
    env: { PATH, PORT: '0', LOG_LEVEL: 'debug', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => void (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const output = (): string => said;
  try {
    const url = await addressOf(child, output);
    return {
      url,
      pid: child.pid ?? -1,
      output,
      kill: () => kill(child, ended),
      stop: () => stop(child, ended),
    };
  } catch (error) {
    await kill(child, ended);
    throw error;
  }
}

/** Waits until a server says that it is ready; fails with what it said last. */
export async function untilReady(url: string): Promise<void> {
  await eventually(
    async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      return { status: answer?.status, said: await answer?.text() };
    },
    ({ status }) => status === 200,
  );
}

async function addressOf(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const [, url] = WELCOME.exec(output()) ?? [];
    if (url !== undefined) return url;
    await pause(20);
  }
  throw new Error(`The server did not start:\n${output()}`);
}

async function kill(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

async function stop(child: ChildProcess, ended: Promise<number | null>): Promise<void> {
  child.kill('SIGTERM');
  const patience = new AbortController();
  const late = pause(STOP_MS, 'late' as const, { signal: patience.signal }).catch(() => 'late' as const);
  const code = await Promise.race([ended, late]);
  patience.abort();
  if (code === 'late') await kill(child, ended);
  if (code !== 0) throw new Error(`The server ended with ${String(code)} instead of code 0`);
}
