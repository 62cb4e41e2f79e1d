/** The one advisory lock under which positions are given: without it, readers that poll would lose events. */
const APPEND_LOCK = '7310868736519172452';

/** The channel on which a committed group wakes the subscriptions. */
export const APPENDED_CHANNEL = 'es_appended';

/**
 * Writes a group of appends in one transaction, with a verdict for each. An append is given by its stream, the
 * revision it expects (−1: absent) and whether a replay must be compared; an event by the number of its append.
 * Verdicts: `written`, `known` (the same ids already stand at that place), `closed`, `conflict`.
 *
 * The lock is a statement of its own, so that the statement after it sees everything committed before. LIMIT 1 in the
 * lateral look-ups keeps them index look-ups, whatever the statistics of a young table say.
 */
export const APPEND_GROUP_SQL = `
CREATE FUNCTION es.append_group(
  p_stream text[], p_expected bigint[], p_count integer[], p_compare boolean[],
  p_append integer[], p_index integer[], p_id uuid[], p_type text[], p_data text[], p_metadata text[], p_bytes integer[]
) RETURNS TABLE (append integer, verdict text, revision bigint, "position" bigint)
LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_advisory_xact_lock(${APPEND_LOCK});
  PERFORM pg_notify('${APPENDED_CHANNEL}', '');
  RETURN QUERY
  WITH batch AS MATERIALIZED (
    SELECT b.append::integer, b.stream, b.expected, b.count, b.compare,
           coalesce((SELECT i.revision FROM es.event_index i WHERE i.stream = b.stream
                      ORDER BY i.revision DESC LIMIT 1), -1) AS actual,
           EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = b.stream) AS closed
      FROM unnest(p_stream, p_expected, p_count, p_compare) WITH ORDINALITY AS b(stream, expected, count, compare, append)
  ), offered AS MATERIALIZED (
    SELECT * FROM unnest(p_append, p_index, p_id, p_type, p_data, p_metadata, p_bytes) WITH ORDINALITY
      AS o(append, index, event_id, type, data, metadata, bytes, n)
  ), found AS MATERIALIZED (
    SELECT o.append, i.position,
           i.stream = b.stream AND i.revision = b.expected + 1 + o.index
           AND (NOT b.compare OR (i.type = o.type AND EXISTS (
             SELECT 1 FROM es.payload p
              WHERE p.position = i.position AND p.data = o.data AND p.metadata = o.metadata
             UNION ALL
             SELECT 1 FROM es.personal_payload p
              WHERE p.stream = i.stream AND p.position = i.position AND p.data = o.data AND p.metadata = o.metadata))) AS same
      FROM offered o
     CROSS JOIN LATERAL (SELECT * FROM es.event_index x WHERE x.event_id = o.event_id LIMIT 1) i
      JOIN batch b ON b.append = o.append
  ), replay AS MATERIALIZED (
    SELECT f.append, count(*) FILTER (WHERE f.same) AS same, max(f.position) AS last
      FROM found f GROUP BY f.append
  ), judged AS MATERIALIZED (
    SELECT b.*, r.last,
           CASE WHEN b.closed THEN 'closed'
                WHEN r.append IS NULL AND b.actual = b.expected THEN 'written'
                WHEN r.same = b.count THEN 'known'
                ELSE 'conflict' END AS verdict
      FROM batch b LEFT JOIN replay r ON r.append = b.append
  ), placed AS MATERIALIZED (
    SELECT o.*, j.stream, j.expected + 1 + o.index AS revision,
           coalesce((SELECT max(i.position) FROM es.event_index i), 0) + row_number() OVER (ORDER BY o.n) AS position
      FROM offered o JOIN judged j ON j.append = o.append AND j.verdict = 'written'
  ), indexed AS (
    INSERT INTO es.event_index (position, event_id, stream, revision, type, bytes, recorded_at)
    SELECT w.position, w.event_id, w.stream, w.revision, w.type, w.bytes, clock_timestamp() FROM placed w
  ), clear AS (
    INSERT INTO es.payload (position, data, metadata)
    SELECT w.position, w.data, w.metadata FROM placed w WHERE w.stream NOT LIKE 'personal-%'
  ), sealed AS (
    INSERT INTO es.personal_payload (stream, position, data, metadata)
    SELECT w.stream, w.position, w.data, w.metadata FROM placed w WHERE w.stream LIKE 'personal-%'
  )
  SELECT j.append, j.verdict,
         CASE WHEN j.verdict IN ('written', 'known') THEN j.expected + j.count ELSE j.actual END,
         CASE WHEN j.verdict = 'written' THEN (SELECT max(w.position) FROM placed w WHERE w.append = j.append)
              WHEN j.verdict = 'known' THEN j.last END
    FROM judged j;
END $$;
`;

/** Ends a stream for ever at an exact revision (−1: never written). Gives the revision at which it stands. */
export const CLOSE_STREAM_SQL = `
CREATE FUNCTION es.close_stream(p_stream text, p_expected bigint)
RETURNS bigint LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
DECLARE
  actual bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(${APPEND_LOCK});
  SELECT c.revision INTO actual FROM es.closed_stream c WHERE c.stream = p_stream;
  IF FOUND THEN RETURN actual; END IF;
  SELECT coalesce(max(i.revision), -1) INTO actual FROM es.event_index i WHERE i.stream = p_stream;
  IF actual = p_expected THEN
    INSERT INTO es.closed_stream (stream, revision, closed_at) VALUES (p_stream, actual, clock_timestamp());
  END IF;
  RETURN actual;
END $$;
`;
