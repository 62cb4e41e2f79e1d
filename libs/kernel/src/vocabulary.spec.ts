import { describe, expect, it } from '@jest/globals';
import * as vocabulary from './vocabulary.js';

const lists = Object.entries<readonly string[]>(vocabulary);

describe('closed vocabularies', () => {
  it.each(lists)('%s: unique codes in kebab-case', (_, codes) => {
    expect([...new Set(codes)]).toEqual([...codes]);
    expect(codes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
    expect(codes.length).toBeGreaterThan(1);
  });

  it('there are some', () => {
    expect(lists.map(([name]) => name)).toEqual(
      expect.arrayContaining(['channels', 'scopes', 'lawfulBases']),
    );
  });
});
