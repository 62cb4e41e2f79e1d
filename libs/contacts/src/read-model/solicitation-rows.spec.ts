import { describe, expect, it } from '@jest/globals';
import type { Uuid } from '#kernel';
import { callsCounted } from '#solicitation/contract';
import { replayRows } from '../application/row-store.js';
import { asLedgerEvents, CONTROLLER, day, type Fact } from '../contacts.fixture.js';
import { erasure } from '../rights-facts.fixture.js';
import { ATTEMPTS, solicitation } from '../subject-facts.fixture.js';
import type { ContactFacts, SolicitationFact } from '../domain/contact-facts.js';
import { contactFactsOf } from './contact-rows.js';
import { contactStateProjection } from './contact-state.projection.js';

// Goal: the read model tells of each attempt what its newest event says, as calls are counted. Method: facts as they
// stand in the stream, folded by the projection.

const anna: Uuid = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';
const reserved = (expiresAt = day(21), at = day(20)) =>
  solicitation(anna, 'ContactAttemptReserved', { expiresAt }, at);
const released = solicitation(anna, 'ContactReservationReleased');
const made = (outcome: string, at = day(20)) => solicitation(anna, 'ContactMade', { outcome }, at);

const factsOf = (facts: readonly Fact[]): ContactFacts =>
  contactFactsOf(replayRows(contactStateProjection, asLedgerEvents(facts)));
const only = (...facts: readonly Fact[]): SolicitationFact | undefined => {
  const { solicitations } = factsOf(facts);
  expect(solicitations.length).toBeLessThan(2);
  return solicitations[0];
};

describe('an attempt', () => {
  it('is reserved until an instant', () => {
    expect(only(reserved())).toMatchObject({
      ...{ attemptId: ATTEMPTS[0], controllerId: CONTROLLER, channel: 'phone-human' },
      ...{ state: 'reserved', outcome: null, at: day(20), expiresAt: day(21), revision: 0 },
    });
  });

  it('is given back, and may be reserved again', () => {
    expect(only(reserved(), released)).toMatchObject({ state: 'released', revision: 1 });
    expect(only(reserved(), released, reserved(day(23)))).toMatchObject({
      state: 'reserved',
      expiresAt: day(23),
    });
    expect(only(released)).toBeUndefined();
  });

  it('is made, reserved or not, and stays made', () => {
    const contact = { state: 'made', outcome: 'answered', expiresAt: null };
    expect(only(made('answered'))).toMatchObject({ ...contact, revision: 0 });
    expect(only(reserved(), made('answered'))).toMatchObject({ ...contact, revision: 1 });
    expect(only(made('answered'), reserved(), released)).toMatchObject({ ...contact, revision: 0 });
  });

  it('ends as was told last', () => {
    const told = only(made('answered'), made('asked-to-stop', day(22)));
    expect(told).toMatchObject({ outcome: 'asked-to-stop', at: day(22), revision: 1 });
  });

  it('of an erased person stays a fact without a value, as all others do', () => {
    const { solicitations, subject } = factsOf([made('answered'), ...erasure(anna)]);
    expect([solicitations.length, subject?.isErased]).toEqual([1, true]);
  });
});

describe('contacts', () => {
  it('are counted by what the read model tells', () => {
    const second = { attemptId: ATTEMPTS[1] };
    const { solicitations, subject } = factsOf([
      made('answered', day(1)),
      solicitation(anna, 'ContactAttemptReserved', { ...second, expiresAt: day(30) }, day(29)),
    ]);
    const count = (at: string): number =>
      callsCounted(solicitations, { controllerId: CONTROLLER, at, perDays: 30, counts: 'calls' });
    expect([day(29), day(30), day(31)].map(count)).toEqual([2, 1, 0]);
    expect(subject).toMatchObject({ registeredAt: null, revisions: { solicitation: 1, subject: null } });
  });
});
