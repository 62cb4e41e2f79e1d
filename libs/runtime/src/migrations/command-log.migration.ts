import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE SCHEMA IF NOT EXISTS ops;

CREATE TABLE ops.command_log (
  command_id uuid PRIMARY KEY,
  key_mac bytea NOT NULL CONSTRAINT command_log_key UNIQUE CHECK (octet_length(key_mac) = 32),
  key_day date NOT NULL,
  body_mac bytea CHECK (octet_length(body_mac) = 32),
  client text NOT NULL,
  route text NOT NULL,
  subject_id uuid,
  received_at timestamptz NOT NULL,
  lease_until timestamptz NOT NULL,
  attempt integer NOT NULL DEFAULT 1,
  finished_at timestamptz,
  outcome jsonb,
  CHECK (outcome IS NULL OR finished_at IS NOT NULL)
) WITH (fillfactor = 75);
CREATE INDEX command_log_received ON ops.command_log USING brin (received_at) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX command_log_subject ON ops.command_log (subject_id) WHERE subject_id IS NOT NULL;
COMMENT ON TABLE ops.command_log IS 'One row per command of the last seven days: a retry finds it and is never decided twice.';
COMMENT ON COLUMN ops.command_log.command_id IS 'Random; ids of the command''s events come from it.';
COMMENT ON COLUMN ops.command_log.key_mac IS 'HMAC of client and idempotency key under the key of key_day; random where there was no key.';
COMMENT ON COLUMN ops.command_log.key_day IS 'Europe/Paris day whose key made the HMACs; the key dies with the row.';
COMMENT ON COLUMN ops.command_log.body_mac IS 'HMAC of route, path and body; empty after an erasure and without an idempotency key.';
COMMENT ON COLUMN ops.command_log.subject_id IS 'Data subject of the command; an erasure blanks it.';
COMMENT ON COLUMN ops.command_log.received_at IS 'Clock of this server when the command first came: the now of every attempt.';
COMMENT ON COLUMN ops.command_log.lease_until IS 'After this another attempt may take the command over.';
COMMENT ON COLUMN ops.command_log.attempt IS 'Only the newest attempt may conclude the command.';
COMMENT ON COLUMN ops.command_log.finished_at IS 'The command has its outcome: its events, or the next column.';
COMMENT ON COLUMN ops.command_log.outcome IS 'What was answered where no event says so.';

CREATE TABLE ops.command_subject (
  command_id uuid NOT NULL REFERENCES ops.command_log ON DELETE CASCADE,
  subject_id uuid NOT NULL,
  PRIMARY KEY (subject_id, command_id)
);
CREATE INDEX command_subject_command ON ops.command_subject (command_id);
COMMENT ON TABLE ops.command_subject IS 'Further data subjects of commands that concern several.';
`;

/** The command log (`architecture.md` §5). Not disposable: for seven days it keeps a retry from counting twice. */
export class CreateCommandLog1732190000000 implements MigrationInterface {
  readonly name = 'CreateCommandLog1732190000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ops.command_subject, ops.command_log');
  }
}
