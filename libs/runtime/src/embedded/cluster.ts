import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { childOptions } from './account.js';
import type { Account } from './account.js';
import type { DataLocation } from './data-location.js';
import { EmbeddedPostgresFailed } from './errors.js';
import type { Programs } from './programs.js';
import { initialSettings, promisedSettings } from './settings.js';
import { roleNames } from './secrets.js';

/**
 * Makes the data folder if there is none: UTF-8, sorted by code point (so text keys sort the same on every machine),
 * with page checksums. It is made beside its place and moved there, so that an interrupted first start leaves nothing
 * that looks like data.
 *
 * @throws EmbeddedPostgresFailed when the data is of another major version, or when `initdb` fails
 */
export async function ensureCluster(at: DataLocation, programs: Programs, password: string): Promise<void> {
  await removeDrafts(at);
  if (existsSync(at.data)) return checkVersion(at.data, programs.major);
  const draft = await makeDraft(at);
  const data = join(draft, 'data');
  const passwordFile = join(draft, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (at.account !== undefined) await chown(passwordFile, at.account.uid, at.account.gid);
  await run(
    programs.initdb,
    initdbArguments(data, passwordFile),
    at.account,
    'The data folder could not be made',
  );
  await rename(data, at.data);
  await removeDrafts(at);
}

/**
 * Gives the superuser this password without knowing the old one, as only the owner of the data folder can. The server
 * must not run.
 */
export async function resetSuperuser(at: DataLocation, programs: Programs, password: string): Promise<void> {
  const settings = Object.entries(promisedSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const sql = `ALTER ROLE ${roleNames.superuser} PASSWORD '${password}'\n`;
  const failure = 'The password of the embedded PostgreSQL could not be set anew';
  await run(
    programs.postgres,
    ['--single', '-D', at.data, ...settings, 'postgres'],
    at.account,
    failure,
    sql,
  );
}

function initdbArguments(data: string, passwordFile: string): string[] {
  return [
    `--pgdata=${data}`,
    `--username=${roleNames.superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    ...Object.entries(initialSettings).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ];
}

async function checkVersion(data: string, major: string): Promise<void> {
  const found = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (found === major) return;
  throw new EmbeddedPostgresFailed(
    found === ''
      ? `${data} is not a PostgreSQL data folder: restore it from a backup, or move it away to begin an empty ledger`
      : `${data} was written by PostgreSQL ${found} and this version of Greffe brings PostgreSQL ${major}: ` +
          'dump both databases with the version of Greffe that wrote them, and restore the dumps into a new GREFFE_HOME',
  );
}

async function makeDraft({ data, account }: DataLocation): Promise<string> {
  const draft = await mkdtemp(`${data}.new-`);
  if (account !== undefined) await chown(draft, account.uid, account.gid);
  return draft;
}

/** An `initdb` whose Greffe was killed may still write into its draft; then the next start removes it. */
async function removeDrafts({ store, data }: DataLocation): Promise<void> {
  for (const name of await readdir(store))
    if (name.startsWith(`${basename(data)}.new-`))
      await rm(join(store, name), { recursive: true, force: true }).catch(() => undefined);
}

function run(
  program: string,
  args: string[],
  account: Account | undefined,
  failure: string,
  input = '',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...childOptions(account), stdio: ['pipe', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr
      .setEncoding('utf8')
      .on('data', (text: string) => (complaint = (complaint + text).slice(-2000)));
    child.stdin.on('error', () => undefined).end(input);
    child.once('error', (cause) =>
      reject(new EmbeddedPostgresFailed(`${failure}: ${cause.message}`, { cause })),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new EmbeddedPostgresFailed(`${failure}: ${complaint.trim()}`));
    });
  });
}
