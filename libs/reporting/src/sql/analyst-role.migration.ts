import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ANALYST_ROLE } from './reporting-sql.js';

/** Another process, or another ledger of the same server, may make the role at the same moment. */
const CREATE = `
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ANALYST_ROLE}') THEN
    CREATE ROLE ${ANALYST_ROLE} NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  WHEN insufficient_privilege THEN
    RAISE NOTICE 'The owner of the ledger may not create roles: create ${ANALYST_ROLE} as administrator.';
END $$;

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${ANALYST_ROLE}') THEN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO ${ANALYST_ROLE}', current_database());
  END IF;
END $$;`;

/** The group role of analysts, where the owner may create roles; elsewhere an administrator does (how-to: analysts). */
export class CreateAnalystRole1732210000000 implements MigrationInterface {
  readonly name = 'CreateAnalystRole1732210000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CREATE);
  }

  /** The role may have members and serve other ledgers of the same server: it stays. */
  async down(): Promise<void> {
    await Promise.resolve();
  }
}

/** Migrations of this lib, for the opening of the ledger. */
export const reportingMigrations = [CreateAnalystRole1732210000000];
