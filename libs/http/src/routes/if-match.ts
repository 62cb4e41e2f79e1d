import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.js';
import { invalidRequest } from '../validation/validate.js';

/**
 * The revision that `If-Match` names (RFC 9110, 13.1.1). Throws `if-match-required` (428) without the header, and
 * `invalid-request` for anything but one strong tag, such as `"7"`: a weak one or `*` would not keep two people from
 * overwriting each other.
 */
export function ifMatchOf(request: Pick<FastifyRequest, 'headers'>): bigint {
  const header = request.headers['if-match'];
  if (header === undefined) throw new Problem('if-match-required');
  const revision = /^"(0|[1-9]\d{0,18})"$/.exec(header.trim())?.[1];
  if (revision === undefined) throw invalidRequest([{ pointer: '{If-Match}', code: 'not-a-revision' }]);
  return BigInt(revision);
}

/** The strong entity tag of a stream revision. */
export function entityTag(revision: bigint | number): string {
  return `"${String(revision)}"`;
}
