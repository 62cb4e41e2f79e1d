import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = `
CREATE TABLE ops.role_presence (
  role text PRIMARY KEY,
  seen_at timestamptz NOT NULL
);
COMMENT ON TABLE ops.role_presence IS 'When a process last said that it plays a part; one that falls silent is named by /readyz.';
COMMENT ON COLUMN ops.role_presence.role IS 'api, projector, eraser.';
`;

/** When each role was last at work, over all processes. */
export class CreateRolePresence1732250000000 implements MigrationInterface {
  readonly name = 'CreateRolePresence1732250000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ops.role_presence');
  }
}
