import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Instant } from '#kernel';
import { PG_POOL } from '#runtime';
import { onReadModel } from './available.js';

/** A consent whose stated end has come, and on which nothing else is on record that ended it. */
export interface DueConsent {
  readonly subjectId: string;
  readonly consentId: string;
  readonly validUntil: Instant;
}

/** Consents that are due, in the order of their ends. */
export interface DueConsents {
  /** The database's clock: the ledger's own, whatever that of a machine says. */
  readonly now: Instant;
  readonly due: readonly DueConsent[];
}

/** Where a page of due consents ended, or begins. */
export type DuePlace = DueConsent;

const BEGINNING: DuePlace = {
  validUntil: '0001-01-01T00:00:00.000Z',
  subjectId: '00000000-0000-0000-0000-000000000000',
  consentId: '00000000-0000-0000-0000-000000000000',
};

interface DueRow {
  readonly subject_id: string;
  readonly consent_id: string;
  readonly valid_until: Date;
  readonly now: Date;
}

/**
 * A "no" that is not older than the consent had ended it before its end; an erased person's consents died with them; of
 * somebody whose events cannot be read nothing is decided until they can.
 */
const DUE = `WITH clock AS (SELECT clock_timestamp() AS now)
  SELECT clock.now, c.subject_id, c.consent_id, c.valid_until
    FROM clock LEFT JOIN LATERAL (
      SELECT d.subject_id, d.consent_id, d.valid_until FROM rm_contact_state.consent d
       WHERE d.endings = '[]' AND d.valid_until <= clock.now
         AND (d.valid_until, d.subject_id, d.consent_id) > ($1::timestamptz, $2::uuid, $3::uuid)
         AND NOT EXISTS (
           SELECT FROM rm_contact_state.no x
            WHERE x.subject_id = d.subject_id AND x.at >= d.given_at AND x.at <= d.valid_until
              AND x.purpose_id IN (d.purpose_id::text, 'all', 'unknown') AND x.channel IN (d.channel, 'all')
              AND (x.controller_id IS NULL OR x.controller_id = d.controller_id))
         AND NOT EXISTS (
           SELECT FROM rm_contact_state.subject s WHERE s.subject_id = d.subject_id AND s.is_erased)
         AND NOT EXISTS (
           SELECT FROM ops.parked p WHERE p.projection = 'contact-state' AND p.build = 'live'
              AND p.subjects && ARRAY[d.subject_id::text])
       ORDER BY d.valid_until, d.subject_id, d.consent_id LIMIT $4
    ) c ON true
   ORDER BY c.valid_until, c.subject_id, c.consent_id`;

/** Finds consents whose end has come. */
@Injectable()
export class DueConsentsQuery {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  /** The next ones after a place. Throws `not-yet-consistent` while the tables are not there. */
  async after(
    { validUntil, subjectId, consentId }: DuePlace = BEGINNING,
    limit: number,
  ): Promise<DueConsents> {
    const values = [validUntil, subjectId, consentId, limit];
    const { rows } = await onReadModel(() =>
      this.pool.query<DueRow | (DueRow & { subject_id: null })>({ name: 'due-consents', text: DUE, values }),
    );
    const [first] = rows;
    if (first === undefined) throw new RangeError('A clock that tells nothing');
    return { now: first.now.toISOString(), due: rows.flatMap(dueOf) };
  }
}

function dueOf(row: { readonly [K in keyof DueRow]: DueRow[K] | null }): readonly DueConsent[] {
  const { subject_id: subjectId, consent_id: consentId, valid_until: validUntil } = row;
  if (subjectId === null || consentId === null || validUntil === null) return [];
  return [{ subjectId, consentId, validUntil: validUntil.toISOString() }];
}

/** The place before everything that ends at an instant. */
export function before(validUntil: Instant): DuePlace {
  return { ...BEGINNING, validUntil };
}
