import { auditMigrations } from '../audit/migrations.js';
import { CreateGateFloor1732230000000 } from '../gate/gate-floor.migration.js';
import { CreateProcessPresence1732260000000 } from '../presence/process-presence.migration.js';
import { CreateRolePresence1732250000000 } from '../presence/role-presence.migration.js';
import { projectionMigrations } from '../projection/migrations.js';
import { CreateCommandLog1732190000000 } from './command-log.migration.js';

/** Migrations of the ledger database's own tables, in order. The event store and the read models bring their own. */
export const ledgerMigrations = [
  CreateCommandLog1732190000000,
  ...projectionMigrations,
  ...auditMigrations,
  CreateGateFloor1732230000000,
  CreateRolePresence1732250000000,
  CreateProcessPresence1732260000000,
];
