/**
 * SQL that tells where streams end, for a statement on the database in which `PostgresEventStore` keeps its events: an
 * object of revisions by stream, without those that are absent or closed. `streams`: an expression of type `text[]`.
 */
export function streamEndsSql(streams: string): string {
  return `(SELECT json_object_agg(i.stream, i.revision) FROM unnest(${streams}) AS s(stream)
    CROSS JOIN LATERAL (
      SELECT x.stream, x.revision FROM es.event_index x
       WHERE x.stream = s.stream AND NOT EXISTS (SELECT 1 FROM es.closed_stream c WHERE c.stream = s.stream)
       ORDER BY x.revision DESC LIMIT 1) AS i)`;
}
