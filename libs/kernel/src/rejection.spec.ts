import { describe, expect, it } from '@jest/globals';
import { Rejection, rejectionCodes } from './rejection.js';

describe('rejection codes', () => {
  it('are unique', () => {
    expect([...new Set(rejectionCodes)]).toEqual([...rejectionCodes]);
  });

  it('are words in kebab-case, for they stand in the address of their problem page', () => {
    expect(rejectionCodes.filter((code) => !/^[a-z]+(-[a-z]+)+$/.test(code))).toEqual([]);
  });
});

describe('Rejection', () => {
  it('names its code, and says its detail and the field at fault if there is one', () => {
    const rejection = new Rejection('purpose-unknown', 'declare the purpose first', '/purposeId');
    expect(rejection).toBeInstanceOf(Error);
    expect(rejection).toMatchObject({
      name: 'Rejection',
      code: 'purpose-unknown',
      detail: 'declare the purpose first',
      pointer: '/purposeId',
      message: 'purpose-unknown: declare the purpose first',
    });
    expect(new Rejection('consent-unknown').message).toBe('consent-unknown');
  });
});
