import pg from 'pg';
import { backgroundRoles, missingRoles } from '../presence/role-presence.js';
import type { Finding } from './finding.js';

const TIMEOUT_MS = 5000;

/**
 * Whether some process plays each role without which something stands still and nothing fails. Nothing is said where the
 * database is away or no server has ever prepared it: that is told elsewhere.
 */
export async function examineRoles(connectionString: string): Promise<readonly Finding[]> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const missing = await missingRoles(client);
    return backgroundRoles.map((role) => {
      const one = missing.find((found) => found.role === role);
      if (one === undefined) return { verdict: 'ok', code: 'role-at-work', about: role };
      const code = `${role}-missing` as const;
      return { verdict: 'attention', code, about: role, detail: one.since ?? '–' };
    });
  } catch {
    return [];
  } finally {
    client.end().catch(() => undefined);
  }
}
