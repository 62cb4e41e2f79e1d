import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Instant, Uuid } from '#kernel';
import { solicitationStream } from '#solicitation/contract';
import { replayRows } from '../application/row-store.js';
import { asLedgerEvents, CONTROLLER, day, PURPOSES, type Fact } from '../contacts.fixture.js';
import { rightsFact } from '../rights-facts.fixture.js';
import { informationGiven, registered } from '../subject-facts.fixture.js';
import { instantOrNull } from './column-values.js';
import { InformationDutyRow } from './information.entity.js';
import { informationProjection } from './information.projection.js';

// Goal: whoever's data came from somebody else must be informed within a month, and at the first contact that reached
// them at the latest (Art. 14(3)); whoever was informed or erased is owed nothing. Method: facts folded by the projection.

const anna: Uuid = '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10';

const bought = (at: Instant = day(1)): Fact => {
  const fact = registered(anna, at);
  return { ...fact, data: { ...fact.data, collection: 'indirect', source: { kind: 'partner' } } };
};
const informed = (at: Instant, article = 'art-14'): Fact => informationGiven(anna, at, article);
const contacted = (at: Instant, outcome = 'sent'): Fact => ({
  type: 'ContactMade',
  stream: solicitationStream(anna),
  data: {
    ...{ attemptId: randomUUID(), subjectId: anna, controllerId: CONTROLLER, purposeId: PURPOSES[0] },
    ...{ channel: 'email', direction: 'outbound', outcome, occurredAt: at },
  },
  recordedAt: at,
});
const erased = (at: Instant): Fact =>
  rightsFact(
    anna,
    'KeyDestructionStarted',
    { erasureId: randomUUID(), keys: [], scopes: ['identity'], covers: [] },
    at,
  );

/** Whether the person must still be informed, and by when at the latest. */
function owed(...facts: readonly Fact[]): { isOpen: boolean; dueAt: string | null } {
  const [row] = replayRows(informationProjection, asLedgerEvents(facts))(InformationDutyRow);
  return { isOpen: row?.['is_open'] === true, dueAt: instantOrNull(row?.['due_at']) };
}

describe('information by Art. 14', () => {
  it('is owed one month after the data came from somebody else', () => {
    expect(owed(bought(day(1)))).toEqual({ isOpen: true, dueAt: '2025-02-02T12:00:00.000Z' });
  });

  it('is owed at the first message or call that reached the person, if that is earlier', () => {
    expect(owed(bought(), contacted(day(9)), contacted(day(5))).dueAt).toBe(day(5));
    expect(owed(bought(), contacted(day(60))).dueAt).toBe('2025-02-02T12:00:00.000Z');
    expect(owed(bought(), contacted(day(5), 'bounced'), contacted(day(6), 'no-answer')).dueAt).toBe(
      '2025-02-02T12:00:00.000Z',
    );
  });

  it('is owed no more once it was given, or once the person is erased', () => {
    expect(owed(bought(), informed(day(9))).isOpen).toBe(false);
    expect(owed(bought(), erased(day(9))).isOpen).toBe(false);
  });

  it('is not given by information for data of the person’s own', () => {
    expect(owed(bought(), informed(day(9), 'art-13')).isOpen).toBe(true);
  });

  it('is not owed to whoever gave their data themselves', () => {
    expect(owed(registered(anna), contacted(day(3)))).toEqual({ isOpen: false, dueAt: null });
  });

  it('does not depend on the order in which the ledger learned', () => {
    const any = fc.oneof(
      fc.integer({ min: 2, max: 60 }).map((n) => informed(day(n))),
      fc.integer({ min: 2, max: 60 }).map((n) => contacted(day(n))),
      fc.constantFrom(erased(day(30)), contacted(day(3), 'bounced')),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 6 }), fc.nat(), (facts, place) => {
        const history = [...facts];
        history.splice(place % (facts.length + 1), 0, bought());
        expect(owed(...history.reverse())).toEqual(owed(bought(), ...facts));
      }),
    );
  });
});
