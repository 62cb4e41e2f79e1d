/** The one advisory lock under which positions are given: without it, readers that poll would lose events. */
const APPEND_LOCK = '7310868736519172452';

/** The channel on which a committed group wakes the subscriptions. */
export const APPENDED_CHANNEL = 'es_appended';

/**
 * Writes a group of appends in one transaction, with a verdict for each. An append is given by its stream, the
 * revision it expects (−1: absent) and its length; an event by the number of its append and its index in it.
 * Verdicts: `written`, `known` (the same ids already stand at that place), `closed`, `conflict`; with each the revision
 * at which the append ends, or at which the stream stands, and the position of its last event.
 *
 * The lock is a statement of its own, so that the statements after it see everything committed before. LIMIT 1 in the
 * lateral look-up keeps it a look-up by index, whatever the statistics of a young table say.
 */
export const APPEND_GROUP_SQL = `
CREATE FUNCTION es.append_group(
  p_stream text[], p_expected bigint[], p_count integer[],
  p_append integer[], p_index integer[], p_id uuid[], p_type text[], p_data text[], p_metadata text[], p_bytes integer[],
  OUT verdict text[], OUT revision bigint[], OUT place bigint[]
) LANGUAGE plpgsql VOLATILE SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  appends integer := cardinality(p_stream);
  closed  boolean[];
  same    integer[] := array_fill(0, ARRAY[appends]);
  known   integer[] := same;
  base    bigint[]  := array_fill(NULL::bigint, ARRAY[appends]);
  head    bigint;
  one     record;
BEGIN
  PERFORM pg_advisory_xact_lock(${APPEND_LOCK});

  SELECT coalesce(max(i.position), 0) INTO head FROM es.event_index i;
  SELECT array_agg(coalesce((SELECT i.revision FROM es.event_index i WHERE i.stream = s.stream
                              ORDER BY i.revision DESC LIMIT 1), -1) ORDER BY s.n),
         array_agg(EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = s.stream) ORDER BY s.n)
    INTO revision, closed
    FROM unnest(p_stream) WITH ORDINALITY AS s(stream, n);

  place := base;
  FOR one IN
    SELECT o.append, i.position, i.stream = p_stream[o.append] AND i.revision = p_expected[o.append] + 1 + o.index AS same
      FROM unnest(p_append, p_index, p_id) AS o(append, index, event_id)
     CROSS JOIN LATERAL (SELECT * FROM es.event_index x WHERE x.event_id = o.event_id LIMIT 1) i
  LOOP
    known[one.append] := known[one.append] + 1;
    IF one.same THEN same[one.append] := same[one.append] + 1; END IF;
    place[one.append] := greatest(place[one.append], one.position);
  END LOOP;

  FOR a IN 1..appends LOOP
    verdict[a] := CASE WHEN closed[a] THEN 'closed'
                       WHEN known[a] = 0 AND revision[a] = p_expected[a] THEN 'written'
                       WHEN same[a] = p_count[a] THEN 'known'
                       ELSE 'conflict' END;
    IF verdict[a] IN ('written', 'known') THEN revision[a] := p_expected[a] + p_count[a]; END IF;
    IF verdict[a] = 'written' THEN
      base[a] := head + 1;
      head := head + p_count[a];
      place[a] := head;
    END IF;
  END LOOP;

  INSERT INTO es.event_index (position, event_id, stream, revision, type, bytes, recorded_at)
  SELECT base[o.append] + o.index, o.event_id, p_stream[o.append], p_expected[o.append] + 1 + o.index, o.type, o.bytes,
         clock_timestamp()
    FROM unnest(p_append, p_index, p_id, p_type, p_bytes) AS o(append, index, event_id, type, bytes)
   WHERE base[o.append] IS NOT NULL;
  INSERT INTO es.payload (position, data, metadata)
  SELECT base[o.append] + o.index, o.data, o.metadata
    FROM unnest(p_append, p_index, p_data, p_metadata) AS o(append, index, data, metadata)
   WHERE base[o.append] IS NOT NULL AND p_stream[o.append] NOT LIKE 'personal-%';
  IF 'personal-' = ANY (SELECT left(s, 9) FROM unnest(p_stream) s) THEN
    INSERT INTO es.personal_payload (stream, position, data, metadata)
    SELECT p_stream[o.append], base[o.append] + o.index, o.data, o.metadata
      FROM unnest(p_append, p_index, p_data, p_metadata) AS o(append, index, data, metadata)
     WHERE base[o.append] IS NOT NULL AND p_stream[o.append] LIKE 'personal-%';
  END IF;

  IF 'written' = ANY (verdict) THEN PERFORM pg_notify('${APPENDED_CHANNEL}', ''); END IF;
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
