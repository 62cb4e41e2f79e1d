import type { ClientBase, Pool } from 'pg';
import type { Instant, Uuid } from '#kernel';
import type { Role } from '../config/index.js';
import type { ConnectionBudget } from '../ledger/connection-budget.js';
import type { RecurringWork } from '../schedule/recurring.js';
import { sayAtWork } from './process-presence.js';
import { SILENT_AFTER_MS } from './silence.js';

/** A process says so often that it plays its roles, in milliseconds. */
const SAID_EVERY_MS = 5000;

/** Roles without which something stands still and nothing fails. */
export const backgroundRoles = ['projector', 'eraser'] as const satisfies readonly Role[];
export type BackgroundRole = (typeof backgroundRoles)[number];

/** A role that no process plays. */
export interface MissingRole {
  readonly role: BackgroundRole;
  /** When a process last did; `undefined`: none ever has. */
  readonly since: Instant | undefined;
}

/** What stands still while no process has a role. */
export const standsStill: Readonly<Record<BackgroundRole, readonly [en: string, fr: string]>> = {
  projector: [
    'read models and the audit copy are not brought up to date, ends of consents are not noted, and a new process serves no personal data',
    'les modèles de lecture et la copie d’audit ne sont plus mis à jour, la fin des consentements n’est plus notée, et un nouveau processus ne sert aucune donnée personnelle',
  ],
  eraser: [
    'no erasure is carried out, recipients are not told, nothing is purged, key-encryption keys are not renewed',
    'aucun effacement n’est exécuté, les destinataires ne sont pas avertis, rien n’est purgé, les clés de chiffrement ne sont pas renouvelées',
  ],
};

/** A process that wants to be seen. */
export interface PresentProcess {
  /** Drawn at its start. */
  readonly process: Uuid;
  readonly roles: readonly Role[];
  readonly budget: ConnectionBudget;
}

/** What a process does to be seen. It begins when the ledger is open, so a process that cannot work is not counted. */
export function presenceOf(pool: Pool, { process, roles, budget }: PresentProcess): RecurringWork {
  return {
    name: 'presence',
    everyMs: SAID_EVERY_MS,
    run: async () => {
      await sayAtWork(pool, process, budget);
      const { rowCount } = await pool.query(
        `INSERT INTO ops.role_presence (role, seen_at) SELECT role, clock_timestamp() FROM unnest($1::text[]) AS r(role)
         ON CONFLICT (role) DO UPDATE SET seen_at = greatest(role_presence.seen_at, excluded.seen_at)`,
        [[...roles].sort()],
      );
      return rowCount ?? 0;
    },
  };
}

/** The roles that no process plays, by PostgreSQL's clock. Throws the database's error. */
export async function missingRoles(db: Pool | ClientBase): Promise<readonly MissingRole[]> {
  const { rows } = await db.query<{ role: BackgroundRole; seen_at: Date | null }>(
    `SELECT r.role, p.seen_at FROM unnest($1::text[]) WITH ORDINALITY AS r(role, place)
       LEFT JOIN ops.role_presence p USING (role)
      WHERE p.seen_at IS NULL OR p.seen_at < clock_timestamp() - $2 * interval '1 millisecond' ORDER BY r.place`,
    [backgroundRoles, SILENT_AFTER_MS],
  );
  return rows.map(({ role, seen_at: seenAt }) => ({ role, since: seenAt?.toISOString() }));
}
