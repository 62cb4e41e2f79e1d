import type { MigrationInterface, QueryRunner } from 'typeorm';

const OPS = `
CREATE SCHEMA IF NOT EXISTS ops;
COMMENT ON SCHEMA ops IS 'How far each reader of the ledger has come, and what it could not do.';

CREATE TABLE IF NOT EXISTS ops.checkpoint (
  projection text NOT NULL,
  build text NOT NULL CHECK (build IN ('live', 'next')),
  version integer NOT NULL,
  position text COLLATE "C",
  anchor_position text COLLATE "C",
  anchor_event_id uuid,
  anchor_stream text,
  anchor_revision bigint,
  owner_epoch bigint NOT NULL DEFAULT 0,
  events bigint NOT NULL DEFAULT 0,
  ids_xor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
  seen bigint NOT NULL DEFAULT 0,
  moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (projection, build)
);
COMMENT ON TABLE ops.checkpoint IS 'Place of each projection and reactor in the log; moves together with its rows.';
COMMENT ON COLUMN ops.checkpoint.build IS 'live: what is read; next: built beside it.';
COMMENT ON COLUMN ops.checkpoint.version IS 'Version of the projection that wrote the rows.';
COMMENT ON COLUMN ops.checkpoint.position IS 'Last event done; opaque, ordered as text.';
COMMENT ON COLUMN ops.checkpoint.anchor_position IS 'Newest event at or before position whose stream is never purged: where a resume starts.';
COMMENT ON COLUMN ops.checkpoint.owner_epoch IS 'Goes up with each take-over; writers of an older epoch are refused.';
COMMENT ON COLUMN ops.checkpoint.events IS 'Events of never-purged streams passed; equal for all readers at one position.';
COMMENT ON COLUMN ops.checkpoint.ids_xor IS 'XOR of the ids of those events.';
COMMENT ON COLUMN ops.checkpoint.seen IS 'All events passed.';

CREATE TABLE IF NOT EXISTS ops.parked (
  projection text NOT NULL,
  build text NOT NULL CHECK (build IN ('live', 'next')),
  event_id uuid NOT NULL,
  position text COLLATE "C" NOT NULL,
  stream text NOT NULL,
  revision bigint NOT NULL,
  type text NOT NULL,
  subjects text[] NOT NULL,
  reason text NOT NULL,
  waiting boolean NOT NULL,
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retry_requested_at timestamptz,
  PRIMARY KEY (projection, build, event_id)
);
CREATE INDEX IF NOT EXISTS parked_subjects ON ops.parked USING gin (subjects);
CREATE INDEX IF NOT EXISTS parked_position ON ops.parked (projection, build, position);
COMMENT ON TABLE ops.parked IS 'Events that a projection or reactor could not do, with those of the same subjects behind them.';
COMMENT ON COLUMN ops.parked.subjects IS 'Subjects and streams that are held back until the event is done.';
COMMENT ON COLUMN ops.parked.reason IS 'Why; codes and names, no data.';
COMMENT ON COLUMN ops.parked.waiting IS 'Sound itself, waits behind another one.';

CREATE TABLE IF NOT EXISTS ops.rebuild (
  projection text PRIMARY KEY,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  phase text NOT NULL DEFAULT 'requested',
  version integer,
  done bigint NOT NULL DEFAULT 0,
  total bigint NOT NULL DEFAULT 0,
  rate double precision NOT NULL DEFAULT 0,
  started_at timestamptz,
  ended_at timestamptz,
  comparison jsonb,
  problem text
);
COMMENT ON TABLE ops.rebuild IS 'The newest rebuild of each projection: asked for, under way, or ended with its comparison.';
COMMENT ON COLUMN ops.rebuild.done IS 'Events read so far.';
COMMENT ON COLUMN ops.rebuild.total IS 'Events to read, as the live build counted them.';
COMMENT ON COLUMN ops.rebuild.rate IS 'Events per second.';
COMMENT ON COLUMN ops.rebuild.comparison IS 'Rows and hash of each table, live and rebuilt, at one position.';

DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'greffe_app') THEN
    GRANT USAGE ON SCHEMA ops TO greffe_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ops.checkpoint, ops.parked, ops.rebuild TO greffe_app;
  END IF;
END $$;
`;

const SHARDS = `
ALTER TABLE ops.checkpoint
  ADD COLUMN IF NOT EXISTS shard integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS shards integer NOT NULL DEFAULT 1,
  DROP CONSTRAINT IF EXISTS checkpoint_pkey, ADD PRIMARY KEY (projection, build, shard),
  DROP CONSTRAINT IF EXISTS checkpoint_shard, ADD CONSTRAINT checkpoint_shard CHECK (shard >= 0 AND shard < shards);
ALTER TABLE ops.parked
  ADD COLUMN IF NOT EXISTS shard integer NOT NULL DEFAULT 0,
  ADD COLUMN IF NOT EXISTS part text NOT NULL DEFAULT '',
  DROP CONSTRAINT IF EXISTS parked_pkey, ADD PRIMARY KEY (projection, build, shard, event_id, part);
COMMENT ON COLUMN ops.checkpoint.shard IS 'Which shard of the projection, from 0 on; each keeps the rows of its own subjects.';
COMMENT ON COLUMN ops.checkpoint.shards IS 'How many shards the build has; every one of them has a row.';
COMMENT ON COLUMN ops.parked.shard IS 'Shard that parked it.';
COMMENT ON COLUMN ops.parked.part IS 'Subject whose part of the event is parked; empty: all of the event.';
`;

/** Tables of the readers of the log. Everything in them can be dropped and is made again by reading the log. */
export class CreateReaders1732200000000 implements MigrationInterface {
  readonly name = 'CreateReaders1732200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(OPS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS ops.rebuild, ops.parked, ops.checkpoint');
  }
}

/** Each shard of a projection has a checkpoint and parked events of its own. */
export class ShardReaders1732220000000 implements MigrationInterface {
  readonly name = 'ShardReaders1732220000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SHARDS);
  }

  /** Shards that an older program would not look at are made again by it from the log. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM ops.checkpoint; DELETE FROM ops.parked');
    await runner.query(`
      ALTER TABLE ops.parked DROP COLUMN shard, DROP COLUMN part, ADD PRIMARY KEY (projection, build, event_id);
      ALTER TABLE ops.checkpoint DROP COLUMN shard, DROP COLUMN shards, ADD PRIMARY KEY (projection, build)`);
  }
}

/** Migrations of the projections' own tables, in order; each may run twice. */
export const projectionMigrations = [CreateReaders1732200000000, ShardReaders1732220000000];
