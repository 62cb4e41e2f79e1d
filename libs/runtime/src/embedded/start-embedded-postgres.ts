import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { DatabaseUrls } from '../config/index.js';
import { ensureCluster, resetSuperuser } from './cluster.js';
import { locateData } from './data-location.js';
import type { DataLocation } from './data-location.js';
import { ensureDatabases, SuperuserUnknown } from './databases.js';
import { EmbeddedPostgresFailed } from './errors.js';
import { openHome } from './home-folder.js';
import { lockHome } from './home-lock.js';
import { stopLeftover } from './leftover.js';
import type { EmbeddedLog } from './log.js';
import { ServerEnded, startPostmaster } from './postmaster.js';
import type { Postmaster, ServerParts } from './postmaster.js';
import { packagedPostgres, runnablePrograms } from './programs.js';
import { readSecrets, urlFileOf, urlsOf, writeSecrets, writeUrlFile } from './secrets.js';
import type { ServerSecrets } from './secrets.js';
import { openServerLog } from './server-log.js';
import { supervise } from './supervisor.js';

/** A PostgreSQL of our own and the way to it. */
export interface EmbeddedPostgres extends DatabaseUrls {
  /** File with the four URLs as variables, mode 0600: for a second process, for tools. */
  readonly urlFile: string;
  /** Ends the server in good order and gives the home back. May be called twice. Close the pools first. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Folder for everything that is ours on this machine; made if absent. */
  readonly home: string;
  readonly log: EmbeddedLog;
  /** Roles of this process, for the message that a second process gets. */
  readonly roles?: readonly string[];
}

/**
 * Starts a real PostgreSQL in `<home>/postgres`, with `fsync`, on a free loopback port, with databases `greffe` and
 * `greffe_keys`, and keeps it running until `stop`. It ends with this process, whatever ends this process.
 *
 * @throws HomeInUse when a living process works in this home
 * @throws EmbeddedPostgresFailed when it can not run here, with the reason and what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32')
    throw new EmbeddedPostgresFailed(
      'The embedded PostgreSQL does not run on Windows itself: use WSL, or set DATABASE_URL and KEYSTORE_URL',
    );
  const home = await openHome(options.home);
  const locks = [await lockHome(home, options.roles ?? [], urlFileOf(home))];
  const giveBack = (): void => locks.forEach((lock) => lock.release());
  try {
    const at = await locateData(home, options.log);
    // A copied home may point to the same data.
    if (at.store !== home) locks.push(await lockHome(at.store, options.roles ?? [], urlFileOf(home)));
    return await startIn(home, at, options.log, giveBack);
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function startIn(
  home: string,
  at: DataLocation,
  log: EmbeddedLog,
  giveBack: () => void,
): Promise<EmbeddedPostgres> {
  const programs = await runnablePrograms(packagedPostgres(), at.store, at.account);
  const serverLog = openServerLog(home);
  const parts = { at, programs, serverLog, log };
  const { server, secrets, port } = await bringUp(home, parts).catch((error: unknown) => {
    serverLog.close();
    throw error;
  });
  const urls = urlsOf(secrets, port);
  await writeUrlFile(home, urls);
  log.info(`PostgreSQL ${programs.major} ready on 127.0.0.1:${port}, data in ${at.data}`);
  const supervised = supervise(server, () => startPostmaster(parts, port), log);
  const stop = async (): Promise<void> => {
    await supervised.stop();
    serverLog.close();
    giveBack();
  };
  let stopped: Promise<void> | undefined;
  return { ...urls, urlFile: urlFileOf(home), stop: () => (stopped ??= stop()) };
}

interface Up {
  readonly server: Postmaster;
  readonly port: number;
  readonly secrets: ServerSecrets;
}

async function bringUp(home: string, parts: ServerParts): Promise<Up> {
  const { at, programs, log } = parts;
  const kept = await readSecrets(home);
  // Before they are used: passwords that only a half-made server knew would be lost.
  await writeSecrets(home, kept);
  await ensureCluster(at, programs, kept.passwords.superuser);
  await stopLeftover(at.data, log);
  const { server: first, port } = await startOnFreePort(parts, kept.port);
  let server = first;
  const secrets = { ...kept, port };
  try {
    await writeSecrets(home, secrets);
    await ensureDatabases(secrets, port).catch(async (error: unknown) => {
      if (!(error instanceof SuperuserUnknown)) throw error;
      log.warn('The password file of the embedded PostgreSQL does not fit its data: setting new passwords');
      await server.stop();
      await resetSuperuser(at, programs, secrets.passwords.superuser);
      server = await startPostmaster(parts, port);
      await ensureDatabases(secrets, port);
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, port, secrets };
}

/** The port of the last time if it is still free; another process may take one between our look and the start. */
async function startOnFreePort(
  parts: ServerParts,
  preferred: number | undefined,
): Promise<{ server: Postmaster; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port =
      (attempt === 1 && preferred !== undefined && (await freePort(preferred))) || (await freePort(0)) || 0;
    try {
      return { server: await startPostmaster(parts, port), port };
    } catch (error) {
      const taken = error instanceof ServerEnded && error.output.includes('could not bind');
      if (!taken || attempt === 5) throw error;
    }
  }
}

/** A free loopback port: this one, or any for 0. `undefined`: it is taken. */
function freePort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().on('error', () => resolve(undefined));
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
