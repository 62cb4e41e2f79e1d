import pg from 'pg';
import { EmbeddedPostgresFailed } from './errors.js';
import { databaseNames, roleNames } from './secrets.js';
import type { ServerSecrets } from './secrets.js';

/** The group of those who may read the figures; it has no login, and its members are made by hand. */
const ANALYSTS = 'greffe_analyst';

/** The superuser's password is not the one we know: its file was lost or replaced. */
export class SuperuserUnknown extends Error {
  override readonly name = 'SuperuserUnknown';
}

/**
 * Makes roles and databases what they must be, however far an earlier start came: every step can be repeated. The
 * ledger's roles can not enter the key store, nor the other way round, and none of them enters `postgres`.
 *
 * @throws SuperuserUnknown
 */
export async function ensureDatabases({ passwords }: ServerSecrets, port: number): Promise<void> {
  const login = { user: roleNames.superuser, password: passwords.superuser, database: 'postgres' };
  const client = new pg.Client({ host: '127.0.0.1', port, ...login });
  client.on('error', () => undefined);
  await client.connect().catch((cause: unknown) => {
    if ((cause as { code?: string }).code === '28P01') throw new SuperuserUnknown();
    throw new EmbeddedPostgresFailed('The embedded PostgreSQL started and does not answer', { cause });
  });
  try {
    await client.query('BEGIN');
    for (const role of ['owner', 'app', 'keysOwner', 'keys'] as const)
      await ensureRole(client, roleNames[role], passwords[role]);
    const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [ANALYSTS]);
    if (known.rowCount === 0) await client.query(`CREATE ROLE ${ANALYSTS} NOLOGIN`);
    await client.query('COMMIT');
    await ensureDatabase(client, databaseNames.ledger, roleNames.owner);
    await ensureDatabase(client, databaseNames.keys, roleNames.keysOwner);
    const { ledger, keys } = databaseNames;
    // Several statements in one query are one transaction.
    await client.query(
      `REVOKE ALL ON DATABASE ${ledger}, ${keys}, postgres, template1 FROM PUBLIC;
       GRANT CONNECT ON DATABASE ${ledger} TO ${roleNames.app}, ${ANALYSTS};
       GRANT CONNECT ON DATABASE ${keys} TO ${roleNames.keys}`,
    );
  } finally {
    await client.end();
  }
}

async function ensureRole(client: pg.Client, role: string, password: string): Promise<void> {
  const known = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  if (known.rowCount === 0) await client.query(`CREATE ROLE ${role}`);
  const rights = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
  await client.query(`ALTER ROLE ${role} ${rights} PASSWORD ${client.escapeLiteral(password)}`);
}

async function ensureDatabase(client: pg.Client, database: string, owner: string): Promise<void> {
  const known = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
  if (known.rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER ${owner}`);
}
