import type pg from 'pg';
import type { DatabaseUrls } from '../config/index.js';
import { connectionBudget, type ProcessShape } from '../ledger/connection-budget.js';
import { processesAtWork, type ProcessesAtWork } from '../presence/process-presence.js';
import type { Finding } from './finding.js';
import { onDatabase } from './on-database.js';

/** No table of processes: no server of this version has prepared the database yet. */
const UNDEFINED_TABLE = '42P01';
const NOBODY: ProcessesAtWork = { processes: 0, ledgerConnections: 0, keyConnections: 0 };

/** The connections that are needed in one place, and how many there may be. */
interface Account {
  /** The variables of those who share them. */
  readonly about: string;
  /** By which name an operator raises the limit. */
  readonly limit: string;
  readonly allowed: number;
  /** What of the setting is kept for others. */
  readonly reserved: number;
  /** What all processes at work may take together. */
  readonly atWork: number;
  /** What one process of this configuration may take. */
  readonly one: number;
}

/** Connections to one of the two databases. */
type Need = Pick<Account, 'about' | 'atWork' | 'one'>;

const LOOK = `
  SELECT extract(epoch FROM pg_postmaster_start_time())::text || ' ' || coalesce(inet_server_port()::text, '') AS identity,
         current_setting('max_connections')::int AS max,
         current_setting('superuser_reserved_connections')::int
           + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
         r.rolconnlimit AS of_role, d.datconnlimit AS of_database
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`;

interface Seen {
  /** The same for two databases of one server. */
  readonly identity: string;
  readonly max: number;
  readonly reserved: number;
  readonly of_role: number;
  readonly of_database: number;
}

/**
 * Whether the connections that the processes at work may take, and those of one of this configuration, are within what
 * each server of PostgreSQL allows; and within the limits of role and database, which are told where they are too low.
 * Nothing is said of a database that is away: that is told elsewhere.
 */
export async function examineConnections(
  { databaseUrl, keystoreUrl }: Pick<DatabaseUrls, 'databaseUrl' | 'keystoreUrl'>,
  shape: ProcessShape,
): Promise<readonly Finding[]> {
  try {
    const budget = connectionBudget(shape);
    const ofLedger = await onDatabase(databaseUrl, look);
    const ofKeys = await onDatabase(keystoreUrl, look);
    const atWork = await onDatabase(databaseUrl, atWorkOrNobody);
    const ledger = { about: 'DATABASE_URL', atWork: atWork.ledgerConnections, one: budget.ledger.total };
    const keys = { about: 'KEYSTORE_URL', atWork: atWork.keyConnections, one: budget.keys.total };
    const isOneServer = ofLedger.identity === ofKeys.identity;
    const servers = isOneServer
      ? [ofServer(ofLedger, together(ledger, keys))]
      : [ofServer(ofLedger, ledger), ofServer(ofKeys, keys)];
    const limits = [...ofLimits(ofLedger, ledger), ...ofLimits(ofKeys, keys)];
    return [...servers, ...limits.filter((one) => !isEnough(one))].map((one) =>
      findingOf(one, atWork.processes),
    );
  } catch {
    return [];
  }
}

/** Ledger and keys on one server share its connections. */
function together(a: Need, b: Need): Need {
  return { about: `${a.about}, ${b.about}`, atWork: a.atWork + b.atWork, one: a.one + b.one };
}

function ofServer({ max, reserved }: Seen, need: Need): Account {
  return { ...need, limit: 'max_connections', allowed: max - reserved, reserved };
}

/** Limits of the role and of the database, where there are any; -1 is none. */
function ofLimits({ of_role, of_database }: Seen, need: Need): readonly Account[] {
  const limits = [
    { ...need, limit: 'ALTER ROLE … CONNECTION LIMIT', allowed: of_role, reserved: 0 },
    { ...need, limit: 'ALTER DATABASE … CONNECTION LIMIT', allowed: of_database, reserved: 0 },
  ];
  return limits.filter(({ allowed }) => allowed >= 0);
}

const needed = ({ atWork, one }: Account): number => Math.max(atWork, one);
const isEnough = (account: Account): boolean => needed(account) <= account.allowed;

function findingOf(account: Account, processes: number): Finding {
  const { about, limit, allowed, atWork, one, reserved } = account;
  const numbers = [allowed, processes, atWork, one, needed(account) + reserved];
  return isEnough(account)
    ? { verdict: 'ok', code: 'connections-enough', about, detail: limit, numbers }
    : { verdict: 'broken', code: 'connections-too-few', about, detail: limit, numbers };
}

async function look(client: pg.Client): Promise<Seen> {
  const { rows } = await client.query<Seen>(LOOK);
  if (rows[0] === undefined) throw new Error('The database does not know its own role');
  return rows[0];
}

async function atWorkOrNobody(client: pg.Client): Promise<ProcessesAtWork> {
  try {
    return await processesAtWork(client);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === UNDEFINED_TABLE) return NOBODY;
    throw error;
  }
}
