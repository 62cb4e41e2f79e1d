import { describe, expect, it } from '@jest/globals';
import type { RegisterEvent } from '#register/contract';
import { staleFrom } from './gate-notices.js';

// Goal: a consent is stale from the first considerable change of its notice on, and by no other change. Method: histories
// of a notice as its stream has them.

const published = (version: number, change: string, effectiveFrom: string): RegisterEvent =>
  ({ type: 'NoticePublished', data: { version, change, effectiveFrom } }) as RegisterEvent;

describe('a consent becomes stale', () => {
  const history = [
    published(1, 'first', '2026-01-01'),
    published(2, 'editorial', '2026-02-01'),
    published(3, 'considerable', '2026-04-01'),
    published(4, 'considerable', '2026-03-01'),
    published(5, 'editorial', '2026-05-01'),
  ];

  it.each([
    [1, '2026-03-01'],
    [2, '2026-03-01'],
    [3, '2026-03-01'],
    [4, null],
    [5, null],
  ])('that rests on version %s from %s on', (version, from) => {
    expect(staleFrom(history, version)).toBe(from);
  });

  it('at once where its notice cannot be read, and never where it never changed', () => {
    expect(String(staleFrom(undefined, 1)) < '0001-01-02').toBe(true);
    expect(staleFrom([], 1)).toBeNull();
  });
});
