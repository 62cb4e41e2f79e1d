import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '#kernel';
import { READ_SIDE, type ReadSide } from '#runtime';
import type { AskedConsent } from '../domain/contact-facts.js';
import { onReadModel } from './available.js';
import { requestOf } from './consent-request-rows.js';

/** A request to which a yes would still count, and whom it asks; no personal value. */
export interface OpenRequest extends AskedConsent {
  readonly subjectId: string;
}

/** Where a page of open requests ended. */
export interface RequestPlace {
  readonly expiresAt: Instant;
  readonly subjectId: string;
  readonly requestId: string;
}

/** Which open requests. */
export interface RequestsWanted {
  readonly purposeId?: string;
  readonly reason?: string;
  /** Those that lapse before. */
  readonly before?: Instant;
  readonly limit: number;
  readonly after?: RequestPlace;
}

/** Requests of a page, and whether more follow. */
export interface RequestsPage {
  readonly requests: readonly OpenRequest[];
  readonly hasMore: boolean;
}

/**
 * Nobody answered it, no newer request stands in its place, it has not lapsed, the person has the address, is not erased
 * and can be read, and the form is in use: what the page behind the link asks before it takes a yes.
 */
const OPEN = `SELECT r.* FROM rm_contact_state.consent_request r
  WHERE r.answered_at IS NULL AND r.expires_at > now()
    AND ($1::uuid IS NULL OR r.asks @> jsonb_build_array(jsonb_build_object('purposeId', $1::text)))
    AND ($2::text IS NULL OR r.reason = $2) AND ($3::timestamptz IS NULL OR r.expires_at < $3)
    AND ($4::timestamptz IS NULL OR (r.expires_at, r.subject_id, r.request_id) > ($4, $5::uuid, $6::uuid))
    AND NOT EXISTS (
      SELECT FROM rm_contact_state.consent_request n
       WHERE n.subject_id = r.subject_id AND n.supersedes ? r.request_id::text)
    AND EXISTS (
      SELECT FROM rm_contact_state.contact_point p
       WHERE p.subject_id = r.subject_id AND p.contact_point_id = r.contact_point_id AND p.state = 'active')
    AND EXISTS (
      SELECT FROM rm_register.form_version f
       WHERE f.form_id = r.form_id AND f.version = r.form_version
         AND (f.valid_until IS NULL OR f.valid_until > now()))
    AND NOT EXISTS (
      SELECT FROM rm_contact_state.subject s WHERE s.subject_id = r.subject_id AND s.is_erased)
    AND NOT EXISTS (
      SELECT FROM ops.parked p WHERE p.projection = 'contact-state' AND p.build = 'live'
         AND p.subjects && ARRAY[r.subject_id::text])
  ORDER BY r.expires_at, r.subject_id, r.request_id LIMIT $7`;

/** Lists requests for consent that wait for their answer. */
@Injectable()
export class OpenRequests {
  constructor(@Inject(READ_SIDE) private readonly readSide: ReadSide) {}

  /** Those that lapse first come first. */
  async page({ purposeId, reason, before, limit, after }: RequestsWanted): Promise<RequestsPage> {
    const place = [after?.expiresAt ?? null, after?.subjectId ?? null, after?.requestId ?? null];
    const values = [purposeId ?? null, reason ?? null, before ?? null, ...place, limit + 1];
    const statement = { name: 'open-consent-requests', text: OPEN, values };
    const { rows } = await onReadModel(() => this.readSide.query<Record<string, unknown>>(statement));
    const requests = rows
      .slice(0, limit)
      .map((row) => ({ subjectId: row['subject_id'] as string, ...requestOf(row) }));
    return { requests, hasMore: rows.length > limit };
  }
}
