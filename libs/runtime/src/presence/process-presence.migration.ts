import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE ops.process_presence (
  process uuid PRIMARY KEY,
  ledger_connections integer NOT NULL,
  key_connections integer NOT NULL,
  seen_at timestamptz NOT NULL
);
COMMENT ON TABLE ops.process_presence IS 'How many connections each process may take while it is at work; the doctor adds them up.';
COMMENT ON COLUMN ops.process_presence.process IS 'Drawn anew at each start of a process.';
COMMENT ON COLUMN ops.process_presence.ledger_connections IS 'To the database of the ledger, at most.';
COMMENT ON COLUMN ops.process_presence.key_connections IS 'To the database of the keys, at most.';
`;

/** Which processes are at work, and how many connections each may take. */
export class CreateProcessPresence1732260000000 implements MigrationInterface {
  readonly name = 'CreateProcessPresence1732260000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ops.process_presence');
  }
}
