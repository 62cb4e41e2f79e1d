import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE ops.gate_floor (
  subject_id uuid NOT NULL,
  category text NOT NULL,
  revision bigint NOT NULL,
  PRIMARY KEY (subject_id, category)
) WITH (fillfactor = 80);
COMMENT ON TABLE ops.gate_floor IS 'Up to where the gate must know a person''s streams: rows that tell less are not used.';
COMMENT ON COLUMN ops.gate_floor.subject_id IS 'Pseudonym of the data subject.';
COMMENT ON COLUMN ops.gate_floor.category IS 'Category of the stream: subject, consent, rights …';
COMMENT ON COLUMN ops.gate_floor.revision IS 'Revision that a command had seen when it was answered; it only rises.';
`;

/**
 * The floors of the gate (ADR 0018). They belong to no version of a read model. Whoever drops them drops the read
 * models too: rows without floors are trusted.
 */
export class CreateGateFloor1732230000000 implements MigrationInterface {
  readonly name = 'CreateGateFloor1732230000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ops.gate_floor');
  }
}
