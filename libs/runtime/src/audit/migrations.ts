import type { MigrationInterface, QueryRunner } from 'typeorm';

const AUDIT = `
CREATE SCHEMA IF NOT EXISTS audit;
COMMENT ON SCHEMA audit IS 'The audit copy: every event of the ledger without ciphertext. Precious, part of every backup.';

CREATE TABLE IF NOT EXISTS audit.entry (
  idx bigint PRIMARY KEY CHECK (idx >= 0),
  stream text NOT NULL,
  rev bigint NOT NULL,
  event_id uuid NOT NULL,
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  entry text NOT NULL,
  ts timestamptz,
  max_ts timestamptz NOT NULL,
  position text COLLATE "C" NOT NULL,
  alarm text CHECK (alarm IN ('not-canonical', 'too-large', 'duplicate-id')),
  UNIQUE (stream, rev),
  UNIQUE (event_id)
);
CREATE INDEX IF NOT EXISTS entry_known_as ON audit.entry (max_ts, idx);
CREATE INDEX IF NOT EXISTS entry_alarm ON audit.entry (idx) WHERE alarm IS NOT NULL;
COMMENT ON TABLE audit.entry IS 'One row per event, in the order of the store; rows are never changed nor removed.';
COMMENT ON COLUMN audit.entry.idx IS 'Place in the ledger, dense from 0; leaf number of the Merkle log.';
COMMENT ON COLUMN audit.entry.leaf_hash IS 'SHA-256(0x00 || entry), RFC 6962.';
COMMENT ON COLUMN audit.entry.entry IS 'Canonical JSON of the event, each ciphertext replaced by its SHA-256; what auditors get.';
COMMENT ON COLUMN audit.entry.ts IS 'metadata.ts, when the ledger recorded it; null if the event has none.';
COMMENT ON COLUMN audit.entry.max_ts IS 'Greatest ts up to here: the ledger of instant T ends at the last row with max_ts <= T.';
COMMENT ON COLUMN audit.entry.position IS 'Place in the store; not part of the entry, it changes when the store is copied.';
COMMENT ON COLUMN audit.entry.alarm IS 'Why the entry is not the plain canonical event; null is the rule.';

CREATE TABLE IF NOT EXISTS audit.checkpoint (LIKE ops.checkpoint INCLUDING ALL);
COMMENT ON TABLE audit.checkpoint IS 'How far the audit copy has come; kept and restored with it.';

CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit copy is never changed (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE TRIGGER entry_is_final BEFORE UPDATE OR DELETE ON audit.entry
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE OR REPLACE TRIGGER entry_stays BEFORE TRUNCATE ON audit.entry
  FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'greffe_app') THEN
    GRANT USAGE ON SCHEMA audit TO greffe_app;
    GRANT SELECT, INSERT ON audit.entry TO greffe_app;
    GRANT SELECT, INSERT, UPDATE ON audit.checkpoint TO greffe_app;
  END IF;
END $$;
`;

/** The audit copy. Its rows may be added by the application and are changed by nobody, its owner included. */
export class CreateAuditCopy1732200001000 implements MigrationInterface {
  readonly name = 'CreateAuditCopy1732200001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(AUDIT);
  }

  /** Refused: what the audit copy holds of purged streams stands nowhere else. */
  async down(): Promise<void> {
    throw new Error('The audit copy is never dropped');
  }
}

/** What the restore guard reads in every process, at its start and hourly: few rows of a table that only grows. */
const KEY_FACTS = `
CREATE INDEX IF NOT EXISTS entry_key_declared ON audit.entry (idx)
  WHERE stream COLLATE "C" >= 'keys-' AND stream COLLATE "C" < 'keys.';
CREATE INDEX IF NOT EXISTS entry_key_destruction ON audit.entry (idx)
  WHERE stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'
    AND entry LIKE '%"type":"KeyDestructionStarted"%';
`;

/** Finds the beginning and the end of keys without reading the whole audit copy. */
export class IndexKeyFacts1732200002000 implements MigrationInterface {
  readonly name = 'IndexKeyFacts1732200002000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEY_FACTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX IF EXISTS audit.entry_key_declared; DROP INDEX IF EXISTS audit.entry_key_destruction',
    );
  }
}

const HISTORIES = `
CREATE TABLE IF NOT EXISTS audit.restoration (
  generation uuid PRIMARY KEY,
  number integer NOT NULL UNIQUE CHECK (number > 0),
  event_id uuid NOT NULL UNIQUE,
  declared_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE audit.restoration IS 'Each time an event store was accepted that had been put back to an older state (StoreRestored).';
COMMENT ON COLUMN audit.restoration.generation IS 'Generation of the store since.';
COMMENT ON COLUMN audit.restoration.number IS 'Counts from 1.';
COMMENT ON COLUMN audit.restoration.event_id IS 'The StoreRestored that says so.';

CREATE TABLE IF NOT EXISTS audit.lost_entry (
  idx bigint PRIMARY KEY,
  generation uuid NOT NULL REFERENCES audit.restoration
);
COMMENT ON TABLE audit.lost_entry IS 'Entries whose event the store has lost for good; their proofs stay, no question counts them.';
COMMENT ON COLUMN audit.lost_entry.idx IS 'Entry of the audit copy.';
COMMENT ON COLUMN audit.lost_entry.generation IS 'The restoration that found it missing.';

ALTER TABLE audit.entry ADD COLUMN IF NOT EXISTS history integer NOT NULL DEFAULT 0,
  DROP CONSTRAINT IF EXISTS entry_stream_rev_key, DROP CONSTRAINT IF EXISTS entry_place,
  ADD CONSTRAINT entry_place UNIQUE (stream, rev, history);
COMMENT ON COLUMN audit.entry.history IS 'Restorations before it was copied: an event may stand where a lost one stood.';

CREATE OR REPLACE TRIGGER restoration_is_final BEFORE UPDATE OR DELETE ON audit.restoration
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();
CREATE OR REPLACE TRIGGER lost_is_final BEFORE UPDATE OR DELETE ON audit.lost_entry
  FOR EACH ROW EXECUTE FUNCTION audit.refuse_change();

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'greffe_app') THEN
    GRANT SELECT ON audit.restoration, audit.lost_entry TO greffe_app;
  END IF;
END $$;
`;

/** What the store has lost stays in the audit copy, told apart from what stands (`StoreRestored`). */
export class KeepLostEntries1732240000000 implements MigrationInterface {
  readonly name = 'KeepLostEntries1732240000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HISTORIES);
  }

  /** Refused: without it nobody could tell what the store holds from what it has lost. */
  async down(): Promise<void> {
    throw new Error('The audit copy is never dropped');
  }
}

/** Migrations of the audit copy, in order, after those of the projections; each may run twice. */
export const auditMigrations = [
  CreateAuditCopy1732200001000,
  IndexKeyFacts1732200002000,
  KeepLostEntries1732240000000,
];
