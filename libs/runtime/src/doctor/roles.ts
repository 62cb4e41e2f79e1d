import { backgroundRoles, missingRoles } from '../presence/role-presence.js';
import type { Finding } from './finding.js';
import { onDatabase } from './on-database.js';

/**
 * Whether some process plays each role without which something stands still and nothing fails. Nothing is said where the
 * database is away or no server has ever prepared it: that is told elsewhere.
 */
export async function examineRoles(connectionString: string): Promise<readonly Finding[]> {
  try {
    const missing = await onDatabase(connectionString, missingRoles);
    return backgroundRoles.map((role) => {
      const one = missing.find((found) => found.role === role);
      if (one === undefined) return { verdict: 'ok', code: 'role-at-work', about: role };
      const code = `${role}-missing` as const;
      return { verdict: 'attention', code, about: role, detail: one.since ?? '–' };
    });
  } catch {
    return [];
  }
}
