import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseUrls, GreffeConfig } from '../config/index.js';
import { urlFileOf } from '../embedded/secrets.js';
import { examineConnections } from './connections.js';
import { examineDatabases } from './databases.js';
import { examineStore } from './event-store.js';
import type { Finding } from './finding.js';
import { examineRoles } from './roles.js';
import { examineDisk, examineKeyFolder } from './places.js';

/**
 * Looks at everything on which a server with this configuration depends, and changes none of it. On the embedded default
 * it looks at the databases of the server that runs in its home.
 */
export async function* examine(config: GreffeConfig): AsyncGenerator<Finding> {
  const urls = config.embedded ? await urlsOfRunning(config.home) : config.databases;
  const databases = urls === undefined ? [] : await examineDatabases(urls);
  // The file with the URLs outlives the server that wrote it.
  const isAway = databases.every(({ code }) => code === 'database-away');
  if (config.embedded && isAway) yield { verdict: 'broken', code: 'not-running', about: config.home };
  else yield* databases;
  if (urls !== undefined && !isAway) {
    yield* await examineConnections(urls, config);
    yield* await examineRoles(urls.databaseUrl);
  }
  const { eventStoreUrl, erasure, roles } = config;
  yield* await examineStore({ eventStoreUrl, eraserUrl: erasure.eventStoreUrl, roles });
  for (const folder of await localFolders(config)) yield await examineDisk(folder);
  yield await examineKeyFolder(config.kekFolder);
}

/** The databases of the embedded server, as it wrote them down when it started. */
async function urlsOfRunning(home: string): Promise<DatabaseUrls | undefined> {
  if (!existsSync(urlFileOf(home))) return undefined;
  const lines = (await readFile(urlFileOf(home), 'utf8')).split('\n');
  const valueOf = (name: string): string =>
    lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return {
    databaseUrl: valueOf('DATABASE_URL'),
    ownerDatabaseUrl: valueOf('OWNER_DATABASE_URL'),
    keystoreUrl: valueOf('KEYSTORE_URL'),
    ownerKeystoreUrl: valueOf('OWNER_KEYSTORE_URL'),
  };
}

/** Folders of this machine that hold data, each once; what does not exist yet is not looked at. */
async function localFolders({ embedded, home, kekFolder }: GreffeConfig): Promise<readonly string[]> {
  const pointer = join(home, 'postgres.location');
  const elsewhere = embedded && existsSync(pointer) ? [(await readFile(pointer, 'utf8')).trim()] : [];
  const folders = embedded ? [home, ...elsewhere] : [kekFolder];
  return folders.filter((folder) => existsSync(folder));
}
