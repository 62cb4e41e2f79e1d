import { MINIMUM_CELL, published } from './disclosure.js';

/**
 * What the views show is computed by functions, for two reasons. `EXPLAIN ANALYZE` on a plain view tells how many rows
 * each of its steps read, which is the exact count that the view suppresses; a function is opaque to it. And a function
 * names its tables when it runs, so it outlives the switch of a rebuilt read model.
 *
 * They run with the rights of their owner, and their schema is closed to analysts: the views are the only door.
 */
function definer(name: string, returns: string, body: string): string {
  return `CREATE OR REPLACE FUNCTION reporting_internal.${name}() RETURNS TABLE (${returns})
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $function$
#variable_conflict use_column
BEGIN
${body}
END $function$;`;
}

/** Answers nothing while a read model's tables are not there yet. */
function unlessAbsent(...tables: readonly string[]): string {
  const absent = tables.map((table) => `to_regclass('${table}') IS NULL`).join(' OR ');
  return `  IF ${absent} THEN RETURN; END IF;`;
}

const purposes = definer(
  'purposes',
  'purpose_id uuid, purpose_code text, purpose_name text, channel text',
  `${unlessAbsent('rm_register.purpose')}
  RETURN QUERY
    SELECT p.purpose_id, p.code, p.data #>> '{name,fr}', c.channel
    FROM rm_register.purpose p, jsonb_array_elements_text(p.data -> 'channels') AS c(channel);`,
);

/**
 * How many people stand in each cell, exactly; the table `cell`. The rule of what stands is `choiceStates` of the
 * contacts: the newest consent to a question, unless a "no" that covers it is as new.
 */
export const STANDING_CELLS = `WITH newest AS (
      SELECT DISTINCT ON (c.subject_id, c.purpose_id, c.channel, c.controller_id) c.*
      FROM rm_contact_state.consent c
      WHERE to_jsonb(c) -> 'endings' = '[]' AND (c.valid_until IS NULL OR c.valid_until > now())
      ORDER BY c.subject_id, c.purpose_id, c.channel, c.controller_id, c.given_at DESC, c.event_id DESC
    ), standing AS (
      SELECT n.subject_id, n.purpose_id, n.channel, n.grade FROM newest n
      JOIN rm_contact_state.subject s ON s.subject_id = n.subject_id AND NOT s.is_erased
      WHERE NOT EXISTS (
          SELECT FROM rm_contact_state.no x
          WHERE x.subject_id = n.subject_id AND x.at >= n.given_at
            AND x.purpose_id IN (n.purpose_id::text, 'all', 'unknown') AND x.channel IN (n.channel, 'all')
            AND (x.controller_id IS NULL OR x.controller_id = n.controller_id))
        AND NOT EXISTS (
          SELECT FROM ops.parked k
          WHERE k.projection = 'contact-state' AND k.build = 'live' AND k.subjects @> ARRAY[n.subject_id::text])
    ), cell AS (
      SELECT t.purpose_id, t.channel, t.grade, count(DISTINCT t.subject_id) AS n
      FROM standing t GROUP BY t.purpose_id, t.channel, t.grade
    )`;

/**
 * One cell per purpose, channel and grade: every cell that the register offers, whoever stands in it, so that no row's
 * presence tells anything, and every further cell that is large enough.
 */
const standingConsents = definer(
  'standing_consents',
  'purpose_id uuid, purpose_code text, purpose_name text, channel text, proof_grade text, subjects bigint',
  `${unlessAbsent('rm_contact_state.consent', 'rm_contact_state.no', 'rm_contact_state.subject')}
  RETURN QUERY
    ${STANDING_CELLS}, offered AS (
      SELECT p.*, g.grade FROM reporting_internal.purposes() p,
        unnest(ARRAY['strong', 'adequate', 'weak', 'undemonstrable']) AS g(grade)
    )
    SELECT purpose_id, coalesce(o.purpose_code, q.purpose_code), coalesce(o.purpose_name, q.purpose_name),
           channel, grade, ${published('c.n')}
    FROM offered o FULL JOIN cell c USING (purpose_id, channel, grade)
      LEFT JOIN (SELECT DISTINCT p.purpose_id, p.purpose_code, p.purpose_name FROM reporting_internal.purposes() p) q
        USING (purpose_id)
    WHERE o.purpose_id IS NOT NULL OR c.n >= ${String(MINIMUM_CELL)}
    ORDER BY 2, 1, channel, grade;`,
);

const actsPerDay = definer(
  'acts_per_day',
  'day date, event_type text, acts bigint',
  `${unlessAbsent('rm_acts_per_day.count')}
  RETURN QUERY
    SELECT a.day, a.event_type, ${published('a.acts')} FROM rm_acts_per_day.count a
    WHERE a.acts >= ${String(MINIMUM_CELL)} ORDER BY a.day, a.event_type;`,
);

const registerLines = definer(
  'register_lines',
  `activity_id uuid, reference text, register text, name text, main_purpose text, subject_categories text[],
   data_categories text[], recipient_types text[], transfer_countries text[], recorded_on date, described_on date,
   ended_on date, ending text`,
  `${unlessAbsent('rm_register.activity')}
  RETURN QUERY
    SELECT a.activity_id, a.reference, a.role, a.data ->> 'name', a.data ->> 'mainPurpose',
           reporting_internal.texts(a.data -> 'subjectCategories', 'category'),
           reporting_internal.texts(a.data -> 'dataCategories', 'category'),
           reporting_internal.texts(a.data -> 'recipients', 'type'),
           reporting_internal.texts(a.data -> 'transfers', 'country'),
           (a.recorded_at AT TIME ZONE 'Europe/Paris')::date, (a.described_at AT TIME ZONE 'Europe/Paris')::date,
           a.ended_on, a.ending
    FROM rm_register.activity a ORDER BY a.role, a.reference;`,
);

const texts = `CREATE OR REPLACE FUNCTION reporting_internal.texts(items jsonb, member text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $function$
  SELECT coalesce(array_agg(DISTINCT i ->> member ORDER BY i ->> member), '{}') FROM jsonb_array_elements(items) AS e(i)
$function$;`;

/** Exact places and times would tell of single acts: whole minutes, and no counts. A read model is as far as its last shard. */
const freshness = definer(
  'freshness',
  'read_model text, holds_until timestamptz, is_current boolean',
  `${unlessAbsent('ops.checkpoint', 'audit.checkpoint')}
  RETURN QUERY
    SELECT c.projection, min(date_trunc('minute', CASE WHEN r.is_current THEN now() ELSE c.moved_at END)),
           bool_and(r.is_current)
    FROM ops.checkpoint c
    CROSS JOIN LATERAL (
      SELECT c.position IS NOT NULL AND c.position >= coalesce((SELECT max(a.position) FROM audit.checkpoint a), '')
        AS is_current
    ) r
    WHERE c.build = 'live' AND c.projection NOT LIKE 'reactor.%' GROUP BY c.projection ORDER BY c.projection;`,
);

/** All functions, each after those it calls. */
export const reportingFunctions = [
  texts,
  purposes,
  standingConsents,
  actsPerDay,
  registerLines,
  freshness,
].join('\n');
