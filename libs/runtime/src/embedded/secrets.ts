import { randomBytes } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseUrls } from '../config/index.js';
import { giveToFolderOwner } from './home-folder.js';

/** Names of the embedded server's roles; those of the application are no superusers. */
export const roleNames = {
  superuser: 'postgres',
  /** Owns database `greffe` and runs its migrations. */
  owner: 'greffe_owner',
  /** The application in database `greffe`. */
  app: 'greffe_app',
  /** Owns database `greffe_keys` and runs its migrations. */
  keysOwner: 'greffe_keys_owner',
  /** The application in database `greffe_keys`. */
  keys: 'greffe_keys',
} as const;

/** Names of the two databases. */
export const databaseNames = { ledger: 'greffe', keys: 'greffe_keys' } as const;

/** What must stay the same from one start to the next. */
export interface ServerSecrets {
  /** Last used; kept as long as it is free, so that an analyst's tool finds the server again. */
  readonly port: number | undefined;
  readonly passwords: Readonly<Record<keyof typeof roleNames, string>>;
}

/** Reads `<home>/postgres.json`, or draws new passwords when it is not there. */
export async function readSecrets(home: string): Promise<ServerSecrets> {
  const draw = (): string => randomBytes(24).toString('base64url');
  const passwords = { superuser: draw(), owner: draw(), app: draw(), keysOwner: draw(), keys: draw() };
  try {
    const kept = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8')) as ServerSecrets;
    return { port: kept.port, passwords: { ...passwords, ...kept.passwords } };
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT')
      return { port: undefined, passwords };
    throw error;
  }
}

/** Writes `<home>/postgres.json`, mode 0600. */
export async function writeSecrets(home: string, secrets: ServerSecrets): Promise<void> {
  await writePrivate(join(home, 'postgres.json'), `${JSON.stringify(secrets, null, 2)}\n`);
}

/** File with the URLs as variables, for a second process of the same installation and for tools. */
export function urlFileOf(home: string): string {
  return join(home, 'connection.env');
}

/** Writes that file, mode 0600. */
export async function writeUrlFile(home: string, urls: DatabaseUrls): Promise<void> {
  const lines = [
    '# Written at each start by the process that runs the embedded PostgreSQL; valid while it runs. Keep it secret.',
    `DATABASE_URL=${urls.databaseUrl}`,
    `OWNER_DATABASE_URL=${urls.ownerDatabaseUrl}`,
    `KEYSTORE_URL=${urls.keystoreUrl}`,
    `OWNER_KEYSTORE_URL=${urls.ownerKeystoreUrl}`,
  ];
  await writePrivate(urlFileOf(home), `${lines.join('\n')}\n`);
}

/** URLs of the server at this port. */
export function urlsOf({ passwords }: ServerSecrets, port: number): DatabaseUrls {
  const url = (role: Exclude<keyof typeof roleNames, 'superuser'>, database: string): string =>
    `postgres://${roleNames[role]}:${passwords[role]}@127.0.0.1:${port}/${database}`;
  return {
    databaseUrl: url('app', databaseNames.ledger),
    ownerDatabaseUrl: url('owner', databaseNames.ledger),
    keystoreUrl: url('keys', databaseNames.keys),
    ownerKeystoreUrl: url('keysOwner', databaseNames.keys),
  };
}

/** Whole or not at all, and on disk before it is used: a password that only the server knows is lost. */
async function writePrivate(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  giveToFolderOwner(draft);
  await rename(draft, path);
}
