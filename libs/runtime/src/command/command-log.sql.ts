import { raiseFloors } from '../gate/floor.js';

/**
 * Statements on many rows have no name: PostgreSQL keeps the plan of a named one, and a plan made while the table was
 * young reads all of it ever after.
 *
 * One row per command that is new; none where a row of any of its keys stands already. $1 to $7: one item each per
 * command; $8: length of the lease; $9, $10: number of the command and each key under which it may stand already.
 */
export const INSERT = {
  text: `INSERT INTO ops.command_log
           (command_id, key_mac, key_day, body_mac, client, route, subject_id, received_at, lease_until)
         SELECT n.command_id, n.key_mac, n.key_day, n.body_mac, n.client, n.route, n.subject_id,
                date_trunc('milliseconds', c.now), c.now + $8::integer * interval '1 millisecond'
           FROM (SELECT clock_timestamp() AS now) c,
                unnest($1::uuid[], $2::bytea[], $3::date[], $4::bytea[], $5::text[], $6::text[], $7::uuid[])
                  WITH ORDINALITY AS n (command_id, key_mac, key_day, body_mac, client, route, subject_id, number)
          WHERE NOT EXISTS (
                  SELECT FROM unnest($9::bigint[], $10::bytea[]) AS k (number, key_mac)
                    JOIN ops.command_log log ON log.key_mac = k.key_mac
                   WHERE k.number = n.number)
         ON CONFLICT (key_mac) DO NOTHING
         RETURNING command_id, received_at`,
};

export const FIND = {
  name: 'command-log-find',
  text: `SELECT command_id, key_day::text, body_mac, received_at, attempt, finished_at IS NOT NULL AS finished, outcome,
                ceil(extract(epoch FROM lease_until - clock_timestamp()))::integer AS lease_seconds
           FROM ops.command_log WHERE key_mac = ANY($1::bytea[]) ORDER BY received_at LIMIT 1`,
};

/** One row if this attempt now holds the lease. */
export const TAKE_OVER = {
  name: 'command-log-take-over',
  text: `UPDATE ops.command_log
            SET attempt = attempt + 1, lease_until = clock_timestamp() + $3::integer * interval '1 millisecond'
          WHERE command_id = $1 AND attempt = $2 AND finished_at IS NULL AND lease_until <= clock_timestamp()
         RETURNING attempt`,
};

/**
 * The events carry the truth, and that they are there is a mere marker: it need not survive a crash, and alone its commit
 * waits for no disk. Floors must survive one. $1, $2: commands and a subject of each; $3, $4: commands and their further
 * subjects; $5 to $7: floors; $8: there are none.
 */
export const END_RECORDED = {
  text: `WITH unsynced AS MATERIALIZED (
           SELECT CASE WHEN $8::boolean THEN set_config('synchronous_commit', 'off', true) END),
         marked AS (
           UPDATE ops.command_log AS log
              SET finished_at = clock_timestamp(), subject_id = coalesce(log.subject_id, f.subject_id)
             FROM unsynced, unnest($1::uuid[], $2::uuid[]) AS f (command_id, subject_id)
            WHERE log.command_id = f.command_id AND log.finished_at IS NULL),
         others AS (
           INSERT INTO ops.command_subject (command_id, subject_id)
           SELECT * FROM unnest($3::uuid[], $4::uuid[]) ON CONFLICT DO NOTHING)
         ${raiseFloors(5)}`,
};

/**
 * One row if this attempt was still the newest; floors rise in any case. The commit waits for the disk. $4, $5: a
 * subject, and further ones; $6 to $8: floors.
 */
export const KEEP_OUTCOME = {
  name: 'command-log-keep-outcome',
  text: `WITH kept AS (
           UPDATE ops.command_log
              SET finished_at = clock_timestamp(), outcome = $3::jsonb, subject_id = coalesce(subject_id, $4::uuid)
            WHERE command_id = $1 AND attempt = $2 AND finished_at IS NULL
           RETURNING command_id),
         others AS (
           INSERT INTO ops.command_subject (command_id, subject_id)
           SELECT command_id, unnest($5::uuid[]) FROM kept ON CONFLICT DO NOTHING),
         raised AS (${raiseFloors(6)})
         SELECT command_id FROM kept`,
};

export const RELEASE = {
  name: 'command-log-release',
  text: `UPDATE ops.command_log SET lease_until = clock_timestamp()
          WHERE command_id = $1 AND attempt = $2 AND finished_at IS NULL`,
};

/** What could be matched with a person goes; the row stays, so that a retry is still known. */
export const BLANK = `WITH others AS (DELETE FROM ops.command_subject WHERE subject_id = $1 RETURNING command_id)
  UPDATE ops.command_log SET body_mac = NULL, subject_id = NULL, outcome = NULL
   WHERE subject_id = $1 OR command_id IN (SELECT command_id FROM others)`;

export const PURGE = `DELETE FROM ops.command_log WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM ops.command_log WHERE received_at < clock_timestamp() - interval '7 days' LIMIT 5000))`;
