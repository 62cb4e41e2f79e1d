import { APPEND_GROUP_SQL, CLOSE_STREAM_SQL } from './functions.js';

/** Hash partitions of personal payloads; an erasure rewrites the files of one of them at a time. */
const PERSONAL_PARTITIONS = 64;

const TABLES = `
CREATE TABLE es.event_index (
  position    bigint      NOT NULL PRIMARY KEY,
  event_id    uuid        NOT NULL UNIQUE,
  stream      text        NOT NULL COLLATE "C",
  revision    bigint      NOT NULL,
  type        text        NOT NULL,
  bytes       integer     NOT NULL,
  recorded_at timestamptz NOT NULL,
  UNIQUE (stream, revision)
);
CREATE TABLE es.payload (
  position bigint NOT NULL PRIMARY KEY,
  data     text   NOT NULL,
  metadata text   NOT NULL
);
CREATE TABLE es.personal_payload (
  stream   text   NOT NULL COLLATE "C",
  position bigint NOT NULL,
  data     text   NOT NULL,
  metadata text   NOT NULL,
  PRIMARY KEY (stream, position)
) PARTITION BY HASH (stream);
CREATE TABLE es.closed_stream (
  stream    text        NOT NULL COLLATE "C" PRIMARY KEY,
  revision  bigint      NOT NULL,
  closed_at timestamptz NOT NULL
);
COMMENT ON TABLE es.event_index IS 'Place and identity of every event. Never changed, never purged.';
COMMENT ON TABLE es.payload IS 'Data and metadata (canonical JSON) of every event outside personal streams.';
COMMENT ON TABLE es.personal_payload IS 'Data and metadata of personal streams: sealed envelopes that an erasure removes.';
COMMENT ON TABLE es.closed_stream IS 'Streams that an erasure ended for ever, with their last revision (-1: never written).';
`;

/** Only the owner may take rows away, and only those of a stream that an erasure closed. */
const GUARDS = `
CREATE FUNCTION es.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of %.% is refused: events are never changed', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION es.refuse_unless_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE')
     AND EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = OLD.stream) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'DELETE of %.% is refused: the stream is not closed', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON es.event_index
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON es.payload
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON es.closed_stream
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON es.personal_payload
  FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER refuse_update BEFORE UPDATE ON es.personal_payload
  FOR EACH ROW EXECUTE FUNCTION es.refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON es.personal_payload
  FOR EACH ROW EXECUTE FUNCTION es.refuse_unless_closed();
`;

/** What a purge has taken in hand: kept until the files are rewritten, so that one that was interrupted is taken up. */
const PURGE_NOTES = `
CREATE TABLE es.purge_note (
  partition text NOT NULL COLLATE "C",
  stream    text NOT NULL COLLATE "C",
  PRIMARY KEY (partition, stream)
);
COMMENT ON TABLE es.purge_note IS 'Closed streams whose bytes may still be in the files of a partition of es.personal_payload.';
`;

/** The steps of the schema, in order; a step that was ever released is never edited, a new one is added. */
export const SCHEMA_STEPS: readonly string[] = [
  `${TABLES}${GUARDS}${partitions()}${APPEND_GROUP_SQL}${CLOSE_STREAM_SQL}`,
  PURGE_NOTES,
];

function partitions(): string {
  return Array.from({ length: PERSONAL_PARTITIONS }, (_, i) => {
    const name = `es.personal_payload_${String(i).padStart(2, '0')}`;
    return `CREATE TABLE ${name} PARTITION OF es.personal_payload
  FOR VALUES WITH (MODULUS ${String(PERSONAL_PARTITIONS)}, REMAINDER ${String(i)});
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ${name} FOR EACH STATEMENT EXECUTE FUNCTION es.refuse_change();
`;
  }).join('');
}
