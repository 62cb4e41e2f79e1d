import { describe, expect, it } from '@jest/globals';
import { maskedAddress } from './masked-address.js';

// Goal: the owner recognises the address, nobody else learns it. Method: examples of each kind.

describe('a masked address', () => {
  it.each([
    ['camille.martin@courrier.example', 'c…@courrier.example'],
    ['c@courrier.example', 'c…@courrier.example'],
    ['"a@b"@courrier.example', '"…@courrier.example'],
    ['𝒸amille@courrier.example', '𝒸…@courrier.example'],
    ['+33612345678', '… 78'],
  ])('of %s is %s', (address, masked) => {
    expect(maskedAddress(address)).toBe(masked);
  });
});
