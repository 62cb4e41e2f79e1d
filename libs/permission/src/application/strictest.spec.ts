import { describe, expect, it } from '@jest/globals';
import type { RegisterEvent } from '#register/contract';
import type { Decision } from '../domain/gate/decision.js';
import { gatePurposeAt } from './gate-purpose.js';
import { strictest } from './strictest.js';

const event = (eventId: string) => ({ eventId, revision: 1, category: 'consent' as const });
const yes = (more: Partial<Decision> = {}): Decision => ({
  ...{ permitted: true, reasons: [], deciding: [event('yes')], obligations: ['MSG-1'], relation: 'none' },
  ...{ ground: 'consent', duties: ['honour-objection'], validUntil: '2027-01-01T00:00:00.000Z' },
  ...more,
});
const no = (reasons: Decision['reasons']): Decision => ({
  ...{ permitted: false, reasons, deciding: [], duties: [], obligations: [], relation: 'none' },
});

describe('the strictest answer', () => {
  it('is no if any is, with the reasons of all in their order', () => {
    const merged = strictest([
      yes(),
      no([{ code: 'soft-opt-in-incomplete', deciding: [], missing: ['analogous-products'] }]),
      no([
        { code: 'withdrawn', deciding: [event('a')] },
        { code: 'soft-opt-in-incomplete', deciding: [], missing: ['on-a-sale-or-service'] },
      ]),
    ]);
    expect(merged).toMatchObject({ permitted: false, duties: [], obligations: [] });
    expect(merged).not.toHaveProperty('ground');
    expect(merged.reasons).toEqual([
      { code: 'withdrawn', deciding: [event('a')] },
      {
        code: 'soft-opt-in-incomplete',
        deciding: [],
        missing: ['analogous-products', 'on-a-sale-or-service'],
      },
    ]);
  });

  it('of several yeses owes what each of them owes, until the first of them ends', () => {
    const sooner = yes({ duties: ['identify-yourself'], validUntil: '2026-12-01T00:00:00.000Z' });
    expect(strictest([yes(), sooner])).toMatchObject({
      ...{ permitted: true, duties: ['honour-objection', 'identify-yourself'], obligations: ['MSG-1'] },
      validUntil: '2026-12-01T00:00:00.000Z',
    });
    expect(strictest([sooner])).toEqual(sooner);
  });
});

describe('a purpose as it stood', () => {
  const described = (type: string, occurredAt: string, channels: readonly string[]) => ({
    type,
    data: { purposeId: 'p', channels, variants: [], productCategories: [], occurredAt },
  });
  const history = [
    described('PurposeDeclared', '2025-01-01T00:00:00.000Z', ['email']),
    described('PurposeRevised', '2025-06-01T00:00:00.000Z', ['email', 'post']),
    described('PurposeRevised', '2025-03-01T00:00:00.000Z', ['post']),
    { type: 'PurposeRetired', data: { purposeId: 'p', occurredAt: '2025-09-01T00:00:00.000Z' } },
    { type: 'PurposeRetired', data: { purposeId: 'p', occurredAt: '2025-12-01T00:00:00.000Z' } },
  ] as unknown as readonly RegisterEvent[];

  it.each([
    ['2024-01-01T00:00:00.000Z', ['email']],
    ['2025-02-01T00:00:00.000Z', ['email']],
    ['2025-03-01T00:00:00.000Z', ['post']],
    ['2025-07-01T00:00:00.000Z', ['email', 'post']],
  ])('at %s has the channels %j', (at, channels) => {
    expect(gatePurposeAt(history, at)).toMatchObject({ channels, retiredAt: '2025-09-01T00:00:00.000Z' });
  });

  it('that nobody declared is none', () => {
    expect(gatePurposeAt([], '2025-01-01T00:00:00.000Z')).toBeUndefined();
  });
});
