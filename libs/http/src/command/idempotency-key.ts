import { Problem } from '../problems/problem.js';
import { invalidRequest } from '../validation/validate.js';

const MAX_LENGTH = 255;
const VISIBLE = /^[\x21-\x7e]{1,255}$/;

/**
 * The idempotency key of a command, which may be quoted as draft-ietf-httpapi-idempotency-key-header writes it.
 * Throws `idempotency-key-required` if it is needed and absent, `invalid-request` if it is no key.
 */
export function idempotencyKeyOf(
  header: string | string[] | undefined,
  required: boolean,
): string | undefined {
  if (header === undefined) {
    if (required) throw new Problem('idempotency-key-required');
    return undefined;
  }
  const key = typeof header === 'string' ? header.trim().replace(/^"(.*)"$/, '$1') : '';
  if (VISIBLE.test(key)) return key;
  throw invalidRequest([
    { pointer: '{Idempotency-Key}', code: 'not-an-idempotency-key', rule: { limit: MAX_LENGTH } },
  ]);
}
