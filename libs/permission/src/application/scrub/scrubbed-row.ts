import { hash } from 'node:crypto';

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
export function rowHash(salt: RowSalts, number: number, key: string, answer: RowAnswer): Buffer {
  const { permitted, reasons, validUntil, policyVersion, problem } = answer;
  const text = [key, permitted, reasons, validUntil, policyVersion, problem].join(SEPARATOR);
  return sha256(salt.of(number), Buffer.from(text, 'latin1'));
}

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) of numbers in decimal under one salt of at most 64 bytes, without an object of the library
 * for each: that costs several times what the hash does.
 */
export class RowSalts {
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  constructor(salt: Uint8Array) {
    if (salt.length > BLOCK_BYTES) throw new RangeError('A salt is at most 64 bytes');
    const padded = (pad: number): Buffer =>
      Buffer.alloc(BLOCK_BYTES, pad).map((byte, index) => byte ^ (salt[index] ?? 0)) as Buffer;
    this.#inner = padded(0x36);
    this.#outer = padded(0x5c);
  }

  /** The salt of the row of that number. */
  of(number: number): Buffer {
    return sha256(this.#outer, sha256(this.#inner, Buffer.from(String(number), 'latin1')));
  }
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
