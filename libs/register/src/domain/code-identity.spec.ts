import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUuid } from '#kernel';
import { idOfCode } from './code-identity.js';

describe('the id of a code', () => {
  it('is the same in every ledger', () => {
    expect(idOfCode('purpose', 'newsletter')).toBe('702d9f7d-9fb5-8801-a61a-1bdfa7e16ffa');
    expect(idOfCode('activity', 'newsletter')).toBe('f3d9ce83-b102-8447-badd-ddda74ad65cd');
    expect(idOfCode('controller', '732829320')).toBe('4acf289a-8844-82df-926f-2d8add795427');
  });

  it('is a UUIDv8 that no other code has', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const id = idOfCode('purpose', a);
        expect(isUuid(id)).toBe(true);
        expect(id[14]).toBe('8');
        expect(id === idOfCode('purpose', b)).toBe(a === b);
      }),
    );
  });
});
