import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import pg from 'pg';
import { isAlive } from './process-mark.js';
import type { EmbeddedPostgres } from './start-embedded-postgres.js';

const here = dirname(fileURLToPath(import.meta.url));

/** What a process of its own answers: the server's URLs, or why there is none. */
export type Answer = Pick<
  EmbeddedPostgres,
  'databaseUrl' | 'ownerDatabaseUrl' | 'keystoreUrl' | 'urlFile'
> & {
  readonly error?: { readonly name: string; readonly message: string };
};

/** A Greffe process reduced to its embedded server, to be killed as one likes. */
export interface Process {
  readonly child: ChildProcess;
  readonly answer: Answer;
  stop(): Promise<void>;
}

/** Folder for a suite that any user can reach; removed with everything in it. */
export function openFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'greffe-embedded-'));
  chmodSync(path, 0o755);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Compiles the embedded server into the folder, since another process can not run what jest compiles in memory. */
export function compileInto(folder: string): string {
  for (const part of ['config', 'embedded']) {
    mkdirSync(join(folder, part));
    for (const name of readdirSync(join(here, '..', part)).filter((file) => /^[a-z-]+\.ts$/.test(file))) {
      const { code } = transformFileSync(join(here, '..', part, name), { sourceMaps: false });
      writeFileSync(join(folder, part, name.replace(/\.ts$/, '.js')), code);
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(here, '../../../../node_modules'), join(folder, 'node_modules'));
  const script = join(folder, 'main.js');
  writeFileSync(script, main);
  return script;
}

const main = `
import { startEmbeddedPostgres } from './embedded/index.js';
const say = (message) => process.stderr.write(message + '\\n');
try {
  const server = await startEmbeddedPostgres({ home: process.argv[2], log: { info: say, warn: say, error: say }, roles: ['api'] });
  process.on('message', () => server.stop().then(() => process.disconnect()));
  process.send(server);
} catch (error) {
  process.send({ error: { name: error.name, message: error.message } }, () => process.disconnect());
}
`;

/** Starts the script on a home, as another user if one is named. */
export async function startProcess(script: string, home: string, uid?: number): Promise<Process> {
  const user = uid === undefined ? {} : { uid, gid: uid };
  const child = fork(script, [home], { ...user, cwd: '/', execArgv: [], silent: true });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  const answer = await new Promise<Answer>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', (code) => reject(new Error(`ended with ${String(code)}: ${said}`)));
  });
  const stop = async (): Promise<void> => {
    child.send('stop');
    await gone(child.pid);
  };
  return { child, answer, stop };
}

/** Kills without a chance to clean up, and waits until it is gone. */
export async function killHard(...pids: (number | undefined)[]): Promise<void> {
  for (const pid of pids) if (pid !== undefined) process.kill(pid, 'SIGKILL');
  for (const pid of pids) await gone(pid);
}

/** Waits until the process has ended. */
export async function gone(pid: number | undefined): Promise<void> {
  await until(() => pid === undefined || !isAlive(pid));
}

/** Waits for a condition; the suite's own time limit ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 25));
}

/** Pid in a data folder's `postmaster.pid`. */
export function serverPid(data: string): number {
  return Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Children of a process whose command line holds this text. */
export function childrenOf(pid: number | undefined, text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const parent = readFileSync(`/proc/${name}/stat`, 'latin1')
          .replace(/^.*\) /s, '')
          .split(' ')[1];
        return Number(parent) === pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** One statement over a connection of its own. */
export async function sql(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(statement)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
