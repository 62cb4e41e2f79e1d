import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  COMPLETED,
  ORDERED,
  PURGES,
  RECIPIENTS,
  STREAM_CLOSED,
  STREAM_OF_CLOSING,
} from './audit-conditions.js';

const ERASER = `
CREATE INDEX IF NOT EXISTS entry_erasure_ordered ON audit.entry (idx) WHERE ${ORDERED};
CREATE INDEX IF NOT EXISTS entry_erasure_completed ON audit.entry (idx) WHERE ${COMPLETED};
CREATE INDEX IF NOT EXISTS entry_stream_closed ON audit.entry ((${STREAM_OF_CLOSING})) WHERE ${STREAM_CLOSED};
CREATE INDEX IF NOT EXISTS entry_purge ON audit.entry (idx) WHERE ${PURGES};

CREATE TABLE IF NOT EXISTS ops.purge_run (
  run_id uuid PRIMARY KEY,
  only_search boolean NOT NULL,
  erasures jsonb NOT NULL,
  found jsonb NOT NULL DEFAULT '{}',
  outcome jsonb,
  started_at timestamptz NOT NULL,
  node text,
  done bigint,
  total bigint,
  failures integer NOT NULL DEFAULT 0,
  not_before timestamptz,
  told_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE ops.purge_run IS 'The purge that is under way, at most one; whoever is the eraser next takes it up. What it came to stands in the ledger.';
COMMENT ON COLUMN ops.purge_run.only_search IS 'Nothing has to be removed unless the search finds something.';
COMMENT ON COLUMN ops.purge_run.erasures IS 'The erasures whose closed streams it is to prove gone.';
COMMENT ON COLUMN ops.purge_run.found IS 'Per node, how many streams were found again that had been proven gone.';
COMMENT ON COLUMN ops.purge_run.outcome IS 'What it came to, kept until all of it is told in the ledger.';
COMMENT ON COLUMN ops.purge_run.not_before IS 'When it is tried again after a failure.';
`;

/** What the role eraser reads without reading the whole audit copy, and the purge that is under way. */
export class PrepareEraser1732300001000 implements MigrationInterface {
  readonly name = 'PrepareEraser1732300001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ERASER);
  }

  async down(runner: QueryRunner): Promise<void> {
    const indexes = ['erasure_ordered', 'erasure_completed', 'stream_closed', 'purge'];
    for (const index of indexes) await runner.query(`DROP INDEX IF EXISTS audit.entry_${index}`);
    await runner.query('DROP TABLE IF EXISTS ops.purge_run');
  }
}

const RECIPIENT_FACTS = `CREATE INDEX IF NOT EXISTS entry_recipient ON audit.entry (idx) WHERE ${RECIPIENTS};`;

/** Finds who is told of erasures without reading the whole audit copy. */
export class IndexRecipients1732300002000 implements MigrationInterface {
  readonly name = 'IndexRecipients1732300002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RECIPIENT_FACTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS audit.entry_recipient');
  }
}

/** Migrations of the rights context, after those of the audit copy; each may run twice. */
export const rightsMigrations = [PrepareEraser1732300001000, IndexRecipients1732300002000];
