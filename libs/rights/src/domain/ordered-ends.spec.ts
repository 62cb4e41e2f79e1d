import { describe, expect, it } from '@jest/globals';
import type { Scope } from '#kernel';
import { orderedEnds } from './ordered-ends.js';

// Goal: what is replayed after a restore is what was ordered, neither wider nor narrower.

const subjectId = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const erasureId = 'dd3f4e5d-6c7b-4a89-b98a-a36f5e4d3c2e';
const key = (scope: Scope, generation: number) => ({
  kid: `k_${scope}_${String(generation)}`,
  fp: 'NDQCaK35if4w2cthc8FtLwsbqTVKH2MnqxhGuXo8y5U',
  scope,
  generation,
  stream: `personal-${subjectId}`,
});
const endsOf = (scopes: Scope[], keys: ReturnType<typeof key>[]) =>
  orderedEnds({ subjectId, erasureId, scopes, keys, covers: [] }).map((end) => [
    end.scope,
    end.throughGeneration,
    end.keys.map(({ kid }) => kid),
  ]);

describe('the ends that a destruction orders', () => {
  it('are whole where a scope is closed, also one that never had a key', () => {
    expect(endsOf(['identity', 'marketing'], [key('identity', 1), key('identity', 2)])).toEqual([
      ['identity', 'all', ['k_identity_1', 'k_identity_2']],
      ['marketing', 'all', []],
    ]);
  });

  it('reach as far as the keys named where the scope lives on', () => {
    expect(endsOf([], [key('identity', 2), key('identity', 1)])).toEqual([
      ['identity', 2, ['k_identity_2', 'k_identity_1']],
    ]);
    expect(endsOf(['marketing'], [key('marketing', 3), key('identity', 1)])).toEqual([
      ['marketing', 'all', ['k_marketing_3']],
      ['identity', 1, ['k_identity_1']],
    ]);
  });

  it('name person and erasure', () => {
    expect(
      orderedEnds({ subjectId, erasureId, scopes: ['contract'], keys: [], covers: [] })[0],
    ).toMatchObject({
      subjectId,
      erasureId,
    });
  });
});
