import { describe, it } from '@jest/globals';
import { specificationOf } from '#testing';
import type { RightsEvent } from '../contract.js';
import { rightsDecider } from './rights.decider.js';

// Goal: what the suppression list says of a person's addresses is said once, again if it was entered anew, and never
// declined.
const { given } = specificationOf(rightsDecider);

type Matched = Extract<RightsEvent, { type: 'SuppressionMatched' }>['data'];

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const now = '2026-11-17T09:00:00.000Z';
const metadata = { now, actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } } as const;
const unwanted: Matched = {
  subjectId,
  contactPointId: 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa',
  purposeId: 'all',
  channel: 'email',
  enteredOn: '2026-09-14',
  occurredAt: now,
};
const match = (...matches: readonly Matched[]) =>
  ({ type: 'MatchSuppressions', data: { subjectId, matches }, metadata }) as const;
const matched = (data: Matched): RightsEvent => ({ type: 'SuppressionMatched', data });

describe('what the suppression list says of an address', () => {
  it('is said of the person who has it, each question on its own', () => {
    const post = { ...unwanted, channel: 'post' as const };
    given().when(match(unwanted, post)).then(matched(unwanted), matched(post));
  });

  it.each([
    ['another address', { contactPointId: 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb' }],
    ['another purpose', { purposeId: 'cccccccc-cccc-4ccc-8ccc-cccccccccccc' }],
    ['another company', { controllerId: 'dddddddd-dddd-4ddd-8ddd-dddddddddddd' }],
    ['a later day, after which a consent may stand', { enteredOn: '2026-09-15' }],
  ])('is said anew for %s', (_, change) => {
    const other = { ...unwanted, ...change };
    given(matched(unwanted)).when(match(other)).then(matched(other));
  });

  it('is said once, whenever it is met again, also twice in one act', () => {
    const again = { ...unwanted, occurredAt: '2026-11-18T09:00:00.000Z' };
    given(matched(unwanted)).when(match(again)).thenNothing();
    given(matched(unwanted))
      .when(match({ ...unwanted, enteredOn: '2026-09-13' }))
      .thenNothing();
    given().when(match(unwanted, again)).then(matched(unwanted));
  });
});
