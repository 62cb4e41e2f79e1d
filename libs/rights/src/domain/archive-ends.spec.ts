import { describe, expect, it } from '@jest/globals';
import type { Scope } from '#kernel';
import { archivedBy } from './archive-ends.js';
import type { ErasureOrdered } from './rights.commands.js';
import { initialRightsState, type RightsState } from './rights-state.js';

const at = '2026-11-02T09:30:00.000Z';
const order = (scopes: Scope[], retained: readonly (readonly [Scope, string])[]): ErasureOrdered => ({
  ...{ erasureId: '11111111-1111-4111-8111-111111111111', subjectId: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10' },
  ...{
    scopes,
    ground: 'consent-withdrawn',
    initiator: 'data-subject',
    requestedAt: at,
    rulesVersion: '2026-11',
  },
  identityCheck: { method: 'known-details', at },
  retained: retained.map(([scope, until]) => ({
    scope,
    until,
    ruleId: 'RET',
    ground: 'legal-claims' as const,
  })),
});
const stateAfter = (earlier: readonly ErasureOrdered[], fencedScopes: Scope[] = []): RightsState => ({
  ...initialRightsState,
  fencedScopes,
  erasures: earlier.map((one) => ({ order: one, progress: 'unreadable', destroyedScopes: [], purgedBy: [] })),
});

describe('what an erasure leaves in the archive', () => {
  it('is what it retains until the longest ground ends, without the suppression list', () => {
    const ordered = order(
      ['identity'],
      [
        ['evidence', '2029-11-02'],
        ['evidence', '2031-11-02'],
        ['suppression', '2040-01-01'],
      ],
    );
    expect(archivedBy(ordered, stateAfter([ordered]))).toEqual([{ scope: 'evidence', until: '2031-11-02' }]);
  });

  it('is nothing where only the suppression list is kept, or nothing at all', () => {
    expect(archivedBy(order(['identity'], [['suppression', '2029-11-02']]), stateAfter([]))).toEqual([]);
    expect(archivedBy(order(['identity'], []), stateAfter([]))).toEqual([]);
  });

  it('counts what an earlier erasure retained, unless it has ended or ends now', () => {
    const earlier = order(['marketing'], [['evidence', '2031-11-02']]);
    const identity = order(['identity'], []);
    expect(archivedBy(identity, stateAfter([earlier]))).toEqual([{ scope: 'evidence', until: '2031-11-02' }]);
    expect(archivedBy(identity, stateAfter([earlier], ['evidence']))).toEqual([]);
    expect(archivedBy(order(['identity', 'evidence'], []), stateAfter([earlier]))).toEqual([]);
  });
});
