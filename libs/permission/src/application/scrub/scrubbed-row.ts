import { createHash, createHmac } from 'node:crypto';

/** Why a row was not answered. Its line in the output says so, and says that it is not permitted. */
export const rowProblems = [
  'wrong-number-of-columns',
  'empty',
  'not-a-uuid',
  'not-an-email',
  'not-a-phone-number',
  'erased',
  'not-answered',
] as const;
export type RowProblem = (typeof rowProblems)[number];

/** The columns that a scrub adds at the end of each line, in this order. */
export const addedColumns = ['permitted', 'reasons', 'validUntil', 'policyVersion', 'problem'] as const;

/** What a scrub says of one row; each text as it stands in the output. */
export type RowAnswer = Readonly<Record<(typeof addedColumns)[number], string>>;

/** Bytes between the parts of what is hashed: no added column holds it. */
const SEPARATOR = '\x1f';

/**
 * What the Merkle tree holds of one row. `number` counts the rows of data from 1; `key` is the cell by which the person
 * was found, one character per byte. The row has a salt of its own, HMAC-SHA-256(salt, number in decimal), so that a
 * row can be shown to somebody without making its neighbours guessable:
 * SHA-256(row salt ‖ key ‖ 0x1F ‖ permitted ‖ 0x1F ‖ reasons ‖ 0x1F ‖ validUntil ‖ 0x1F ‖ policyVersion ‖ 0x1F ‖ problem).
 */
export function rowHash(salt: Uint8Array, number: number, key: string, answer: RowAnswer): Buffer {
  const rowSalt = createHmac('sha256', salt).update(String(number)).digest();
  const text = [key, ...addedColumns.map((column) => answer[column])].join(SEPARATOR);
  return createHash('sha256').update(rowSalt).update(text, 'latin1').digest();
}
