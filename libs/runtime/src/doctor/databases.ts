import pg from 'pg';
import type { DatabaseUrls } from '../config/index.js';
import { skewOf } from './clocks.js';
import type { Finding } from './finding.js';

const TIMEOUT_MS = 5000;

interface Seen {
  readonly role: string;
  readonly owns: boolean;
  readonly now_ms: string;
}

/** The same with the difference of its clock from this machine's. */
interface Look extends Seen {
  readonly skewMs: number;
}

/** What is recorded, and only added to. Read models and figures are the application's own, and can be made again. */
const RECORDS = `('es', 'ops', 'audit', 'ks')`;

/** A role owns the ledger if it could change the tables that it may only add to. */
const LOOK = `
  SELECT current_user AS role,
         r.rolsuper OR pg_has_role(current_user, d.datdba, 'USAGE')
           OR EXISTS (SELECT 1 FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid
                       WHERE n.nspname IN ${RECORDS}
                         AND (pg_has_role(current_user, n.nspowner, 'USAGE')
                              OR pg_has_role(current_user, c.relowner, 'USAGE'))) AS owns,
         (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms
    FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()`;

/** Whether both databases can be reached under their roles, whether these own nothing, and whether the clocks agree. */
export async function examineDatabases(urls: DatabaseUrls): Promise<readonly Finding[]> {
  const places = [
    ['DATABASE_URL', urls.databaseUrl, 'OWNER_DATABASE_URL', urls.ownerDatabaseUrl],
    ['KEYSTORE_URL', urls.keystoreUrl, 'OWNER_KEYSTORE_URL', urls.ownerKeystoreUrl],
  ] as const;
  const findings: Finding[] = [];
  for (const [variable, url, ownerVariable, ownerUrl] of places) {
    findings.push(...(await examineRole(variable, url)));
    if (ownerUrl !== url) findings.push(await reached(ownerVariable, ownerUrl));
  }
  return findings;
}

async function examineRole(variable: string, url: string): Promise<readonly Finding[]> {
  const seen = await look(url);
  if (typeof seen === 'string') return [away(variable, seen)];
  return [
    { verdict: 'ok', code: 'database-reached', about: variable, detail: seen.role },
    seen.owns
      ? { verdict: 'broken', code: 'role-owns', about: variable, detail: seen.role }
      : { verdict: 'ok', code: 'role-apart', about: variable, detail: seen.role },
    skewOf(variable, seen.skewMs),
  ];
}

async function reached(variable: string, url: string): Promise<Finding> {
  const seen = await look(url);
  return typeof seen === 'string'
    ? away(variable, seen)
    : { verdict: 'ok', code: 'database-reached', about: variable, detail: seen.role };
}

function away(about: string, detail: string): Finding {
  return { verdict: 'broken', code: 'database-away', about, detail };
}

/** What the database says of itself, or why it does not. */
async function look(connectionString: string): Promise<Look | string> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const begun = Date.now();
    const { rows } = await client.query<Seen>(LOOK);
    const middle = (begun + Date.now()) / 2;
    const [seen] = rows;
    return seen === undefined ? 'no answer' : { ...seen, skewMs: Number(seen.now_ms) - middle };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return message === '' ? (code ?? 'no reason given') : message;
  } finally {
    client.end().catch(() => undefined);
  }
}
