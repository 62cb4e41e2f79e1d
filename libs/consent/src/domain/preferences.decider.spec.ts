import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '#kernel';
import { specificationOf } from '#testing';
import type { PreferencesEvent } from '../contract.js';
import { preferencesDecider, type Preferences } from './preferences.decider.js';

// Goal: what a person likes to read is what they said last, in whatever order the ledger learned of it.
const { given } = specificationOf(preferencesDecider);

const now = '2026-11-17T09:00:00.000Z';
const metadata = { now, actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } } as const;
const stated: Preferences = {
  actId: '11111111-1111-4111-8111-111111111111',
  subjectId: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  topics: [
    { topic: 'nouveautes', wanted: true },
    { topic: 'soldes', wanted: false },
  ],
  frequency: 'monthly',
  indicatedBy: 'data-subject',
  source: 'preference-centre',
  occurredAt: '2026-11-16T09:00:00.000Z',
};
const state = (
  change: Partial<Preferences> = {},
  status: 'registered' | 'unknown' | 'erased' = 'registered',
) => ({ type: 'StatePreferences', data: { stated: { ...stated, ...change }, status }, metadata }) as const;
const event = (change: Partial<Preferences> = {}): PreferencesEvent => ({
  type: 'PreferencesStated',
  data: { ...stated, ...change },
});

describe('stating preferences', () => {
  it('is recorded as a whole, topics in the order of their codes', () => {
    const topics = [...stated.topics].reverse();
    given().when(state({ topics })).then(event());
  });

  it('said again is an act of its own', () => {
    given(event()).when(state()).then(event());
  });

  it('may take everything back', () => {
    given(event())
      .when(state({ topics: [] }))
      .then(event({ topics: [] }));
  });

  it('is declined of people unknown or erased, in the future, and when one topic is wanted and not', () => {
    given().when(state({}, 'unknown')).thenRejected('subject-unknown');
    given().when(state({}, 'erased')).thenRejected('subject-erased');
    given()
      .when(state({ occurredAt: '2026-11-17T09:00:00.001Z' }))
      .thenRejected('occurred-in-the-future');
    const topics = [...stated.topics, { topic: 'soldes', wanted: true }];
    given().when(state({ topics })).thenRejected('preferences-contradictory');
  });

  it('stands as it was said last, whenever the ledger learned of it', () => {
    const days = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(days, (said) => {
        const events = said.map((day) =>
          event({ occurredAt: `2026-10-${String(day).padStart(2, '0')}T09:00:00.000Z` }),
        );
        const last = `2026-10-${String(Math.max(...said)).padStart(2, '0')}T09:00:00.000Z`;
        expect(fold(preferencesDecider, events).standing?.occurredAt).toBe(last);
      }),
    );
  });
});
