import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, serverAccount } from './account.js';
import type { Account } from './account.js';
import { EmbeddedPostgresFailed } from './errors.js';
import type { EmbeddedLog } from './log.js';

/** Where data may lie when the home is closed to the server's user. */
const commonFolder = '/var/lib';

/** Where the server's files are and who may touch them. */
export interface DataLocation {
  /** Folder that holds the data folder and, where needed, a copy of the programs: the home, or one in `/var/lib`. */
  readonly store: string;
  /** PostgreSQL's data folder; it may not exist yet. */
  readonly data: string;
  readonly account: Account | undefined;
}

/**
 * Finds the data folder: `<home>/postgres`, unless `<home>/postgres.location` names another place. When root's home
 * folder can not be traversed by the server's user (`/root` is 0700), a folder in `/var/lib` is made once and written
 * into that file. Data that exists is never left behind for an empty folder: what is missing or closed is an error.
 */
export async function locateData(home: string, log: EmbeddedLog): Promise<DataLocation> {
  const pointer = join(home, 'postgres.location');
  if (existsSync(pointer)) return locatedElsewhere(pointer);
  const data = join(home, 'postgres');
  const account = serverAccount(data);
  if (account === undefined) return { store: home, data, account };
  await openToOthers(home);
  if (canEnter(account, home)) return { store: home, data, account };
  if (existsSync(data))
    throw new EmbeddedPostgresFailed(
      `User ${account.uid}, who owns ${data}, can no longer reach it: one of the folders above is closed to others. ` +
        'Open it again (chmod o+x)',
    );
  const store = await makeStore(home, account);
  await writeFile(pointer, `${store}\n`, { mode: 0o600 });
  log.warn(`PostgreSQL can not run as root, and no other user can reach ${home}: its data lies in ${store}`);
  return { store, data: join(store, 'postgres'), account };
}

async function locatedElsewhere(pointer: string): Promise<DataLocation> {
  const store = (await readFile(pointer, 'utf8')).trim();
  const data = join(store, 'postgres');
  if (!existsSync(store))
    throw new EmbeddedPostgresFailed(
      `${pointer} says that the data lies in ${store}, which does not exist: put it back from a backup, ` +
        'or delete that file to begin an empty ledger',
    );
  return { store, data, account: serverAccount(data) };
}

/** Lets others pass through the home, not list it: what is secret in it has a mode of its own. */
async function openToOthers(home: string): Promise<void> {
  const { mode } = await stat(home);
  if ((mode & 0o011) !== 0o011) await chmod(home, (mode & 0o777) | 0o011);
}

async function makeStore(home: string, account: Account): Promise<string> {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const store = await mkdtemp(join(commonFolder, `greffe-${hash}-`)).catch((cause: unknown) => {
    throw new EmbeddedPostgresFailed(
      `PostgreSQL can not run as root; no other user can reach ${home}, and ${commonFolder} is not writable. ` +
        'Set GREFFE_HOME to a folder whose parents are open (chmod o+x), or start Greffe as a normal user',
      { cause },
    );
  });
  await chmod(store, 0o711);
  if (canEnter(account, store)) return store;
  throw new EmbeddedPostgresFailed(
    `User ${account.uid} can reach neither ${home} nor ${store}: set GREFFE_HOME`,
  );
}
