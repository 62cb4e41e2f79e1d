import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Uuid } from '#kernel';
import { replayRows } from '../application/row-store.js';
import { anyHistory } from '../any-history.fixture.js';
import { asLedgerEvents, CONTROLLER, day, POINTS, PURPOSES, type Fact } from '../contacts.fixture.js';
import { registered, relationshipEvent } from '../subject-facts.fixture.js';
import type { RelationshipFact } from '../domain/contact-facts.js';
import { relationshipSummaries } from '../domain/relationship-summary.js';
import { contactFactsOf } from './contact-rows.js';
import { contactStateProjection } from './contact-state.projection.js';

// Goal: every sale and contract is kept, of repeated steps the newest, whatever the order in which the ledger learned
// of them. Method: facts as they stand in streams, folded by the projection.

const anna: Uuid = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';

function factsOf(facts: readonly Fact[]): readonly RelationshipFact[] {
  const { relationships } = contactFactsOf(replayRows(contactStateProjection, asLedgerEvents(facts)));
  return [...relationships].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

describe('relationship events', () => {
  it('are kept one by one where each may carry a permission', () => {
    const kinds = ['sale', 'sale', 'account-opened', 'contract-started', 'contract-ended'];
    const found = factsOf(kinds.map((kind, n) => relationshipEvent(anna, { kind, at: day(n) })));
    expect(found.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
  });

  it('say how the contact details were collected', () => {
    const form = { formId: PURPOSES[0], version: 2 };
    const collection = { direct: true, contactPointIds: [POINTS[0]], objectionOffered: true };
    const told = [{ ...collection, form }, collection].map((contactCollection, n) =>
      factsOf([relationshipEvent(anna, { contactCollection, at: day(n) })]),
    );
    expect(told.map(([fact]) => fact?.contactCollection)).toEqual([
      { ...collection, form },
      { ...collection, form: null },
    ]);
    expect(factsOf([relationshipEvent(anna)])[0]?.contactCollection).toBeNull();
  });

  it.each(['quote', 'inbound', 'login', 'click', 'call-back-requested'])(
    'keep only the newest %s of each company',
    (kind) => {
      const other = PURPOSES[1] ?? '';
      const events = [
        relationshipEvent(anna, { kind, at: day(30) }),
        relationshipEvent(anna, { kind, at: day(10), recordedAt: day(40) }),
        relationshipEvent(anna, { kind, at: day(20), controllerId: other }),
      ];
      const newest = factsOf(events).map(({ controllerId, at }) => [controllerId, at]);
      expect(newest.sort()).toEqual([
        [other, day(20)],
        [CONTROLLER, day(30)],
      ]);
    },
  );

  it('lead to the same facts and the same summary in any order', () => {
    fc.assert(
      fc.property(anyHistory(anna), fc.func(fc.nat()), (history, rank) => {
        const events = history
          .filter(({ type }) => type === 'RelationshipEventRecorded')
          .map((fact, n) => ({ ...fact, id: `00000000-0000-8000-8000-${String(n).padStart(12, '0')}` }));
        const shuffled = events
          .map((fact) => [rank(fact.id), fact] as const)
          .sort(([a], [b]) => a - b)
          .map(([, fact]) => fact);
        const [one, other] = [factsOf(events), factsOf(shuffled)];
        const plain = (facts: readonly RelationshipFact[]) => facts.map(({ revision: _, ...fact }) => fact);
        expect(plain(other)).toEqual(plain(one));
        expect(relationshipSummaries(other)).toEqual(relationshipSummaries(one));
      }),
      { numRuns: 200 },
    );
  });

  it('tell in short what there is, per company and kind', () => {
    const facts = factsOf([
      registered(anna),
      relationshipEvent(anna, { at: day(30), categories: ['bedding'] }),
      relationshipEvent(anna, { at: day(10), categories: ['furniture'] }),
      relationshipEvent(anna, { kind: 'login', at: day(20), categories: [] }),
    ]);
    expect(relationshipSummaries(facts)).toEqual([
      { controllerId: CONTROLLER, kind: 'login', productCategories: [], since: day(20), last: day(20) },
      {
        ...{ controllerId: CONTROLLER, kind: 'sale', productCategories: ['bedding', 'furniture'] },
        ...{ since: day(10), last: day(30) },
      },
    ]);
  });
});
