import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { askedState, isOpen } from '../domain/asked-consent.js';
import { requestOf } from './consent-request-rows.js';

// Goal: rows of an earlier version of the program, which serve until they are replaced, tell what they can.

describe('a request in a row that knows of no form and of no newer request', () => {
  const [day, nextDay, later] = ['2026-11-20', '2026-11-21', '2026-12-20'].map(
    (one) => `${one}T10:00:00.000Z`,
  ) as [string, string, string];
  const contactPointId = randomUUID();
  const old = requestOf({
    ...{ subject_id: randomUUID(), request_id: randomUUID(), controller_id: randomUUID() },
    ...{ asks: [{ purposeId: randomUUID(), channel: 'email' }], contact_point_id: contactPointId },
    ...{ reason: 'new-contact', requested_at: day, expires_at: later, answered_at: null },
    event_id: randomUUID(),
  });

  it('is open, as it was, and may be superseded by one that says so', () => {
    expect(old).toMatchObject({ formVersion: null, supersedes: [] });
    expect(isOpen(old, [old], nextDay)).toBe(true);
    const newer = { ...old, requestId: randomUUID(), requestedAt: nextDay, supersedes: [old.requestId] };
    expect(isOpen(old, [old, newer], nextDay)).toBe(false);
    const points = { contactPoints: [], requests: [old, newer] };
    expect(askedState(old, points, true, nextDay)).toBe('superseded');
  });
});
