import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '#kernel';
import { READ_SIDE, type ReadSide } from '#runtime';
import { instant, instantOrNull } from './column-values.js';
import { onReadModel } from './available.js';

/** A consent that stands and needs work; no personal value. */
export interface ConsentAtWork {
  readonly subjectId: string;
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string;
  readonly givenAt: Instant;
  readonly validUntil: Instant | null;
  readonly grade: string;
  readonly missing: readonly string[];
  /** By when it is to be renewed; of a weak one its beginning. */
  readonly dueAt: Instant;
}

/** Where a page of such consents ended. */
export interface WorkPlace {
  readonly dueAt: Instant;
  readonly subjectId: string;
  readonly consentId: string;
}

/** Which consents that need work. */
export interface WorkWanted {
  readonly purposeId?: string;
  readonly limit: number;
  readonly after?: WorkPlace;
}

/** Consents of a page, and whether more follow. */
export interface WorkPage {
  readonly consents: readonly ConsentAtWork[];
  readonly hasMore: boolean;
}

type Value = string | number | readonly string[] | null;

const COLUMNS = `c.subject_id, c.consent_id, c.purpose_id, c.channel, c.controller_id, c.given_at, c.valid_until,
  c.grade, c.missing`;

/** It has not ended, no "no" stands against it, the person is not erased and can be read. */
const STANDS = `c.endings = '[]' AND (c.valid_until IS NULL OR c.valid_until > now())
  AND NOT EXISTS (
    SELECT FROM rm_contact_state.no x
     WHERE x.subject_id = c.subject_id AND x.at >= c.given_at
       AND x.purpose_id IN (c.purpose_id::text, 'all', 'unknown') AND x.channel IN (c.channel, 'all')
       AND (x.controller_id IS NULL OR x.controller_id = c.controller_id))
  AND NOT EXISTS (
    SELECT FROM rm_contact_state.subject s WHERE s.subject_id = c.subject_id AND s.is_erased)
  AND NOT EXISTS (
    SELECT FROM ops.parked p WHERE p.projection = 'contact-state' AND p.build = 'live'
       AND p.subjects && ARRAY[c.subject_id::text])`;

const IS_WANTED = `($1::uuid IS NULL OR c.purpose_id = $1)`;

/** A newer consent to the same question that has not ended: the person has renewed it. */
const NEWER = `SELECT FROM rm_contact_state.consent n
   WHERE n.subject_id = c.subject_id AND n.purpose_id = c.purpose_id AND n.channel = c.channel
     AND n.controller_id = c.controller_id AND n.given_at > c.given_at AND n.endings = '[]'`;

const CHANGE = (consent: string): string => `SELECT min(v.effective_from) FROM rm_register.notice_version v
   WHERE v.notice_id = ${consent}.notice_id AND v.version > ${consent}.notice_version AND v.change = 'considerable'`;

const WEAK = `SELECT ${COLUMNS}, c.given_at AS due_at FROM rm_contact_state.consent c
  WHERE ${STANDS} AND ${IS_WANTED} AND c.grade <> 'strong' AND c.grade = ANY ($5::text[])
    AND ($2::uuid IS NULL OR (c.subject_id, c.consent_id) > ($2, $3::uuid))
  ORDER BY c.subject_id, c.consent_id LIMIT $4`;

const AFTER = `($2::timestamptz IS NULL OR (c.due_at, c.subject_id, c.consent_id) > ($2, $3::uuid, $4::uuid))
  ORDER BY c.due_at, c.subject_id, c.consent_id LIMIT $5`;

const ENDING = `SELECT * FROM (
    SELECT ${COLUMNS}, c.valid_until AS due_at FROM rm_contact_state.consent c
     WHERE ${STANDS} AND ${IS_WANTED} AND c.valid_until < $6
       AND NOT EXISTS (${NEWER} AND (n.valid_until IS NULL OR n.valid_until > c.valid_until))
  ) c WHERE ${AFTER}`;

const CHANGED = `SELECT * FROM (
    SELECT ${COLUMNS}, (${CHANGE('c')}) AS due_at FROM rm_contact_state.consent c
     WHERE ${STANDS} AND ${IS_WANTED}
       AND c.notice_id IN (SELECT v.notice_id FROM rm_register.notice_version v WHERE v.change = 'considerable')
       AND NOT EXISTS (${NEWER} AND (${CHANGE('n')}) IS NULL)
  ) c WHERE c.due_at IS NOT NULL AND ($6::timestamptz IS NULL OR c.due_at < $6) AND ${AFTER}`;

/** Lists consents that stand and that somebody should see to. */
@Injectable()
export class ConsentWork {
  constructor(@Inject(READ_SIDE) private readonly readSide: ReadSide) {}

  /** Those that can be demonstrated badly, by person. */
  async weak({ purposeId, limit, after }: WorkWanted, grades: readonly string[]): Promise<WorkPage> {
    const place = [after?.subjectId ?? null, after?.consentId ?? null];
    return this.page('weak-consents', WEAK, [purposeId ?? null, ...place, limit + 1, grades], limit);
  }

  /** Those whose stated end comes before an instant, and that nobody has renewed, the most pressing first. */
  async ending(wanted: WorkWanted, before: Instant): Promise<WorkPage> {
    return this.page('consents-ending', ENDING, [...placed(wanted), before], wanted.limit);
  }

  /** Those whose notice changes considerably (by an instant, if one is given), and that nobody has renewed. */
  async noticeChanged(wanted: WorkWanted, before: Instant | undefined): Promise<WorkPage> {
    return this.page('consents-notice-changed', CHANGED, [...placed(wanted), before ?? null], wanted.limit);
  }

  private async page(name: string, text: string, values: readonly Value[], limit: number): Promise<WorkPage> {
    const statement = { name, text, values: [...values] };
    const { rows } = await onReadModel(() => this.readSide.query<Record<string, unknown>>(statement));
    return { consents: rows.slice(0, limit).map(consentOf), hasMore: rows.length > limit };
  }
}

function placed({ purposeId, limit, after }: WorkWanted): readonly Value[] {
  const place = [after?.dueAt ?? null, after?.subjectId ?? null, after?.consentId ?? null];
  return [purposeId ?? null, ...place, limit + 1];
}

function consentOf(row: Readonly<Record<string, unknown>>): ConsentAtWork {
  return {
    subjectId: row['subject_id'] as string,
    consentId: row['consent_id'] as string,
    purposeId: row['purpose_id'] as string,
    channel: row['channel'] as string,
    controllerId: row['controller_id'] as string,
    givenAt: instant(row['given_at']),
    validUntil: instantOrNull(row['valid_until']),
    grade: row['grade'] as string,
    missing: row['missing'] as readonly string[],
    dueAt: instant(row['due_at']),
  };
}
