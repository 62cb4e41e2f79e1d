import { createHash, createHmac, randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedColumns, rowHash, RowSalts, type RowAnswer } from './scrubbed-row.js';

// Goal: a row's place in the tree is what the API documents, so that whoever has the salt can work it out again. Method:
// the documented formula with the HMAC of the library, over any rows.

const answer: fc.Arbitrary<RowAnswer> = fc.record({
  permitted: fc.constantFrom('true', 'false'),
  reasons: fc.constantFrom('', 'withdrawn consent-missing'),
  validUntil: fc.constantFrom('', '2027-01-01T00:00:00.000Z'),
  policyVersion: fc.constantFrom('', 'fr-2026-11-21'),
  problem: fc.constantFrom('', 'not-an-email'),
});

it('a row is hashed with the HMAC of its number, its key and what was added, in this order', () => {
  const salt = fc.integer({ min: 1, max: 64 }).map((length) => randomBytes(length));
  const key = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(salt, fc.integer({ min: 1, max: 1_000_000 }), key, answer, (bytes, number, cell, told) => {
      const rowSalt = createHmac('sha256', bytes).update(String(number)).digest();
      const text = [cell, ...addedColumns.map((column) => told[column])].join('\x1f');
      const expected = createHash('sha256').update(rowSalt).update(text, 'latin1').digest('hex');
      expect(rowHash(new RowSalts(bytes), number, cell, told).toString('hex')).toBe(expected);
    }),
  );
  expect(() => new RowSalts(randomBytes(65))).toThrow(RangeError);
});
