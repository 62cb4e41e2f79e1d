import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** The two databases of an embedded PostgreSQL. */
export type DatabaseName = 'greffe' | 'greffe_keys';

/** A pool of the superuser on a database of the embedded PostgreSQL in this home: a test looks where nobody else may. */
export async function openAsSuperuser(home: string, database: DatabaseName): Promise<pg.Pool> {
  const { port, passwords } = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8')) as {
    port: number;
    passwords: { superuser: string };
  };
  const login = { user: 'postgres', password: passwords.superuser };
  const pool = new pg.Pool({ host: '127.0.0.1', port, database, ...login, max: 4 });
  pool.on('error', () => undefined);
  return pool;
}

/** The variables with the URLs of the embedded PostgreSQL, as a second process of the same installation reads them. */
export async function urlsOfHome(home: string): Promise<Record<string, string>> {
  const lines = (await readFile(join(home, 'connection.env'), 'utf8')).split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => [/^([A-Z_]+)=(.*)$/.exec(line)?.slice(1) ?? []].filter(isPair)),
  );
}

function isPair(found: string[]): found is [string, string] {
  return found.length === 2;
}

/** `kill -9` of the postmaster and of every process of it at once, as a machine without memory does. */
export async function killPostgres(home: string): Promise<void> {
  for (const pid of await processesOf(home)) signal(pid, 'SIGKILL');
}

/** Stops the postmaster and every process of it for a while, as a machine whose disk hangs does. */
export async function pausePostgres(home: string, ms: number): Promise<void> {
  const pids = await processesOf(home);
  for (const pid of pids) signal(pid, 'SIGSTOP');
  await pause(ms);
  for (const pid of pids) signal(pid, 'SIGCONT');
}

async function processesOf(home: string): Promise<number[]> {
  const [first = ''] = (await readFile(join(home, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  const postmaster = Number(first);
  return [postmaster, ...(await childrenOf(postmaster))];
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(
      async (pid) => [Number(pid), await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')] as const,
    ),
  );
  // The name in parentheses may hold anything, so the fields are counted from its end (proc(5)).
  return stats
    .filter(([, stat]) => Number(stat.replace(/^.*\) /s, '').split(' ')[1]) === parent)
    .map(([pid]) => pid);
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
