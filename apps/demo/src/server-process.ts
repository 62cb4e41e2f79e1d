import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DemoOptions } from './options.js';

/** A server of its own, as `npm start` would start it. */
export interface ServerProcess {
  readonly url: string;
  /** Ends it in good order; throws if it does not end by itself. */
  stop(): Promise<void>;
}

const SERVER = fileURLToPath(new URL('../../server/src/main.js', import.meta.url));
const WELCOME = /Greffe answers at (http:\/\/\S+)/;
const START_MS = 60_000;
const STOP_MS = 20_000;

/** What of our environment the server needs; it must not meet the databases or issuer that somebody configured. */
const HANDED_ON = ['PATH', 'HOME', 'USER', 'TMPDIR', 'TZ', 'LANG', 'LC_ALL'];

/**
 * Starts the server on its embedded default, in this folder, on a free port, with its events there or in EventStoreDB,
 * and waits until it is ready.
 */
export async function startServerProcess(
  home: string,
  { eventStoreUrl, eraserUrl }: Pick<DemoOptions, 'eventStoreUrl' | 'eraserUrl'>,
): Promise<ServerProcess> {
  const store = {
    ...(eventStoreUrl !== undefined && { EVENTSTORE_URL: eventStoreUrl }),
    ...(eraserUrl !== undefined && { EVENTSTORE_ERASER_URL: eraserUrl }),
  };
  const own = { GREFFE_HOME: join(home, 'greffe'), PORT: '0', LOG_LEVEL: 'warn', ...store };
  const inherited = HANDED_ON.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  const child = spawn(process.execPath, ['--enable-source-maps', SERVER], {
    env: { ...(Object.fromEntries(inherited) as NodeJS.ProcessEnv), ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(join(home, 'server.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => child.once('close', () => log.end(resolve)));
  const interrupted = (): void => void child.kill('SIGTERM');
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const url = await within(START_MS, addressOf(child), 'The server said nothing for a minute');
    await untilReady(url, child);
    return { url, stop: () => stop(child, ended) };
  } catch (error) {
    await stop(child, ended);
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const [, url] = WELCOME.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The server ended with code ${String(code)}:\n${said}`)));
  });
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await pause(50);
  }
  throw new Error('The server did not become ready');
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  try {
    await within(STOP_MS, ended, 'The server did not stop by itself');
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function within<T>(ms: number, wanted: Promise<T>, otherwise: string): Promise<T> {
  const patience = new AbortController();
  const late = pause(ms, undefined, { signal: patience.signal }).then(() => {
    throw new Error(otherwise);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([wanted, late]);
  } finally {
    patience.abort();
  }
}
