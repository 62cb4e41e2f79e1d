import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { EmbeddedPostgresFailed } from './errors.js';

/** User that the server runs as; `undefined`: the same as this process. PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Chooses the user. As root: whoever owns the data already (a data folder can not change hands between two starts),
 * else `postgres`, else `nobody`; no user is created on somebody's machine. Otherwise ourselves.
 *
 * @throws EmbeddedPostgresFailed when the data belongs to somebody else, or no unprivileged user exists
 */
export function serverAccount(dataFolder: string): Account | undefined {
  const self = process.getuid?.() ?? -1;
  const owner = existsSync(dataFolder) ? statSync(dataFolder) : undefined;
  if (self !== 0) {
    if (owner === undefined || owner.uid === self) return undefined;
    throw new EmbeddedPostgresFailed(
      `${dataFolder} belongs to user ${owner.uid} and this process runs as user ${self}: ` +
        'start it as that user or as root, or set GREFFE_HOME to another folder',
    );
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = accountOf('postgres') ?? accountOf('nobody');
  if (account !== undefined) return account;
  throw new EmbeddedPostgresFailed(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as: ' +
      'start Greffe as a normal user, or set DATABASE_URL and KEYSTORE_URL',
  );
}

/** A small environment of its own: ours holds secrets, and PG… variables would configure the server. */
export function childOptions(account: Account | undefined): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
} {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  const env = { LC_ALL: 'C', TZ: 'UTC', ...(PATH && { PATH }), ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }) };
  // The folder that we stand in may be closed to the other user (/root): start from one that is not.
  return { cwd: '/', env, ...account };
}

/** Tries it as that user, since mode bits alone do not tell (access lists, mounts): can it work inside the folder? */
export function canEnter(account: Account | undefined, folder: string): boolean {
  const run = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    ...childOptions(account),
    stdio: 'ignore',
  });
  return run.status === 0;
}

function accountOf(name: string): Account | undefined {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    const account = { uid: id('-u'), gid: id('-g') };
    return account.uid > 0 ? account : undefined;
  } catch {
    return undefined;
  }
}
