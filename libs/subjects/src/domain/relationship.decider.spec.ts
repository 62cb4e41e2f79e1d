import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { specificationOf } from '#testing';
import { relationshipKinds, type RelationshipKind } from '../contract.js';
import {
  relationshipDecider,
  type RelationshipCircumstances,
  type RelationshipFact,
} from './relationship.decider.js';

// Goal: what a soft opt-in rests on is recorded whole or not at all, of people who are known, and of nobody erased.
const { given } = specificationOf(relationshipDecider);

const contactPointId = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const contractId = 'cccccccc-cccc-4ccc-8ccc-cccccccccccc';
const now = '2026-11-17T09:00:00.000Z';
const metadata = { now, actor: { k: 'service', ref: '44444444-4444-4444-8444-444444444444' } } as const;
const known: RelationshipCircumstances = {
  isRegistered: true,
  isErased: false,
  contactPointIds: new Set([contactPointId]),
  isControllerKnown: true,
};
const collection = { direct: true, contactPointIds: [contactPointId], objectionOffered: true };
const sale: RelationshipFact = {
  relationshipEventId: '11111111-1111-4111-8111-111111111111',
  subjectId: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  controllerId: '22222222-2222-4222-8222-222222222222',
  kind: 'sale',
  productCategories: ['furniture'],
  contactCollection: collection,
  source: 'shop',
  occurredAt: '2026-11-16T09:00:00.000Z',
};
const { contactCollection: _, ...bare } = sale;
const started: RelationshipFact = { ...bare, kind: 'contract-started', contractId };
const record = (fact: RelationshipFact, circumstances: Partial<RelationshipCircumstances> = {}) =>
  ({
    type: 'RecordRelationshipEvent',
    data: { fact, circumstances: { ...known, ...circumstances } },
    metadata,
  }) as const;

describe('a relationship event', () => {
  it.each([
    ['a sale with how the contact details were collected', sale],
    ['a sale of which nobody knows that', bare],
    ['a contract that starts', { ...started, contactCollection: collection }],
    ['a contract that ends', { ...started, kind: 'contract-ended' as const }],
    ['a login', { ...bare, kind: 'login' as const, productCategories: [] }],
    ['this very instant', { ...bare, occurredAt: now }],
  ])('is recorded as it happened: %s', (_case, fact) => {
    given().when(record(fact)).then({ type: 'RelationshipEventRecorded', data: fact });
  });

  it('is recorded again if it happened again: two sales are two', () => {
    given({ type: 'RelationshipEventRecorded', data: sale })
      .when(record(sale))
      .then({ type: 'RelationshipEventRecorded', data: sale });
  });

  it('is of a known person who is not erased', () => {
    given()
      .when(record(sale, { isRegistered: false }))
      .thenRejected('subject-unknown');
    given()
      .when(record(sale, { isErased: true }))
      .thenRejected('subject-erased');
  });

  it('has happened', () => {
    given()
      .when(record({ ...sale, occurredAt: '2026-11-17T09:00:00.001Z' }))
      .thenRejected('occurred-in-the-future');
  });

  it('names its contract where one starts or ends, or nobody could tell which one is over', () => {
    for (const kind of ['contract-started', 'contract-ended'] as const) {
      given()
        .when(record({ ...bare, kind }))
        .thenRejected('relationship-event-invalid');
    }
  });

  it('tells a collection of contact details only on the occasions that the law names (CPCE L.34-5 al. 4)', () => {
    const others = relationshipKinds.filter((kind) => kind !== 'sale' && kind !== 'contract-started');
    for (const kind of others) {
      given()
        .when(record({ ...sale, kind, contractId }))
        .thenRejected('relationship-event-invalid');
    }
  });

  it('names contact points of this person and a declared data controller', () => {
    given()
      .when(record(sale, { contactPointIds: new Set() }))
      .thenRejected('contact-point-unknown');
    given()
      .when(record(sale, { isControllerKnown: false }))
      .thenRejected('controller-unknown');
  });

  it('of whatever kind is one event or a rejection, never a change of what was said', () => {
    const anyFact = fc.record({
      kind: fc.constantFrom<RelationshipKind>(...relationshipKinds),
      contractId: fc.constantFrom(undefined, contractId),
      withCollection: fc.boolean(),
    });
    fc.assert(
      fc.property(anyFact, ({ kind, contractId: contract, withCollection }) => {
        const fact = {
          ...bare,
          kind,
          ...(contract === undefined ? {} : { contractId: contract }),
          ...(withCollection ? { contactCollection: collection } : {}),
        };
        try {
          expect(relationshipDecider.decide(record(fact), null)).toEqual([
            { type: 'RelationshipEventRecorded', data: fact },
          ]);
        } catch (error) {
          expect(error).toMatchObject({ code: 'relationship-event-invalid' });
        }
      }),
    );
  });
});
