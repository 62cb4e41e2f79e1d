import pg from 'pg';
import { SCHEMA_STEPS } from './schema.js';

const MIGRATION_LOCK = '7310868736519172453';

/** Who may use the store beside its owner. */
export interface EventStoreRoles {
  /** Appends and reads; the role must exist. */
  readonly appRole?: string;
  /** Closes streams; the role must exist. It may be the application's own where one process plays every part. */
  readonly eraserRole?: string;
}

/**
 * Creates or upgrades the schema `es`, as its owner, and grants the roles what they need: no role gets UPDATE, DELETE
 * or TRUNCATE. Idempotent, in one transaction, and safe when several processes start at once.
 * Throws `Error` for a database that is not UTF-8, or that a newer version of the program has already upgraded.
 */
export async function migrateEventStore(
  db: pg.Pool | pg.ClientBase,
  roles: EventStoreRoles = {},
): Promise<void> {
  if (!(db instanceof pg.Pool)) return migrate(db, roles);
  const client = await db.connect();
  try {
    await migrate(client, roles);
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function migrate(client: pg.ClientBase, roles: EventStoreRoles): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await requireUtf8(client);
    await client.query('CREATE SCHEMA IF NOT EXISTS es');
    await client.query('CREATE TABLE IF NOT EXISTS es.schema_version (version integer NOT NULL)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM es.schema_version');
    const version = rows[0]?.version ?? 0;
    if (version > SCHEMA_STEPS.length)
      throw new Error('The schema of the event store is newer than this program');
    for (const step of SCHEMA_STEPS.slice(version)) await client.query(step);
    await client.query('DELETE FROM es.schema_version');
    await client.query('INSERT INTO es.schema_version VALUES ($1)', [SCHEMA_STEPS.length]);
    await client.query(grants(roles));
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function requireUtf8(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  if (rows[0]?.server_encoding !== 'UTF8')
    throw new Error('The event store needs a database with encoding UTF8');
}

function grants({ appRole, eraserRole }: EventStoreRoles): string {
  const statements = ['REVOKE ALL ON ALL FUNCTIONS IN SCHEMA es FROM PUBLIC'];
  if (appRole !== undefined) {
    const role = pg.escapeIdentifier(appRole);
    statements.push(
      `GRANT USAGE ON SCHEMA es TO ${role}`,
      `GRANT SELECT, INSERT ON es.event_index, es.payload, es.personal_payload TO ${role}`,
      `GRANT SELECT ON es.closed_stream, es.purge_note, es.schema_version TO ${role}`,
      `GRANT EXECUTE ON FUNCTION es.append_group TO ${role}`,
    );
  }
  if (eraserRole !== undefined) {
    const role = pg.escapeIdentifier(eraserRole);
    statements.push(
      `GRANT USAGE ON SCHEMA es TO ${role}`,
      `GRANT SELECT ON es.event_index, es.schema_version TO ${role}`,
      `GRANT SELECT, INSERT ON es.closed_stream TO ${role}`,
      `GRANT EXECUTE ON FUNCTION es.close_stream TO ${role}`,
    );
  }
  return statements.join(';\n');
}
