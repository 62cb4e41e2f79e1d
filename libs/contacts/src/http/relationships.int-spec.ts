import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appendFacts, CONTROLLER, day } from '../contacts.fixture.js';
import { controllerDeclared } from '../register-facts.fixture.js';
import { registered } from '../subject-facts.fixture.js';
import { openContactsApp, type ContactsApp } from '../contacts.harness.js';

// Goal: what a shop tells of its customers arrives, row by row, and is answered the same however often it is sent.
// Method: the whole way over HTTP.

let contacts: ContactsApp;
const [anna, bruno] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  contacts = await openContactsApp();
  await appendFacts(contacts.store, [controllerDeclared(), registered(anna), registered(bruno)]);
});
afterAll(() => contacts.close());

const sale = (more: object = {}): object => ({
  ...{ kind: 'sale', controllerId: CONTROLLER, productCategories: ['furniture'], source: 'shop' },
  occurredAt: day(40),
  ...more,
});

describe('POST /v1/subjects/{subjectId}/relationship-events', () => {
  const post = (as: 'service' | 'operator' | 'auditor' | 'form', body: object, of = anna) =>
    contacts.post(as, `/v1/subjects/${of}/relationship-events`, body);

  it('records what happened, by services and staff', async () => {
    for (const role of ['service', 'operator'] as const) {
      const { status, json } = await post(role, sale());
      expect([status, json]).toEqual([
        201,
        {
          token: expect.any(String),
          stream: `relationship-${anna}`,
          revision: expect.any(Number),
          appended: 1,
          relationshipEventId: expect.any(String),
        },
      ]);
    }
    for (const role of ['auditor', 'form'] as const) expect((await post(role, sale())).status).toBe(403);
  });

  it('declines what cannot stand, with the place', async () => {
    const incomplete = await post('service', sale({ kind: 'contract-started' }));
    expect([incomplete.status, incomplete.json.code, incomplete.json.errors[0].pointer]).toEqual([
      ...[409, 'relationship-event-invalid', '/contractId'],
    ]);
    expect((await post('service', sale(), randomUUID())).status).toBe(404);
    const future = await post('service', sale({ occurredAt: '2999-01-01T00:00:00Z' }));
    expect([future.status, future.json.errors[0].pointer]).toEqual([400, '/occurredAt']);
  });
});

describe('POST /v1/relationship-events', () => {
  const post = (events: readonly object[], headers: Readonly<Record<string, string>> = {}) =>
    contacts.post('service', '/v1/relationship-events', { events }, headers);

  it('answers row by row, in the language of the reader', async () => {
    const nobody = randomUUID();
    const rows = [sale({ subjectId: anna }), sale({ subjectId: nobody }), sale({ subjectId: bruno })];
    const { status, json } = await post(rows, { 'accept-language': 'fr' });
    expect([status, json.appended, json.declined]).toEqual([200, 2, 1]);
    expect(json.rows).toEqual([
      expect.objectContaining({ subjectId: anna, recorded: true }),
      {
        ...{ subjectId: nobody, recorded: false },
        problem: {
          ...{ code: 'subject-unknown', status: 404, pointer: '/events/1' },
          detail: 'Le registre ne connaît pas cette personne.',
          wayOut: expect.any(String),
        },
      },
      expect.objectContaining({ subjectId: bruno, recorded: true }),
    ]);
  });

  it.each([
    ['all stand', false],
    ['one was declined and could stand by now', true],
  ])('answers a repetition the same, where %s', async (_, withDeclined) => {
    const [controllerId, carla] = [randomUUID(), randomUUID()];
    const late = withDeclined ? [sale({ subjectId: carla, controllerId })] : [];
    const headers = { 'idempotency-key': randomUUID() };
    await appendFacts(contacts.store, [registered(carla)]);
    const first = await post([sale({ subjectId: anna }), ...late], headers);
    expect(first.json.declined).toBe(late.length);
    await appendFacts(contacts.store, [controllerDeclared(controllerId)]);
    const again = await post([sale({ subjectId: anna }), ...late], headers);
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    let events = 0;
    for await (const _event of contacts.store.read(`relationship-${carla}`, {})) events += 1;
    expect(events).toBe(0);
  });

  it('takes 500 rows, and no more', async () => {
    const rows = Array.from({ length: 501 }, () => sale({ subjectId: anna, kind: 'click' }));
    expect((await post(rows)).status).toBe(400);
    const { status, json } = await post(rows.slice(1));
    expect([status, json.appended]).toEqual([200, 500]);
  });
});
