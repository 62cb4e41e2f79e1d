import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sha256, sha256Hex } from './hash.js';

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('gives the value of FIPS 180-4 for "%s"', (input, expected) => {
    expect(sha256Hex(input)).toBe(expected);
  });

  it('takes text as UTF-8', () => {
    expect(sha256('é')).toEqual(sha256(Uint8Array.of(0xc3, 0xa9)));
  });

  it('of several parts is that of their concatenation', () => {
    const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array()), { maxLength: 5 });
    fc.assert(
      fc.property(parts, (some) => {
        const whole = Buffer.concat(some.map((part) => Buffer.from(part as string)));
        expect(sha256(...some)).toEqual(sha256(whole));
      }),
    );
  });
});
